"""What a bookkeeper does from a shell with one invoice: late fees, interest, write-offs."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import click
from sqlalchemy.orm import Session

from foundation.amounts import parse_amount
from foundation.deed import Deed
from foundation.errors import QuittanceError
from foundation.money import Money
from receivables.actions.charges import cancel_charge, charge_interest, charge_late_fee
from receivables.actions.write_offs import undo_write_off, write_off
from receivables.models import Invoice, WriteOffReason
from receivables.queries.named import Named, invoice_named
from serve.imports import at_the_books

Act = Callable[[Session, Named, Deed], str]
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("charge-late-fee")
@click.argument("ledger")
@click.argument("number")
@click.argument("amount")
@click.option("--due", type=DAY, help="When it is due; else in 14 days.")
def late_fee(ledger: str, number: str, amount: str, due: dt.datetime | None) -> None:
    """Charge a fee because invoice NUMBER of LEDGER is overdue; AMOUNT is in its currency.

    The fee is an open item of its own: the customer sees and pays it like an invoice.
    """

    def act(session: Session, invoice: Named, deed: Deed) -> str:
        fee = charge_late_fee(
            session,
            invoice_id=invoice.id,
            amount=money(amount, invoice.currency),
            due_on=due.date() if due else None,
            deed=deed,
        )
        return charged(session, fee)

    at_invoice(ledger, number, act)


@click.command("charge-interest")
@click.argument("ledger")
@click.argument("number")
@click.argument("percent")
@click.option("--until", type=DAY, help="The last day that counts; else yesterday.")
@click.option("--due", type=DAY, help="When it is due; else in 14 days.")
def interest(
    ledger: str, number: str, percent: str, until: dt.datetime | None, due: dt.datetime | None
) -> None:
    """Charge interest at PERCENT a year on what was open of invoice NUMBER after it was due.

    Each day counts once: from the day after it was due, or after the last interest that stands.
    """

    def act(session: Session, invoice: Named, deed: Deed) -> str:
        charge = charge_interest(
            session,
            invoice_id=invoice.id,
            percent=decimal(percent),
            until=until.date() if until else deed.on - dt.timedelta(days=1),
            due_on=due.date() if due else None,
            deed=deed,
        )
        return charged(session, charge)

    at_invoice(ledger, number, act)


@click.command("cancel-charge")
@click.argument("ledger")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept in the books.")
def cancel(ledger: str, number: str, reason: str) -> None:
    """Take late fee or interest NUMBER of LEDGER back whole; nothing may settle it."""

    def act(session: Session, charge: Named, deed: Deed) -> str:
        cancel_charge(session, invoice_id=charge.id, reason=reason, deed=deed)
        return f"{number} is cancelled."

    at_invoice(ledger, number, act)


@click.command("write-off")
@click.argument("ledger")
@click.argument("number")
@click.argument("amount", required=False)
@click.option("--reason", required=True, type=click.Choice([one.value for one in WriteOffReason]))
def give_up(ledger: str, number: str, amount: str | None, reason: str) -> None:
    """Give up AMOUNT of invoice NUMBER of LEDGER, or all that is open of it."""

    def act(session: Session, invoice: Named, deed: Deed) -> str:
        done = write_off(
            session,
            invoice_id=invoice.id,
            amount=money(amount, invoice.currency) if amount else None,
            reason=WriteOffReason(reason),
            deed=deed,
        )
        return f"{done} of {number} are written off."

    at_invoice(ledger, number, act)


@click.command("undo-write-off")
@click.argument("ledger")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept in the books.")
def take_up(ledger: str, number: str, reason: str) -> None:
    """Take the latest write-off of invoice NUMBER of LEDGER back: it is owed again."""

    def act(session: Session, invoice: Named, deed: Deed) -> str:
        back = undo_write_off(session, invoice_id=invoice.id, reason=reason, deed=deed)
        return f"{back} of {number} are owed again."

    at_invoice(ledger, number, act)


def at_invoice(ledger: str, number: str, act: Act) -> None:
    """Find it, lock its customer, do it, say what came of it; a refusal ends with its reason."""
    with at_the_books() as (transaction, deed), refusals():
        with transaction() as session:
            invoice = invoice_named(session, ledger=ledger, number=number)
        if invoice is None or invoice.customer_id is None:
            raise click.ClickException(f"Ledger {ledger} has no invoice {number}.")
        with transaction(lock={"customer": [invoice.customer_id]}) as session:
            told = act(session, invoice, replace(deed, subject_id=invoice.customer_id))
    click.echo(told)


def charged(session: Session, charge_id: uuid.UUID) -> str:
    """What a charge is, in a sentence."""
    charge = session.get_one(Invoice, charge_id)
    return f"{charge.number} is charged: {charge.total}, due {charge.due_on}."


def money(text: str, currency: str) -> Money:
    """An amount as it is typed in English: 1,234.50."""
    return parse_amount(text, currency, "en")


def decimal(text: str) -> Decimal:
    """A percentage or a rate above zero, with a point: 9.5."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise click.ClickException(f"{text} is no number. Write it like 9.5.") from None
    if not number.is_finite() or number <= 0:
        raise click.ClickException(f"{text} is not above zero.")
    return number


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """A refusal of ours becomes the command's last words."""
    try:
        yield
    except QuittanceError as refusal:
        raise click.ClickException(f"Refused: {refusal}.") from refusal


COMMANDS = (late_fee, interest, cancel, give_up, take_up)
