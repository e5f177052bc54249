"""Money in another currency: exchanged at a stated rate by a journal, before it settles anything.

What one currency gives and another gets meets on the exchange account; both amounts are kept.
"""

import uuid
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.currency import currency
from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.journal import Booking, Posting, post
from receivables.actions.receipts import add_receipt
from receivables.errors import ExchangeInUse, NotExchangeable
from receivables.models import Account, Exchange, JournalKind, Receipt, ReceiptMethod, Side

RATE_PLACES: Final = Decimal("1e-10")  # as many as are kept


def exchanged(amount: Money, into: str, rate: Decimal) -> Money:
    """An amount in another currency, `rate` of it for one; half a minor unit rounded up.

    1,080.00 USD at 0.925 are 999.00 EUR; 1,000 JPY at 0.0061 are 6.10 EUR.
    """
    shift = currency(into).exponent - amount.exponent
    exact = (Decimal(amount.minor) * rate).scaleb(shift)
    return Money(int(exact.to_integral_value(ROUND_HALF_UP)), into)


def exchange_receipt(
    session: Session,
    *,
    receipt_id: uuid.UUID,
    into: str,
    rate: Decimal,
    deed: Deed,
    amount: Money | None = None,
) -> uuid.UUID:
    """Exchange an amount of a receipt, or all it has left, into another currency.

    Returns the receipt it becomes, which came in on the same day and settles what is owed in that
    currency. The caller holds the customer's lock. Raises NotExchangeable.
    """
    receipt = session.get_one(Receipt, receipt_id, populate_existing=True)
    left = Money(receipt.unapplied_minor, receipt.currency)
    given = left if amount is None else amount
    is_other = into != receipt.currency and given.currency == receipt.currency
    if not is_other or receipt.customer_id is None:
        raise NotExchangeable(receipt.number, left)
    rate = rate.quantize(RATE_PLACES)
    got = exchanged(given, into, rate)
    if not given.is_positive or given > left or not got.is_positive:
        raise NotExchangeable(receipt.number, left)
    to_id = add_receipt(
        session,
        ledger_id=receipt.ledger_id,
        customer_id=receipt.customer_id,
        amount=got,
        received_on=receipt.received_on,
        method=ReceiptMethod.EXCHANGE,
        deed=deed,
    )
    exchange = Exchange(
        id=uuid.uuid4(),
        customer_id=receipt.customer_id,
        from_receipt_id=receipt_id,
        from_minor=given.minor,
        from_currency=given.currency,
        to_receipt_id=to_id,
        to_minor=got.minor,
        to_currency=got.currency,
        rate=rate,
    )
    _book(session, exchange, receipt.ledger_id, deed)
    return to_id


def undo_exchange(session: Session, *, receipt_id: uuid.UUID, reason: str, deed: Deed) -> None:
    """Exchange back what a receipt was made by: at the same rate, by a reversing journal.

    The caller holds the customer's lock. Raises ExchangeInUse.
    """
    receipt = session.get_one(Receipt, receipt_id, populate_existing=True)
    made_by = sa.select(Exchange).where(
        Exchange.to_receipt_id == receipt_id, Exchange.reverses_id.is_(None)
    )
    done = session.scalars(made_by).one_or_none()
    if done is None or receipt.unapplied_minor != done.to_minor:
        raise ExchangeInUse(receipt.number)
    names = ("customer_id", "from_receipt_id", "from_minor", "from_currency", "to_receipt_id")
    copied = {name: getattr(done, name) for name in (*names, "to_minor", "to_currency", "rate")}
    back = Exchange(id=uuid.uuid4(), reverses_id=done.id, **copied)
    _book(session, back, receipt.ledger_id, deed, reverses_id=done.journal_id, reason=reason)


def _book(
    session: Session,
    exchange: Exchange,
    ledger_id: uuid.UUID,
    deed: Deed,
    *,
    reverses_id: uuid.UUID | None = None,
    reason: str | None = None,
) -> None:
    is_back = reverses_id is not None
    booking = Booking(
        ledger_id=ledger_id,
        kind=JournalKind.EXCHANGE_REVERSED if is_back else JournalKind.EXCHANGE,
        source_id=exchange.id,
        deed=replace(deed, subject_id=exchange.customer_id),
        reverses_id=reverses_id,
        reason=reason,
        postings=_postings(exchange, is_back=is_back),
    )
    [journal_id] = post(session, [booking])
    exchange.journal_id, exchange.created_at = journal_id, deed.at
    session.add(exchange)
    session.flush()  # the row is part of the booking
    given = Money(exchange.from_minor, exchange.from_currency)
    record(
        session,
        "exchange.undone" if is_back else "exchange.booked",
        object_id=exchange.to_receipt_id,
        deed=booking.deed,
        facts={
            "given": str(given),
            "got": str(Money(exchange.to_minor, exchange.to_currency)),
            "rate": str(exchange.rate),
            "journal": str(journal_id),
        },
    )


def _postings(exchange: Exchange, *, is_back: bool) -> list[Posting]:
    """What is given leaves its receipt, what is got comes on the other; or both the way back."""
    given = Money(exchange.from_minor, exchange.from_currency)
    got = Money(exchange.to_minor, exchange.to_currency)
    out, back = (Side.CREDIT, Side.DEBIT) if is_back else (Side.DEBIT, Side.CREDIT)
    cash, clearing, whose = Account.UNAPPLIED_CASH, Account.EXCHANGE, exchange.customer_id
    return [
        Posting(
            account=cash,
            side=out,
            amount=given,
            customer_id=whose,
            receipt_id=exchange.from_receipt_id,
        ),
        Posting(account=clearing, side=back, amount=given),
        Posting(account=clearing, side=out, amount=got),
        Posting(
            account=cash,
            side=back,
            amount=got,
            customer_id=whose,
            receipt_id=exchange.to_receipt_id,
        ),
    ]
