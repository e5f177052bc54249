"""The outside world, played: a Stripe that moves no money and a mailbox that delivers nowhere.

Nothing in the product imports this room.
"""
