"""Looking after payments that nobody told us about: the provider is asked, never presumed."""

from dataclasses import replace

from foundation import logs
from foundation.database import TransactionFactory
from foundation.deed import Deed
from payments.card.gateway import Gateway
from payments.card.queries import due_for_check
from payments.card.saved_queries import methods_due
from payments.card.saving import sync_method
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
    return len(due) + _check_methods(transaction, gateway, deed)


def _check_methods(transaction: TransactionFactory, gateway: Gateway, deed: Deed) -> int:
    """The same for methods that are being saved, or let go of."""
    with transaction() as session:
        due = methods_due(session, now=deed.at, limit=BATCH_MAX)
    for method_id, customer_id in due:
        asked = replace(deed, subject_id=customer_id)
        try:
            sync_method(transaction, gateway, method_id=method_id, deed=asked)
        except Exception:  # as above
            _log.exception("janitor.method", method_id=str(method_id))
    return len(due)
