"""Looking after payments that nobody told us about: the provider is asked, never presumed."""

from dataclasses import replace

from foundation.database import TransactionFactory
from foundation.deed import Deed
from payments.card.gateway import Gateway
from payments.card.queries import due_for_check
from payments.card.sync import sync_payment

BATCH_MAX = 50


def check_due(transaction: TransactionFactory, gateway: Gateway, *, deed: Deed) -> int:
    """Ask about every payment whose time has come, each by itself; how many were asked about."""
    with transaction() as session:
        due = due_for_check(session, now=deed.at, limit=BATCH_MAX)
    for payment_id, customer_id in due:
        asked = replace(deed, subject_id=customer_id)
        sync_payment(transaction, gateway, payment_id=payment_id, deed=asked)
    return len(due)
