"""Looking after payments that nobody told us about: the provider is asked, never presumed."""

from dataclasses import replace

from foundation import logs
from foundation.database import TransactionFactory
from foundation.deed import Deed
from payments.card.gateway import Gateway
from payments.card.queries import due_for_check
from payments.card.sync import sync_payment

BATCH_MAX = 50
_log = logs.logger(__name__)


def check_due(transaction: TransactionFactory, gateway: Gateway, *, deed: Deed) -> int:
    """Ask about every payment whose time has come, each by itself; how many were asked about."""
    with transaction() as session:
        due = due_for_check(session, now=deed.at, limit=BATCH_MAX)
    for payment_id, customer_id in due:
        asked = replace(deed, subject_id=customer_id)
        try:
            sync_payment(transaction, gateway, payment_id=payment_id, deed=asked)
        except Exception:  # whatever it is, the other payments must not wait for it
            _log.exception("janitor.payment", payment_id=str(payment_id))
    return len(due)
