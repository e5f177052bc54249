"""What the seller's own people do: open accounts, give rights, issue invoices, credit some."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from people.actions.credentials import set_password
from people.actions.persons import create_person
from people.models import PersonKind
from people.passwords import password_hash
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.actions.credit_notes import CreditNoteDraft, issue_credit_note
from receivables.actions.customers import add_contact, open_account, open_ledger
from receivables.actions.invoices import InvoiceDraft, issue_invoices
from sandbox.company.famous import DEMO_PASSWORD, DEMO_SIGN_INS
from sandbox.company.stage import Stage
from sandbox.company.values import (
    ENTITIES,
    Cast,
    Company,
    Person,
    PlannedCreditNote,
    PlannedInvoice,
)


def open_business(stage: Stage, cast: Cast) -> None:
    """Ledgers, accounts, people and their rights, on the first day; passwords for the famous."""
    hashes = _password_hashes(cast)
    with stage.books() as session:
        for entity in ENTITIES:
            stage.register.entities[entity.code] = open_ledger(
                session, code=entity.code, name=entity.name, country=entity.country
            )
        for company in cast.companies:
            _open_account(session, stage, company)
        for person in cast.people:
            _welcome(session, stage, person, hashes.get(person.email))


def _password_hashes(cast: Cast) -> dict[str, str]:
    """Made before any transaction: each takes some 30 ms. All others sign in by mail link."""
    known = {sign_in.email for sign_in in DEMO_SIGN_INS}
    return {
        person.email: password_hash(DEMO_PASSWORD, email=person.email, name=person.name)
        for person in cast.people
        if person.email in known
    }


def _open_account(session: Session, stage: Stage, company: Company) -> None:
    customers = stage.register.customers
    customers[company.number] = open_account(
        session,
        number=company.number,
        name=company.name,
        language=company.language,
        country=company.country,
        net_days=company.net_days,
        deed=stage.deed(),
        parent_id=customers[company.parent] if company.parent else None,
    )


def _welcome(session: Session, stage: Stage, person: Person, secret_hash: str | None) -> None:
    known = create_person(
        session,
        email=person.email,
        name=person.name,
        language=person.language,
        kind=PersonKind.CONTACT,
        deed=stage.deed(),
    )
    stage.register.people[person.email] = known.id
    stage.register.languages[person.email] = person.language
    for seat in person.seats:
        customer_id = stage.register.customers[seat.company]
        stage.register.contacts[seat.company, person.email] = add_contact(
            session,
            customer_id=customer_id,
            person_id=known.id,
            role=seat.role,
            deed=stage.deed(subject_id=customer_id),
            gets_receipts=seat.gets_receipts,
        )
    if secret_hash:
        set_password(session, person_id=known.id, secret_hash=secret_hash, deed=stage.deed())


def issue(stage: Stage, invoices: Sequence[PlannedInvoice]) -> None:
    """A day's invoices, in one go."""
    if not invoices:
        return
    with stage.books() as session:
        ids = issue_invoices(
            session, [_draft(stage, invoice) for invoice in invoices], deed=stage.deed()
        )
    for invoice_id, invoice in zip(ids, invoices, strict=True):
        stage.register.invoices[invoice.entity, invoice.number] = invoice_id


def credit(stage: Stage, notes: Sequence[PlannedCreditNote]) -> None:
    """A day's credit notes; those that are to be are set against their invoice."""
    for note in notes:
        customer_id = stage.register.customers[note.company]
        invoice_id = stage.register.invoices[note.entity, note.invoice]
        deed = stage.deed(subject_id=customer_id)
        draft = CreditNoteDraft(
            ledger_id=stage.register.entities[note.entity],
            customer_id=customer_id,
            number=note.number,
            reason=note.reason,
            issued_on=note.issued_on,
            currency=note.currency,
            lines=note.lines,
            invoice_id=invoice_id,
        )
        with stage.books(lock={"customer": [customer_id]}) as session:
            note_id = issue_credit_note(session, draft, deed=deed)
            if note.is_applied:
                apply_credit_note(
                    session,
                    credit_note_id=note_id,
                    claims=[Claim(invoice_id=invoice_id, amount=draft.total)],
                    operation_id=uuid.UUID(int=stage.draws.getrandbits(128), version=4),
                    deed=deed,
                )


def _draft(stage: Stage, invoice: PlannedInvoice) -> InvoiceDraft:
    return InvoiceDraft(
        ledger_id=stage.register.entities[invoice.entity],
        customer_id=stage.register.customers[invoice.company],
        number=invoice.number,
        purchase_order=invoice.purchase_order,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        lines=invoice.lines,
        discount=invoice.discount,
    )
