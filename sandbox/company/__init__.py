"""A small company's year of trade, played by the product's own actions under a moved clock.

What is planned (`cast`, `goods`, `habits`, `plan`) is values made from a seed and a day; what is
played (`stage`, `seller`, `payers`, `play`) calls actions and procedures and nothing else. The same
seed and the same last day give the same names, numbers, amounts, days and states; the ids of rows
and of the card company are random, because the product and the played Stripe make them so.
"""
