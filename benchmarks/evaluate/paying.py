"""Paying real invoices by card: basket, page, payer, webhook, worker, books, letter."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

import polars as pl
import sqlalchemy as sa

from benchmarks.evaluate.stage import WEBHOOK, Stage
from benchmarks.evaluate.truth import Truth
from foundation.amounts import format_money
from foundation.currency import currency
from foundation.money import Money
from jobs.dispatch import work_all
from payments.basket.actions import put_in_basket
from payments.basket.queries import BasketGroup, basket_of
from payments.card.checkout import PaymentOrder, start_payment
from payments.card.models import CardPayment, CardPaymentState
from people.actions.persons import create_person
from people.models import PersonKind
from receivables.actions.allocation import Claim
from receivables.actions.customers import add_contact
from receivables.models import ContactRole, Customer, Invoice, Ledger
from receivables.queries.balances import CurrencyBalance, balances_of

ITEMS: Final = 25
LANGUAGE: Final = "en"
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What was paid, and what does not fit it, a sentence each."""

    items: int
    amount: Money
    disagreements: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payer:
    customer_id: uuid.UUID
    contact_id: uuid.UUID
    person_id: uuid.UUID


def basket_for(truth: Truth) -> pl.DataFrame:
    """25 items of the customer with most in one ledger and currency, longest due first.

    None is larger than a 25th of what a card may be charged, so that all fit one payment.
    """
    bounds = {code: currency(code).charge_max for code in truth.items["currency"].unique()}
    most = pl.col("currency").replace_strict(bounds, return_dtype=pl.Int64) // ITEMS
    fitting = truth.items.filter(pl.col("minor") <= most)
    key = ("ledger", "customer_id", "currency")
    largest = fitting.group_by(key).len().sort("len", *key, descending=[True, False, False, False])
    chosen = fitting.join(largest.head(1), on=key, how="semi")
    return chosen.sort("due_on", "number").head(ITEMS)


def pay(stage: Stage, chosen: pl.DataFrame, *, as_of: dt.date) -> Paid:
    """Pay these items as a contact of their customer does, and hold books and bank against it."""
    amount = Money(int(chosen["minor"].sum()), chosen["currency"][0])
    payer = _enter(stage, chosen["customer_id"][0])
    before = _balance(stage, payer, amount.currency, as_of)
    invoice_ids = _invoice_ids(stage, chosen)
    group = _fill_basket(stage, payer, invoice_ids)
    payment_id = _pay_by_card(stage, payer, group)
    after = _balance(stage, payer, amount.currency, as_of)
    wrong = [
        *_held_against(stage, payment_id, amount, group),
        *_dropped(before, after, amount, len(invoice_ids)),
        *_left_open(stage, invoice_ids),
        *_told(stage, amount),
    ]
    return Paid(items=len(invoice_ids), amount=amount, disagreements=wrong)


def _enter(stage: Stage, number: str) -> _Payer:
    """A person who may pay for the customer."""
    with stage.app() as session:
        customer_id = session.scalars(sa.select(Customer.id).where(Customer.number == number)).one()
        person_id = create_person(
            session,
            email="payer@example.com",
            name="Pat Payer",
            language=LANGUAGE,
            kind=PersonKind.CONTACT,
            deed=stage.deed(),
        ).id
        contact_id = add_contact(
            session,
            customer_id=customer_id,
            person_id=person_id,
            role=ContactRole.PAYER,
            deed=stage.deed(subject_id=customer_id),
        )
    return _Payer(customer_id=customer_id, contact_id=contact_id, person_id=person_id)


def _invoice_ids(stage: Stage, chosen: pl.DataFrame) -> list[uuid.UUID]:
    wanted = (
        sa.select(Invoice.id)
        .join(Ledger, Ledger.id == Invoice.ledger_id)
        .where(Ledger.code == chosen["ledger"][0], Invoice.number.in_(chosen["number"].to_list()))
    )
    with stage.app() as session:
        return list(session.scalars(wanted))


def _fill_basket(stage: Stage, payer: _Payer, invoice_ids: list[uuid.UUID]) -> BasketGroup:
    deed = stage.deed(actor_id=payer.person_id, subject_id=payer.customer_id)
    portal = stage.portal.of(payer.customer_id)
    with portal() as session:
        put_in_basket(session, contact_id=payer.contact_id, invoice_ids=invoice_ids, deed=deed)
    with portal() as session:
        basket = basket_of(
            session, contact_id=payer.contact_id, customer_id=payer.customer_id, on=deed.on
        )
    [group] = basket.groups
    return group


def _pay_by_card(stage: Stage, payer: _Payer, group: BasketGroup) -> uuid.UUID:
    order = PaymentOrder(
        operation_id=uuid.uuid4(),
        contact_id=payer.contact_id,
        ledger_id=group.ledger_id,
        items=[Claim(invoice_id=line.invoice_id, amount=line.amount) for line in group.items],
        language=LANGUAGE,
        address="203.0.113.9",
        return_url=lambda payment_id: f"http://localhost:8000/payments/{payment_id}/return",
    )
    deed = stage.deed(actor_id=payer.person_id, subject_id=payer.customer_id)
    portal = stage.portal.of(payer.customer_id)
    started = start_payment(portal, stage.desk.gateway, order=order, deed=deed)
    wanted = sa.select(CardPayment.session_ref).where(CardPayment.id == started.payment_id)
    with stage.app() as session:
        page = session.scalars(wanted).one()
    stage.world.payer(page or "").pay()
    stage.world.deliver_all()
    work_all(stage.desk)
    return started.payment_id


def _balance(stage: Stage, payer: _Payer, code: str, as_of: dt.date) -> CurrencyBalance:
    with stage.portal(customer=payer.customer_id) as session:
        found = balances_of(session, customer_id=payer.customer_id, on=as_of)
    return next(balance for balance in found if balance.currency == code)


def _held_against(
    stage: Stage, payment_id: uuid.UUID, amount: Money, group: BasketGroup
) -> list[str]:
    """The basket, the payment's state, and what the played card company took."""
    with stage.app() as session:
        state = session.get_one(CardPayment, payment_id).state
    taken = stage.world.totals().get(amount.currency.lower())
    wrong = []
    if group.total != amount:
        wrong.append(f"the basket comes to {group.total}, its invoices to {amount}")
    if state != CardPaymentState.SUCCEEDED:
        wrong.append(f"the payment is {state}, though {WEBHOOK} was told")
    if taken != amount.minor:
        wrong.append(f"the card company took {taken}, not {amount.minor}")
    return wrong


def _dropped(
    before: CurrencyBalance, after: CurrencyBalance, amount: Money, items: int
) -> list[str]:
    """Open drops by exactly the sum, the count by exactly the items, and no credit is left."""
    pairs = {
        "open": (before.still_open - after.still_open, amount),
        "owed": (before.owed - after.owed, amount),
        "items": (before.open_count - after.open_count, items),
        "credit": (after.credit, before.credit),
    }
    return [
        f"paying {amount}: {name} changed by {has}, not {wanted}"
        for name, (has, wanted) in pairs.items()
        if has != wanted
    ]


def _left_open(stage: Stage, invoice_ids: list[uuid.UUID]) -> list[str]:
    wanted = sa.select(Invoice.number).where(Invoice.id.in_(invoice_ids), Invoice.open_minor > 0)
    with stage.app() as session:
        return [f"invoice {number} was paid and is open" for number in session.scalars(wanted)]


def _told(stage: Stage, amount: Money) -> list[str]:
    """One letter to the payer that says the amount, with the receipt."""
    letters = list(stage.mailbox.newest_first())
    wrong = [] if len(letters) == 1 else [f"{len(letters)} letters were sent, not 1"]
    for letter in letters:
        kinds = [attachment.kind for attachment in letter.attachments]
        if format_money(amount, LANGUAGE) not in letter.body("plain") or kinds != [PDF]:
            wrong.append(f"the letter {letter.subject!r} does not say {amount} with its receipt")
    return wrong
