"""What happens without anyone clicking.

The outbox is the truth: rows that must be worked. Celery, its beat and the poller only decide
when; any of them may die at any time, and the next one that looks finds everything still there.
"""
