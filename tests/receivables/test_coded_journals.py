"""Write-offs, small differences, bank fees and exchanged money: coded, limited, undone exactly."""

import contextlib
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from foundation.money import Money
from foundation.paging import Cut
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.differences import settle_with_difference
from receivables.actions.exchanges import exchange_receipt, exchanged, undo_exchange
from receivables.actions.receipts import receive_transfer
from receivables.actions.reversal import reverse_allocation
from receivables.actions.write_offs import undo_write_off, write_off
from receivables.discounts import DiscountTerms
from receivables.errors import (
    BankFeeUnlikely,
    CurrenciesDiffer,
    DifferenceTooLarge,
    ExchangeInUse,
    NoDifference,
    NotExchangeable,
    NothingWrittenOff,
    WriteOffBeyondOpen,
)
from receivables.models import (
    Adjustment,
    AdjustmentKind,
    Allocation,
    Invoice,
    JournalLine,
    Receipt,
    WriteOffReason,
)
from receivables.queries.account_activity import movements
from receivables.queries.invoice_detail import invoice_of
from receivables.queries.receipts import receipt_of
from receivables.queries.standing import Books
from tests.factories.books import NOW, an_account, an_invoice, disagreements

FEE, TOLERANCE, FX = (
    AdjustmentKind.BANK_FEE,
    AdjustmentKind.TOLERANCE,
    AdjustmentKind.FX_DIFFERENCE,
)


def received(session, account, minor, currency="EUR", fee=None):
    return receive_transfer(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(minor, currency),
        fee=Money(fee, currency) if fee else None,
        deed=account.deed(),
    )


def settled(session, account, receipt, invoice, kind):
    return settle_with_difference(
        session,
        receipt_id=receipt,
        invoice_id=invoice,
        kind=kind,
        operation_id=uuid.uuid4(),
        deed=account.deed(),
    ).minor


def undone(session, account, receipt):
    [allocation] = session.scalars(
        sa.select(Allocation.id).where(
            Allocation.receipt_id == receipt, Allocation.reverses_id.is_(None)
        )
    )
    reverse_allocation(session, allocation_id=allocation, reason="wrong", deed=account.deed())


def stands(session, invoice, receipt):
    """What is open of the one and left of the other."""
    session.expire_all()
    return (
        session.get_one(Invoice, invoice).open_minor,
        session.get_one(Receipt, receipt).unapplied_minor,
    )


def given_up(session, account, invoice, minor=None):
    return write_off(
        session,
        invoice_id=invoice,
        reason=WriteOffReason.UNCOLLECTIBLE,
        amount=None if minor is None else Money(minor, "EUR"),
        deed=account.deed(),
    ).minor


def balance(session, account, invoice, name):
    """Debits less credits of an account, of an invoice."""
    signed = sa.case((JournalLine.side == "D", 1), else_=-1) * JournalLine.amount_minor
    lines = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(
        JournalLine.customer_id == account.customer_id,
        JournalLine.invoice_id == invoice,
        JournalLine.account == name,
    )
    return int(session.scalars(lines).one())


def test_a_part_and_then_the_rest_is_written_off_and_the_latest_taken_back(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 10_000)

    assert (given_up(session, account, invoice, 4_000), given_up(session, account, invoice)) == (
        4_000,
        6_000,
    )
    detail = invoice_of(session, customer_id=account.customer_id, invoice_id=invoice, on=NOW.date())
    undo_write_off(session, invoice_id=invoice, reason="he pays", deed=account.deed())
    back = undo_write_off(session, invoice_id=invoice, reason="he pays", deed=account.deed())

    assert (detail.row.state, detail.paid.minor) == ("written_off", 0)
    assert [event.kind for event in detail.history] == ["issued", "write_off", "write_off"]
    assert back.minor in (4_000, 6_000)
    assert balance(session, account, invoice, "write_off") == 0
    with pytest.raises(NothingWrittenOff):
        undo_write_off(session, invoice_id=invoice, reason="again", deed=account.deed())
    assert disagreements(session) == []


@pytest.mark.parametrize("minor", [0, 10_001])
def test_nothing_and_more_than_is_open_cannot_be_written_off(session, minor):
    account = an_account(session)
    invoice = an_invoice(session, account, 10_000)

    with pytest.raises(WriteOffBeyondOpen):
        given_up(session, account, invoice, minor)


def test_the_fee_a_bank_kept_counts_as_received_and_the_invoice_is_paid_whole(session):
    account = an_account(session)
    invoice, receipt = an_invoice(session, account, 100_000), received(session, account, 98_500)

    short = settled(session, account, receipt, invoice, FEE)
    told = receipt_of(session, customer_id=account.customer_id, receipt_id=receipt)
    paid = stands(session, invoice, receipt)
    undone(session, account, receipt)

    assert (short, paid) == (1_500, (0, 0))
    assert (told.fee.minor, told.allocated[0].amount.minor) == (1_500, 100_000)
    assert stands(session, invoice, receipt) == (100_000, 98_500)
    assert disagreements(session) == []


def test_a_fee_known_at_once_is_part_of_the_receipt(session):
    account = an_account(session)

    receipt = received(session, account, 98_500, fee=1_500)

    assert session.get_one(Receipt, receipt).unapplied_minor == 100_000
    assert disagreements(session) == []


def test_an_earned_discount_is_no_difference(session):
    account = an_account(session)
    terms = DiscountTerms(until=NOW.date(), percent=Decimal(2))
    invoice = an_invoice(session, account, 100_000, discount=terms)
    receipt = received(session, account, 97_900)

    assert settled(session, account, receipt, invoice, TOLERANCE) == 100
    assert stands(session, invoice, receipt) == (0, 0)
    assert balance(session, account, invoice, "discount") == 2_000
    undone(session, account, receipt)
    assert stands(session, invoice, receipt) == (100_000, 97_900)
    assert disagreements(session) == []


def test_a_difference_beyond_its_limit_is_refused_with_the_limit(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 30_000)

    with pytest.raises(DifferenceTooLarge) as refusal:
        settled(session, account, received(session, account, 29_699), invoice, TOLERANCE)
    with pytest.raises(BankFeeUnlikely):
        settled(session, account, received(session, account, 30_001), invoice, FEE)
    with pytest.raises(NoDifference):
        settled(session, account, received(session, account, 30_000), invoice, TOLERANCE)

    assert (refusal.value.difference.minor, refusal.value.limit.minor) == (301, 300)


def test_money_in_another_currency_is_exchanged_at_a_rate_before_it_pays(session):
    account = an_account(session)
    invoice, dollars = (
        an_invoice(session, account, 100_000),
        received(session, account, 108_000, "USD"),
    )
    with pytest.raises(CurrenciesDiffer):
        settled(session, account, dollars, invoice, FX)

    euros = exchange_receipt(
        session, receipt_id=dollars, into="EUR", rate=Decimal("0.925"), deed=account.deed()
    )
    short = settled(session, account, euros, invoice, FX)
    told = receipt_of(session, customer_id=account.customer_id, receipt_id=euros)
    with pytest.raises(ExchangeInUse):
        undo_exchange(session, receipt_id=euros, reason="wrong rate", deed=account.deed())

    assert (short, stands(session, invoice, euros)) == (100, (0, 0))
    [made_of] = told.exchanges
    assert (str(made_of.given), str(made_of.got)) == ("1080.00 USD", "999.00 EUR")
    assert disagreements(session) == []


def test_what_was_exchanged_is_exchanged_back_exactly_and_once(session):
    account = an_account(session)
    yen = received(session, account, 50_000, "JPY")
    euros = exchange_receipt(
        session,
        receipt_id=yen,
        into="EUR",
        rate=Decimal("0.0061"),
        amount=Money(30_000, "JPY"),
        deed=account.deed(),
    )

    undo_exchange(session, receipt_id=euros, reason="wrong rate", deed=account.deed())

    assert session.get_one(Receipt, yen, populate_existing=True).unapplied_minor == 50_000
    with pytest.raises(ExchangeInUse):
        undo_exchange(session, receipt_id=euros, reason="again", deed=account.deed())
    with pytest.raises(NotExchangeable):
        exchange_receipt(
            session, receipt_id=yen, into="EUR", rate=Decimal("1e-9"), deed=account.deed()
        )
    assert disagreements(session) == []


def test_the_statement_of_each_currency_tells_what_was_exchanged_and_let_go(session):
    account = an_account(session)
    invoice, dollars = (
        an_invoice(session, account, 100_000, issued_on=NOW.date()),
        received(session, account, 108_000, "USD"),
    )
    euros = exchange_receipt(
        session, receipt_id=dollars, into="EUR", rate=Decimal("0.93"), deed=account.deed()
    )
    settled(session, account, euros, invoice, FX)

    def told(currency):
        books = Books(
            customer_id=account.customer_id, ledger_id=account.ledger_id, currency=currency
        )
        rows = movements(session, books=books, start=NOW.date(), end=NOW.date(), cut=Cut()).rows
        return sorted((row.kind, row.change.minor) for row in rows)

    assert told("USD") == [("exchanged_out", 108_000), ("receipt", -108_000)]
    assert told("EUR") == [
        ("exchanged_into", -100_440),
        ("fx_difference", 440),
        ("invoice_issued", 100_000),
    ]


def test_the_database_refuses_a_second_undoing_and_any_change(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 10_000)
    given_up(session, account, invoice, 4_000)
    undo_write_off(session, invoice_id=invoice, reason="he pays", deed=account.deed())
    back = session.scalars(sa.select(Adjustment).where(Adjustment.reverses_id.is_not(None))).one()
    row = {column.key: getattr(back, column.key) for column in Adjustment.__table__.columns}

    with pytest.raises(IntegrityError, match="uq_adjustment_reverses_id"), session.begin_nested():
        session.execute(sa.insert(Adjustment).values(**{**row, "id": uuid.uuid4()}))
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.update(Adjustment).values(amount_minor=1))


REFUSALS = (
    *(WriteOffBeyondOpen, NothingWrittenOff, DifferenceTooLarge, NoDifference),
    BankFeeUnlikely,
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("write_off", "undo_write_off", "pay", "tolerance", "bank_fee", "fx_difference", "undo")
        ),
        st.integers(1, 40_000),
    ),
    min_size=2,
    max_size=9,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_coded_and_undone_the_parts_come_to_the_invoice(session, steps):
    account = an_account(session)
    invoice = an_invoice(session, account, 100_000)
    for what, minor in steps:
        with contextlib.suppress(*REFUSALS), session.begin_nested():
            happens(session, account, invoice, what, minor)
    assert disagreements(session) == []


def happens(session, account, invoice, what, minor):
    if what == "write_off":
        given_up(session, account, invoice, minor)
    elif what == "undo_write_off":
        undo_write_off(session, invoice_id=invoice, reason="x", deed=account.deed())
    elif what == "undo":
        undo_one(session, account, invoice)
    elif what == "pay":
        pay(session, account, invoice, minor)
    else:
        still_open = session.get_one(Invoice, invoice, populate_existing=True).open_minor
        near = max(1, still_open + minor % 900 - 450)
        settled(session, account, received(session, account, near), invoice, AdjustmentKind(what))


def undo_one(session, account, invoice):
    undone_ones = sa.select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    latest = session.scalars(
        sa.select(Allocation.id)
        .where(
            Allocation.invoice_id == invoice,
            Allocation.reverses_id.is_(None),
            Allocation.id.not_in(undone_ones),
        )
        .limit(1)
    ).first()
    if latest:
        reverse_allocation(session, allocation_id=latest, reason="x", deed=account.deed())


def pay(session, account, invoice, minor):
    allocate_up_to(
        session,
        receipt_id=received(session, account, minor),
        claims=[Claim(invoice_id=invoice, amount=Money(minor, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(),
    )


@given(
    minor=st.integers(1, 10**10),
    rate=st.decimals(Decimal("0.0001"), Decimal(200), places=6),
    pair=st.sampled_from((("USD", "EUR"), ("JPY", "EUR"), ("EUR", "JPY"), ("EUR", "KWD"))),
)
def test_exchanged_money_is_within_half_a_unit_of_the_exact(minor, rate, pair):
    digits = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
    given_, got = pair

    found = exchanged(Money(minor, given_), got, rate)

    exact = Decimal(minor) * rate * Decimal(10) ** (digits[got] - digits[given_])
    assert abs(found.minor - exact) <= Decimal("0.5")
