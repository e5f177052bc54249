"""What a bookkeeper does from a shell with money: transfers, application, exchange, standing."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import click
from sqlalchemy.orm import Session

from foundation.currency import currency
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.differences import settle_with_difference
from receivables.actions.exchanges import exchange_receipt, undo_exchange
from receivables.actions.receipts import receive_transfer
from receivables.actions.reversal import reverse_allocation
from receivables.actions.standing import change_standing
from receivables.models import AdjustmentKind, Receipt, Standing
from receivables.queries.named import (
    Named,
    allocations_between,
    customer_named,
    invoice_named,
    ledger_named,
    receipt_named,
)
from serve.bookkeeping import decimal, money, refusals
from serve.imports import at_the_books

Act = Callable[[Session, Named, Deed], str]
Both = Callable[[Session, Named, Named, Deed], str]
DIFFERENCES = [one.value for one in AdjustmentKind if one != AdjustmentKind.WRITE_OFF]


@click.command("receive-transfer")
@click.argument("ledger")
@click.argument("customer")
@click.argument("amount")
@click.argument("code")
@click.option("--fee", help="What a bank kept of it; it counts as received.")
def receive(ledger: str, customer: str, amount: str, code: str, fee: str | None) -> None:
    """Book a bank transfer of AMOUNT in currency CODE from CUSTOMER, as credit on its account."""
    with at_the_books() as (transaction, deed), refusals():
        currency(code)
        with transaction() as session:
            ledger_id = ledger_named(session, code=ledger)
            customer_id = customer_named(session, number=customer)
        if ledger_id is None or customer_id is None:
            raise click.ClickException(f"There is no ledger {ledger}, or no customer {customer}.")
        with transaction(lock={"customer": [customer_id]}) as session:
            receipt_id = receive_transfer(
                session,
                ledger_id=ledger_id,
                customer_id=customer_id,
                amount=positive(amount, code),
                fee=positive(fee, code) if fee else None,
                deed=replace(deed, subject_id=customer_id),
            )
            number = session.get_one(Receipt, receipt_id).number
    click.echo(f"Receipt {number} is booked.")


@click.command("apply-receipt")
@click.argument("receipt")
@click.argument("ledger")
@click.argument("invoice")
@click.option(
    "--difference",
    type=click.Choice(DIFFERENCES),
    help="What the rest is, where a little less or more came than is owed.",
)
def apply(receipt: str, ledger: str, invoice: str, difference: str | None) -> None:
    """Settle INVOICE of LEDGER with what RECEIPT has left."""

    def act(session: Session, money_in: Named, owed: Named, deed: Deed) -> str:
        if difference:
            short = settle_with_difference(
                session,
                receipt_id=money_in.id,
                invoice_id=owed.id,
                kind=AdjustmentKind(difference),
                operation_id=uuid.uuid4(),
                deed=deed,
            )
            return f"{invoice} is settled; the difference of {abs(short)} is booked: {difference}."
        claim = Claim(invoice_id=owed.id, amount=left_of(session, money_in))
        done = allocate_up_to(
            session,
            receipt_id=money_in.id,
            claims=[claim] if owed.currency == money_in.currency else [],
            operation_id=uuid.uuid4(),
            deed=deed,
        )
        return f"{done} of {receipt} settle {invoice}."

    at_both(receipt, ledger, invoice, act)


@click.command("undo-application")
@click.argument("receipt")
@click.argument("ledger")
@click.argument("invoice")
@click.option("--reason", required=True, help="Why; it is kept in the books.")
def undo(receipt: str, ledger: str, invoice: str, reason: str) -> None:
    """Let RECEIPT settle INVOICE of LEDGER no more; differences and discount go with it."""

    def act(session: Session, money_in: Named, owed: Named, deed: Deed) -> str:
        found = allocations_between(session, receipt_id=money_in.id, invoice_id=owed.id)
        for allocation_id in found:
            reverse_allocation(session, allocation_id=allocation_id, reason=reason, deed=deed)
        return f"Applications undone: {len(found)}."

    at_both(receipt, ledger, invoice, act)


@click.command("exchange-receipt")
@click.argument("receipt")
@click.argument("into")
@click.argument("rate")
def exchange(receipt: str, into: str, rate: str) -> None:
    """Exchange what RECEIPT has left INTO another currency, RATE of it for one of its own."""

    def act(session: Session, money_in: Named, deed: Deed) -> str:
        currency(into)
        new = exchange_receipt(
            session, receipt_id=money_in.id, into=into, rate=decimal(rate), deed=deed
        )
        made = session.get_one(Receipt, new)
        return f"It became receipt {made.number}: {made.amount}."

    at_receipt(receipt, act)


@click.command("undo-exchange")
@click.argument("receipt")
@click.option("--reason", required=True, help="Why; it is kept in the books.")
def exchange_back(receipt: str, reason: str) -> None:
    """Exchange back what RECEIPT was made of, whole and at the same rate."""

    def act(session: Session, money_in: Named, deed: Deed) -> str:
        undo_exchange(session, receipt_id=money_in.id, reason=reason, deed=deed)
        return f"{receipt} is exchanged back."

    at_receipt(receipt, act)


@click.command("set-standing")
@click.argument("customer")
@click.argument("standing", type=click.Choice([one.value for one in Standing]))
@click.option("--reason", required=True, help="Why; it is kept in the audit chain.")
def set_standing(customer: str, standing: str, reason: str) -> None:
    """Say whether money of CUSTOMER may meet its invoices without a person of ours."""
    with at_the_books() as (transaction, deed), refusals():
        with transaction() as session:
            customer_id = customer_named(session, number=customer)
        if customer_id is None:
            raise click.ClickException(f"There is no customer {customer}.")
        with transaction(lock={"customer": [customer_id]}) as session:
            is_new = change_standing(
                session,
                customer_id=customer_id,
                standing=Standing(standing),
                reason=reason,
                deed=deed,
            )
    click.echo(f"{customer} stands as {standing}" + ("." if is_new else " already."))


def at_receipt(number: str, act: Act) -> None:
    """Find it, lock its customer, do it, say what came of it."""
    with at_the_books() as (transaction, deed), refusals():
        with transaction() as session:
            found = known_receipt(session, number)
        with transaction(lock={"customer": [whose(found)]}) as session:
            told = act(session, found, replace(deed, subject_id=found.customer_id))
    click.echo(told)


def at_both(receipt: str, ledger: str, invoice: str, act: Both) -> None:
    """The same with an invoice beside it, which may be of another customer."""
    with at_the_books() as (transaction, deed), refusals():
        with transaction() as session:
            found = known_receipt(session, receipt)
            owed = invoice_named(session, ledger=ledger, number=invoice)
        if owed is None or owed.ledger_id != found.ledger_id:
            raise click.ClickException(f"The ledger of {receipt} has no invoice {invoice}.")
        with transaction(lock={"customer": [whose(found), whose(owed)]}) as session:
            told = act(session, found, owed, replace(deed, subject_id=found.customer_id))
    click.echo(told)


def known_receipt(session: Session, number: str) -> Named:
    """The receipt, or the end of the command."""
    found = receipt_named(session, number=number)
    if found is None:
        raise click.ClickException(f"There is no receipt {number}.")
    return found


def whose(document: Named) -> uuid.UUID:
    """Its customer, or the end of the command."""
    if document.customer_id is None:
        raise click.ClickException("Nobody knows yet whose money that is.")
    return document.customer_id


def left_of(session: Session, money_in: Named) -> Money:
    """What a receipt has left to settle anything with."""
    receipt = session.get_one(Receipt, money_in.id)
    return Money(receipt.unapplied_minor, receipt.currency)


def positive(text: str, code: str) -> Money:
    """An amount above zero, as it is typed in English."""
    amount = money(text, code)
    if not amount.is_positive:
        raise click.ClickException(f"{amount} is nothing to book.")
    return amount


COMMANDS = (receive, apply, undo, exchange, exchange_back, set_standing)
