"""Late fees and interest: open items of their own, charged once, paid like an invoice."""

import datetime as dt
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from foundation.money import Money
from foundation.paging import Cut
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.charges import cancel_charge, charge_interest, charge_late_fee
from receivables.actions.receipts import receive_card
from receivables.errors import (
    ChargeCancelled,
    ChargePaidInPart,
    ChargeStands,
    InterestAhead,
    InvoiceNotOverdue,
    NotACharge,
    NothingToCharge,
)
from receivables.interest import days_times_open, interest_minor
from receivables.models import Invoice, JournalLine
from receivables.queries.account_activity import movements
from receivables.queries.invoice_detail import invoice_of
from receivables.queries.standing import Books, standing_items
from tests.factories.books import NOW, an_account, an_invoice, disagreements

TODAY = NOW.date()
DUE = dt.date(2026, 10, 13)  # thirty days before
NINE = Decimal(9)


def overdue(session, account, minor=120_000, due_on=DUE):
    return an_invoice(session, account, minor, issued_on=dt.date(2026, 9, 1), due_on=due_on)


def fee_on(session, account, invoice, minor=4_000):
    return charge_late_fee(
        session, invoice_id=invoice, amount=Money(minor, "EUR"), deed=account.deed()
    )


def interest_on(session, account, invoice, until=TODAY, percent=NINE):
    return charge_interest(
        session, invoice_id=invoice, percent=percent, until=until, deed=account.deed()
    )


def paid(session, account, invoice, minor, on):
    receipt = receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(minor, "EUR"),
        deed=account.deed(NOW, on=on),
    ).receipt_id
    allocate_up_to(
        session,
        receipt_id=receipt,
        claims=[Claim(invoice_id=invoice, amount=Money(minor, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(NOW, on=on),
    )


def total(session, invoice):
    return session.get_one(Invoice, invoice).total_minor


def test_a_late_fee_is_an_open_item_credited_to_late_charges(session):
    account = an_account(session)

    fee = fee_on(session, account, overdue(session, account))

    lines = session.execute(
        sa.select(JournalLine.account, JournalLine.side, JournalLine.amount_minor)
        .where(JournalLine.invoice_id == fee)
        .order_by(JournalLine.account)
    ).all()
    assert lines == [("late_charges", "C", 4_000), ("receivable", "D", 4_000)]
    assert session.get_one(Invoice, fee).open_minor == 4_000
    assert disagreements(session) == []


def test_interest_counts_each_day_with_what_was_open_at_its_end(session):
    account = an_account(session)
    invoice = overdue(session, account)
    paid(session, account, invoice, 40_000, DUE + dt.timedelta(days=11))

    charge = interest_on(session, account, invoice)

    days = 10 * 120_000 + 20 * 80_000  # 28 euro cents a day and a bit
    assert total(session, charge) == round(Fraction(9 * days, 36_500))


def test_a_day_is_charged_once_and_again_after_that_was_cancelled(session):
    account = an_account(session)
    invoice = overdue(session, account)
    first = interest_on(session, account, invoice, until=DUE + dt.timedelta(days=10))
    second = interest_on(session, account, invoice)

    with pytest.raises(NothingToCharge):
        interest_on(session, account, invoice)
    cancel_charge(session, invoice_id=second, reason="agreed", deed=account.deed())
    again = interest_on(session, account, invoice)

    assert (total(session, first), total(session, second)) == (296, 592)
    assert total(session, again) == 592


def test_one_late_fee_stands_for_an_invoice_until_it_is_cancelled(session):
    account = an_account(session)
    invoice = overdue(session, account)
    fee = fee_on(session, account, invoice)

    with pytest.raises(ChargeStands):
        fee_on(session, account, invoice)
    cancel_charge(session, invoice_id=fee, reason="goodwill", deed=account.deed())
    fee_on(session, account, invoice)

    assert session.get_one(Invoice, fee, populate_existing=True).open_minor == 0
    assert disagreements(session) == []


def test_nothing_is_charged_where_nothing_is_late_or_on_a_charge(session):
    account = an_account(session)
    today = overdue(session, account, due_on=TODAY)
    fee = fee_on(session, account, overdue(session, account))

    for one in (today, fee):
        with pytest.raises(InvoiceNotOverdue):
            fee_on(session, account, one)
    with pytest.raises(InterestAhead):
        interest_on(session, account, today, until=TODAY + dt.timedelta(days=1))


def test_only_a_whole_charge_is_cancelled_and_only_once(session):
    account = an_account(session)
    invoice = overdue(session, account)
    fee = fee_on(session, account, invoice)
    paid(session, account, fee, 1, TODAY)
    interest = interest_on(session, account, invoice)
    cancel_charge(session, invoice_id=interest, reason="agreed", deed=account.deed())

    for one, refusal in (
        (invoice, NotACharge),
        (fee, ChargePaidInPart),
        (interest, ChargeCancelled),
    ):
        with pytest.raises(refusal):
            cancel_charge(session, invoice_id=one, reason="no", deed=account.deed())


def test_the_database_lets_no_invoice_be_cancelled_or_charged_twice(session):
    account = an_account(session)
    invoice = overdue(session, account)
    fee = session.get_one(Invoice, fee_on(session, account, invoice))

    with pytest.raises(IntegrityError, match="standing_late_fee"), session.begin_nested():
        session.execute(
            sa.insert(Invoice).from_select(
                [column.key for column in Invoice.__table__.columns if column.computed is None],
                sa.select(
                    *(
                        sa.func.gen_random_uuid()
                        if column.key == "id"
                        else sa.literal("LC-other")
                        if column.key == "number"
                        else column
                        for column in Invoice.__table__.columns
                        if column.computed is None
                    )
                ).where(Invoice.id == fee.id),
            )
        )


def test_the_invoice_tells_of_its_charges_and_the_statement_calls_them_by_name(session):
    account = an_account(session)
    invoice = overdue(session, account)
    fee = fee_on(session, account, invoice)
    cancelled = interest_on(session, account, invoice)
    cancel_charge(session, invoice_id=cancelled, reason="agreed", deed=account.deed())

    def told(one):
        return invoice_of(session, customer_id=account.customer_id, invoice_id=one, on=TODAY)

    books = Books(customer_id=account.customer_id, ledger_id=account.ledger_id, currency="EUR")
    items = standing_items(session, books=books, on=TODAY, cut=Cut()).rows
    moved = movements(session, books=books, start=TODAY, end=TODAY, cut=Cut()).rows
    assert sorted(event.kind for event in told(invoice).history) == [
        "interest_charged",
        "issued",
        "late_fee_charged",
    ]
    assert (told(fee).row.kind, told(fee).charged_for.id) == ("late_fee", invoice)
    assert (told(cancelled).row.state, told(cancelled).paid.minor) == ("cancelled", 0)
    assert sorted(item.kind for item in items) == ["invoice", "late_fee"]
    assert sorted(row.kind for row in moved) == [
        "charge_cancelled",
        "interest_charged",
        "late_fee_charged",
    ]


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
CHANGES = st.lists(st.tuples(DAYS, st.integers(-50_000, 90_000)), max_size=6)


@given(changes=CHANGES, ends=st.lists(DAYS, min_size=3, max_size=3).map(sorted))
def test_the_days_of_two_periods_are_those_of_the_whole(changes, ends):
    first, middle, last = ends

    parts = [
        days_times_open(changes, after=a, until=b) for a, b in ((first, middle), (middle, last))
    ]

    by_day = sum(
        minor
        for number in range((last - first).days)
        for day, minor in changes
        if day <= first + dt.timedelta(days=number + 1)
    )
    assert sum(parts) == days_times_open(changes, after=first, until=last) == by_day


@given(days=st.integers(0, 10**12), percent=st.decimals(0, 40, places=2))
def test_interest_is_within_half_a_unit_of_the_exact(days, percent):
    exact = Fraction(percent) * days / 36_500

    assert abs(interest_minor(days, percent) - exact) <= Fraction(1, 2)
