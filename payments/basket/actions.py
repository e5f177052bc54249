"""Filling a basket. It promises nothing: amounts are checked again when they are paid."""

import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.money import Money
from payments.basket.errors import (
    AmountExceedsOpen,
    AmountNotPositive,
    BasketError,
    BasketFull,
    InvoiceNotPayable,
)
from payments.basket.models import BasketItem
from receivables.actions.allocation import Claim
from receivables.queries.discounts import offers_of
from receivables.queries.open_items import still_open_of

ITEMS_MAX = 500  # what one card payment can still show on its page and its receipt


def put_in_basket(
    session: Session, *, contact_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], deed: Deed
) -> int:
    """Add the customer's open invoices, each for what settles it today; how many were new.

    That is what is open, less a discount that may still be earned.

    Invoices that are paid, or not this customer's, are passed over; one already there keeps its
    amount. Raises BasketFull.
    """
    still_open = still_open_of(session, customer_id=_customer(deed), invoice_ids=invoice_ids)
    offers = offers_of(session, customer_id=_customer(deed), invoice_ids=invoice_ids, on=deed.on)
    still_open |= {invoice_id: offer.pays for invoice_id, offer in offers.items()}
    rows = [
        {
            "contact_id": contact_id,
            "invoice_id": invoice_id,
            "customer_id": deed.subject_id,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "added_at": deed.at,
        }
        for invoice_id, amount in still_open.items()
        if amount.is_positive
    ]
    if not rows:
        return 0
    added = session.scalars(
        insert(BasketItem).values(rows).on_conflict_do_nothing().returning(BasketItem.invoice_id)
    ).all()
    held = sa.select(sa.func.count()).where(BasketItem.contact_id == contact_id)
    if session.scalars(held).one() > ITEMS_MAX:
        raise BasketFull(ITEMS_MAX)
    record(session, "basket.filled", object_id=contact_id, deed=deed, facts={"added": len(added)})
    return len(added)


def set_amounts(
    session: Session, *, contact_id: uuid.UUID, amounts: Mapping[uuid.UUID, Money], deed: Deed
) -> tuple[BasketError, ...]:
    """Mean to pay these amounts of invoices in the basket; the refusals, one an invoice.

    A refusal (AmountNotPositive, AmountExceedsOpen, or InvoiceNotPayable when it is not there)
    leaves its invoice as it was and the others changed.
    """
    if not amounts:
        return ()
    still_open = still_open_of(session, customer_id=_customer(deed), invoice_ids=list(amounts))
    refusals = [
        refusal
        for invoice_id, amount in amounts.items()
        if (refusal := _refusal(invoice_id, amount, still_open.get(invoice_id)))
    ]
    refused = {refusal.invoice_id for refusal in refusals}
    accepted = {i: amount.minor for i, amount in amounts.items() if i not in refused}
    if accepted:
        absent = accepted.keys() - _change(session, contact_id, accepted)
        refusals += [InvoiceNotPayable(invoice_id) for invoice_id in absent]
        facts = {"changed": len(accepted) - len(absent)}
        record(session, "basket.amount_set", object_id=contact_id, deed=deed, facts=facts)
    return tuple(refusals)


def _refusal(
    invoice_id: uuid.UUID, amount: Money, still_open: Money | None
) -> AmountNotPositive | AmountExceedsOpen | InvoiceNotPayable | None:
    if not amount.is_positive:
        return AmountNotPositive(invoice_id)
    if still_open is None or still_open.currency != amount.currency:
        return InvoiceNotPayable(invoice_id)
    return AmountExceedsOpen(invoice_id, amount, still_open) if amount > still_open else None


def _change(
    session: Session, contact_id: uuid.UUID, minors: Mapping[uuid.UUID, int]
) -> set[uuid.UUID]:
    """Write all of them by one statement; the invoices that were there."""
    meant = sa.values(
        sa.column("invoice_id", sa.Uuid), sa.column("minor", sa.BigInteger), name="meant"
    ).data(list(minors.items()))
    changed = session.execute(
        sa.update(BasketItem)
        .where(BasketItem.contact_id == contact_id, BasketItem.invoice_id == meant.c.invoice_id)
        .values(amount_minor=meant.c.minor)
        .returning(BasketItem.invoice_id),
        execution_options={"synchronize_session": False},
    )
    return set(changed.scalars())


def lower(
    session: Session,
    *,
    contact_id: uuid.UUID,
    claims: Sequence[Claim],
    settled: Mapping[uuid.UUID, Money],
    deed: Deed,
) -> None:
    """Mean to pay so much less of what was settled another way; what is whole leaves the basket."""
    left = {
        one.invoice_id: one.amount - settled[one.invoice_id]
        for one in claims
        if one.invoice_id in settled
    }
    paid = [invoice_id for invoice_id, rest in left.items() if rest.is_zero]
    take_out(session, contact_id=contact_id, invoice_ids=paid, deed=deed)
    rest = {invoice_id: amount for invoice_id, amount in left.items() if amount.is_positive}
    set_amounts(session, contact_id=contact_id, amounts=rest, deed=deed)


def take_out(
    session: Session, *, contact_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], deed: Deed
) -> None:
    """Take invoices out of a basket; one that is not there is as good as taken out."""
    removed = session.scalars(
        sa.delete(BasketItem)
        .where(BasketItem.contact_id == contact_id, BasketItem.invoice_id.in_(invoice_ids))
        .returning(BasketItem.invoice_id)
    ).all()
    if removed:  # nothing was done where nothing was there
        facts = {"removed": len(removed)}
        record(session, "basket.taken_out", object_id=contact_id, deed=deed, facts=facts)


def _customer(deed: Deed) -> uuid.UUID:
    if deed.subject_id is None:
        raise ValueError("a basket belongs to a customer")
    return deed.subject_id
