"""Posting: the only way anything enters the journal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from foundation.rows import insert_rows
from receivables.models import Account, Journal, JournalKind, JournalLine, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line to be: a positive amount on one side of an account, and whose it is."""

    account: Account
    side: Side
    amount: Money
    customer_id: uuid.UUID | None = None
    invoice_id: uuid.UUID | None = None
    receipt_id: uuid.UUID | None = None
    credit_note_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One journal to be. `source_id` is the fact it books; a kind books a source once."""

    ledger_id: uuid.UUID
    kind: JournalKind
    source_id: uuid.UUID
    deed: Deed
    postings: Sequence[Posting]
    reverses_id: uuid.UUID | None = None
    reason: str | None = None


def post(session: Session, bookings: Sequence[Booking]) -> list[uuid.UUID]:
    """Write journals with their lines; the ids in the order given.

    What is open on the invoices and left of the receipts and credit notes named follows at once,
    by the database's own hand. The deed's day is the booking day. The caller records the deed.
    """
    ids = [uuid.uuid4() for _ in bookings]
    journals = [_journal(*pair) for pair in zip(ids, bookings, strict=True)]
    lines = [
        _line(journal_id, booking, position, posting)
        for journal_id, booking in zip(ids, bookings, strict=True)
        for position, posting in enumerate(booking.postings, start=1)
    ]
    insert_rows(session, Journal, journals)
    insert_rows(session, JournalLine, lines)
    return ids


def _journal(journal_id: uuid.UUID, booking: Booking) -> dict[str, object]:
    deed = booking.deed
    return {
        "id": journal_id,
        "ledger_id": booking.ledger_id,
        "kind": booking.kind,
        "source_id": booking.source_id,
        "booked_on": deed.on,
        "reverses_id": booking.reverses_id,
        "reason": booking.reason,
        "actor_id": deed.actor_id,
        "subject_id": deed.subject_id,
        "impersonation_id": deed.impersonation_id,
        "request_id": deed.request_id,
        "posted_at": deed.at,
    }


def _line(
    journal_id: uuid.UUID, booking: Booking, position: int, posting: Posting
) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "journal_id": journal_id,
        "ledger_id": booking.ledger_id,
        "booked_on": booking.deed.on,
        "position": position,
        "account": posting.account,
        "side": posting.side,
        "amount_minor": posting.amount.minor,
        "currency": posting.amount.currency,
        "customer_id": posting.customer_id,
        "invoice_id": posting.invoice_id,
        "receipt_id": posting.receipt_id,
        "credit_note_id": posting.credit_note_id,
    }
