"""Issuing credit notes."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from foundation.outbox import enqueue
from foundation.rows import among, insert_rows
from receivables.actions.invoices import LineDraft
from receivables.actions.journal import Booking, Posting, post
from receivables.errors import (
    CreditNoteNumberTaken,
    CreditNoteRefersElsewhere,
    CreditNoteTotalNotPositive,
    CreditNoteWithoutLines,
)
from receivables.models import (
    Account,
    CreditNote,
    CreditNoteLine,
    CreditReason,
    Invoice,
    JournalKind,
    Side,
)
from receivables.queries.mails import credit_note_readers

MAIL_TOPIC = "credit_note.mail"
NEWS_FOR = dt.timedelta(days=30)  # after its day; books taken over from elsewhere write no letters


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteDraft:
    """One credit note to be; its total is the sum of its lines, tax included, and positive.

    `invoice_id` names the invoice it corrects, of the same customer, ledger and currency.
    """

    ledger_id: uuid.UUID
    customer_id: uuid.UUID
    number: str
    reason: CreditReason
    issued_on: dt.date
    currency: str
    lines: Sequence[LineDraft]
    invoice_id: uuid.UUID | None = None
    total: Money = field(init=False)  # what will be owed less

    def __post_init__(self) -> None:
        total = Money.total((line.net + line.tax for line in self.lines), self.currency)
        object.__setattr__(self, "total", total)


def issue_credit_note(session: Session, draft: CreditNoteDraft, *, deed: Deed) -> uuid.UUID:
    """Issue one, as `issue_credit_notes` does."""
    [credit_note_id] = issue_credit_notes(session, [draft], deed=deed)
    return credit_note_id


def issue_credit_notes(
    session: Session, drafts: Sequence[CreditNoteDraft], *, deed: Deed
) -> list[uuid.UUID]:
    """Issue them and book each on its own day: debit GL control, credit receivable.

    None settles anything by that: each is the customer's credit until it is used. The deed's
    subject is replaced by each one's customer. Raises CreditNoteWithoutLines,
    CreditNoteTotalNotPositive, CreditNoteNumberTaken or CreditNoteRefersElsewhere, and then issues
    none.
    """
    for draft in drafts:
        _check(draft)
    _refuse_taken(session, drafts)
    _refuse_strangers(session, drafts)
    ids = [uuid.uuid4() for _ in drafts]
    pairs = list(zip(ids, drafts, strict=True))
    insert_rows(session, CreditNote, [_row(*pair, deed) for pair in pairs])
    insert_rows(session, CreditNoteLine, [row for pair in pairs for row in _line_rows(*pair)])
    post(session, [_booking(*pair, deed) for pair in pairs])
    for credit_note_id, draft in pairs:
        record(
            session,
            "credit_note.issued",
            object_id=credit_note_id,
            deed=replace(deed, subject_id=draft.customer_id),
            facts={"number": draft.number, "total": str(draft.total), "reason": draft.reason},
        )
    _tell(session, pairs, deed)
    return ids


def _tell(session: Session, pairs: Sequence[tuple[uuid.UUID, CreditNoteDraft]], deed: Deed) -> None:
    """Ask for a mail to whoever chose to be told; one that is old already is no news."""
    new = [pair for pair in pairs if deed.on - pair[1].issued_on <= NEWS_FOR]
    readers = credit_note_readers(session, {draft.customer_id for _id, draft in new})
    for credit_note_id, draft in new:
        for person_id in readers.get(draft.customer_id, ()):
            payload = {
                "credit_note_id": str(credit_note_id),
                "customer_id": str(draft.customer_id),
                "person_id": str(person_id),
            }
            enqueue(
                session,
                MAIL_TOPIC,
                payload,
                deed=replace(deed, subject_id=draft.customer_id),
                dedupe_key=f"{MAIL_TOPIC}:{credit_note_id}:{person_id}",
            )


def _check(draft: CreditNoteDraft) -> None:
    if not draft.lines:
        raise CreditNoteWithoutLines(draft.number)
    if not draft.total.is_positive:
        raise CreditNoteTotalNotPositive(draft.number, draft.total)


def _refuse_taken(session: Session, drafts: Sequence[CreditNoteDraft]) -> None:
    wanted = [(draft.ledger_id, draft.number) for draft in drafts]
    if len(set(wanted)) < len(wanted):
        twice = next(number for ledger, number in wanted if wanted.count((ledger, number)) > 1)
        raise CreditNoteNumberTaken(twice)
    for ledger_id in {draft.ledger_id for draft in drafts}:
        numbers = [number for ledger, number in wanted if ledger == ledger_id]
        taken = sa.select(CreditNote.number).where(
            CreditNote.ledger_id == ledger_id, among(CreditNote.number, numbers)
        )
        if found := session.scalars(taken.limit(1)).one_or_none():
            raise CreditNoteNumberTaken(found)


def _refuse_strangers(session: Session, drafts: Sequence[CreditNoteDraft]) -> None:
    named = [draft for draft in drafts if draft.invoice_id]
    if not named:
        return
    wanted = sa.select(Invoice.id, Invoice.customer_id, Invoice.ledger_id, Invoice.currency).where(
        among(Invoice.id, [draft.invoice_id for draft in named])
    )
    known = {row.id: tuple(row)[1:] for row in session.execute(wanted)}
    for draft in named:
        own = (draft.customer_id, draft.ledger_id, draft.currency)
        if known.get(draft.invoice_id) != own:
            raise CreditNoteRefersElsewhere(draft.number)


def _row(credit_note_id: uuid.UUID, draft: CreditNoteDraft, deed: Deed) -> dict[str, object]:
    return {
        "id": credit_note_id,
        "ledger_id": draft.ledger_id,
        "customer_id": draft.customer_id,
        "invoice_id": draft.invoice_id,
        "number": draft.number,
        "reason": draft.reason,
        "issued_on": draft.issued_on,
        "currency": draft.currency,
        "total_minor": draft.total.minor,
        "unapplied_minor": 0,  # the journal fills it
        "created_at": deed.at,
    }


def _line_rows(credit_note_id: uuid.UUID, draft: CreditNoteDraft) -> list[dict[str, object]]:
    return [
        {
            "id": uuid.uuid4(),
            "credit_note_id": credit_note_id,
            "customer_id": draft.customer_id,
            "position": position,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "net_minor": line.net.minor,
            "tax_minor": line.tax.minor,
            "currency": draft.currency,
        }
        for position, line in enumerate(draft.lines, start=1)
    ]


def _booking(credit_note_id: uuid.UUID, draft: CreditNoteDraft, deed: Deed) -> Booking:
    whose = {"customer_id": draft.customer_id}
    return Booking(
        ledger_id=draft.ledger_id,
        kind=JournalKind.CREDIT_NOTE_ISSUED,
        source_id=credit_note_id,
        deed=replace(deed, subject_id=draft.customer_id, on=draft.issued_on),
        postings=(
            Posting(account=Account.GL_CONTROL, side=Side.DEBIT, amount=draft.total, **whose),
            Posting(
                account=Account.RECEIVABLE,
                side=Side.CREDIT,
                amount=draft.total,
                credit_note_id=credit_note_id,
                **whose,
            ),
        ),
    )
