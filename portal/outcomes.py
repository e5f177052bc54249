"""Which page tells what became of a payment, to whoever may see it."""

from typing import Final

from payments.card.queries import CardPaymentRow, CardPaymentView
from portal.words import debit_refusal, decline_words

# Which page tells a payment's state; a decline has its own while the payer may try again.
OUTCOMES: Final = {
    "submitting": "opening",
    "unknown": "opening",
    "awaiting_payer": "waiting",
    "processing": "checking",
    "succeeded": "received",
    "review": "review",
    "canceled": "canceled",
    "expired": "expired",
    "refused": "refused",
}

# What its latest refund, dispute or return makes of a payment that was received.
AFTERWARDS: Final = {
    "return_lost": "returned",
    "dispute_lost": "returned",
    "dispute_open": "disputed",
    "refund_pending": "refunded",
    "refund_succeeded": "refunded",
}


def outcome_of(payment: CardPaymentView) -> str:
    """The page that tells this state."""
    if payment.row.state == "succeeded" and payment.row.gone:
        return AFTERWARDS.get(payment.row.latest or "", "received")
    if payment.row.is_debit and payment.row.state in ("processing", "unknown"):
        return "debit_underway"
    if payment.row.is_debit and payment.row.state == "expired":
        return "debit_failed"
    if payment.row.is_saved:
        return _outcome_of_saved(payment.row)
    if payment.row.state == "awaiting_payer" and payment.row.decline_code:
        return "declined"
    if payment.row.state == "unknown" and payment.row.has_page:
        return "checking"  # the payer was on the provider's page: the card may have been charged
    return OUTCOMES[payment.row.state]


def version_of(payment: CardPaymentView) -> str:
    """Changes when the page would say something else."""
    pages = int(payment.page_url is not None)
    return f"{payment.row.state}-{payment.declines}-{len(payment.row.gone)}-{pages}"


def why_not(row: CardPaymentRow, *, is_account: bool = False) -> str:
    """Why its latest attempt failed, as far as a payer is told; `is_account`: a bank's."""
    return (debit_refusal if row.is_debit or is_account else decline_words)(row.decline_code)


def _outcome_of_saved(row: CardPaymentRow) -> str:
    """Of a charge that nobody typed a card for."""
    if row.may_be_taken:
        return "checking"
    told = {"awaiting_payer": "confirming", "expired": "saved_declined", "refused": "saved_refused"}
    return told.get(row.state) or OUTCOMES[row.state]
