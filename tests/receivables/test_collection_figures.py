"""DSO, best possible DSO, ADD and CEI: the trade's worked examples, and what must always hold."""

import datetime as dt
import uuid
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.charges import cancel_charge, charge_late_fee
from receivables.actions.receipts import receive_card
from receivables.collection_figures import (
    MonthSales,
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness,
    count_back_dso,
    simple_dso,
)
from receivables.queries.collection_figures import collection_figures
from tests.factories.books import an_account, an_invoice

MINOR = st.integers(min_value=0, max_value=10**12)
SALES = st.integers(min_value=1, max_value=10**12)


def day(text):
    return dt.date.fromisoformat(text)


def test_the_example_of_the_vocabulary_has_36_days_24_at_best_and_12_of_delay():
    dso = simple_dso(60_000, 50_000, 30)
    best = best_possible_dso(40_000, 50_000, 30)

    assert (dso, best, average_days_delinquent(dso, best)) == (36, 24, 12)


def test_the_example_of_the_vocabulary_collects_81_8_percent():
    percent = collection_effectiveness(
        beginning_minor=100_000, sales_minor=50_000, ending_minor=60_000, current_minor=40_000
    )

    assert percent == Fraction(900, 11)
    assert f"{float(percent):.1f}" == "81.8"


def test_over_several_months_a_months_average_sales_count():
    sums = {"beginning_minor": 100_000, "ending_minor": 60_000, "current_minor": 40_000}

    assert collection_effectiveness(**sums, sales_minor=150_000, months=3) == (
        collection_effectiveness(**sums, sales_minor=50_000)
    )


@pytest.mark.parametrize(
    ("ending", "months", "days"),
    [
        (60_000, [(50_000, 30), (40_000, 31)], Fraction("37.75")),
        (50_000, [(50_000, 30), (40_000, 31)], 30),
        (25_000, [(50_000, 30)], 15),
        (60_000, [(50_000, 30), (0, 31), (40_000, 30)], Fraction("68.5")),
        (60_000, [(50_000, 30), (-5_000, 31), (40_000, 30)], Fraction("68.5")),
        (0, [(50_000, 30)], 0),
        (60_000, [(50_000, 30)], None),
    ],
)
def test_counting_back_uses_up_month_by_month(ending, months, days):
    assert count_back_dso(ending, [MonthSales(*month) for month in months]) == days


def test_where_nothing_was_sold_there_is_no_figure():
    assert simple_dso(60_000, 0, 30) is None
    assert average_days_delinquent(None, None) is None
    assert (
        collection_effectiveness(beginning_minor=0, sales_minor=0, ending_minor=0, current_minor=0)
        is None
    )


@given(st.lists(st.builds(MonthSales, SALES, st.integers(28, 31)), min_size=1, max_size=6))
def test_when_all_that_was_sold_is_open_counting_back_counts_every_day(months):
    whole = sum(month.sales_minor for month in months)

    assert count_back_dso(whole, months) == sum(month.days for month in months)


@given(SALES, st.integers(1, 31), MINOR)
def test_within_one_month_both_ways_of_counting_agree(sales, days, left):
    open_minor = left % (sales + 1)

    assert count_back_dso(open_minor, [MonthSales(sales, days)]) == (
        simple_dso(open_minor, sales, days)
    )


@given(MINOR, MINOR, MINOR, MINOR)
def test_who_collected_all_that_was_due_has_a_hundred_percent(beginning, sales, current, late):
    sums = {"beginning_minor": beginning, "sales_minor": sales}
    could_be = beginning + sales
    current = min(current, could_be)
    ending = min(current + late, could_be)

    percent = collection_effectiveness(**sums, ending_minor=ending, current_minor=current)

    assert percent is None or 0 <= percent <= 100
    assert percent is None or (percent == 100) == (ending == current)


def figures(session, account, on, months=1):
    return collection_figures(
        session, ledger_id=account.ledger_id, currency="EUR", on=day(on), months=months
    )


@pytest.fixture
def trade(session):
    """The example: 100,000 open before November, 50,000 sold in it, 90,000 of all that came in."""
    account = an_account(session, ledger="EX01")
    bills = [
        an_invoice(session, account, minor, issued_on=day(issued), due_on=day(due))
        for minor, issued, due in (
            (100_000, "2026-10-05", "2026-11-04"),
            (50_000, "2026-11-10", "2026-12-10"),
        )
    ]
    deed = account.deed(on=day("2026-11-20"))
    receipt_id = receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(95_000, "EUR"),
        deed=deed,
    ).receipt_id
    for invoice_id, minor in zip(bills, (80_000, 10_000), strict=True):
        allocate_up_to(
            session,
            receipt_id=receipt_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(minor, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=deed,
        )
    return account


def test_the_books_tell_the_same_as_the_example(session, trade):
    found = figures(session, trade, "2026-11-30")

    sums = (found.beginning, found.sales, found.ending, found.current)
    assert [one.minor for one in sums] == [100_000, 50_000, 60_000, 40_000]
    assert (found.simple_dso, found.best_possible_dso) == (36, 24)
    assert (found.average_days_delinquent, found.collection_effectiveness) == (
        12,
        Fraction(900, 11),
    )
    assert found.count_back_dso == 30 + Fraction(10_000 * 31, 100_000)


def test_as_of_an_earlier_day_nothing_later_counts(session, trade):
    found = figures(session, trade, "2026-11-09", months=2)

    assert (found.start, found.end) == (day("2026-10-01"), day("2026-11-09"))
    assert (found.sales.minor, found.ending.minor, found.current.minor) == (100_000, 100_000, 0)
    assert found.simple_dso == found.average_days_delinquent == 40
    assert found.count_back_dso == 9 + 31


def test_before_anything_was_sold_there_are_no_figures(session, trade):
    found = figures(session, trade, "2026-09-30")

    assert (found.simple_dso, found.collection_effectiveness) == (None, None)
    assert found.count_back_dso == 0


def test_a_late_fee_is_sold_when_it_is_charged_and_not_when_it_is_cancelled(session):
    """300 of November 1st to 30th and a fee of 100 on it: all of 400 is open, for 30 days."""
    account = an_account(session, ledger="EX02")
    bill = an_invoice(
        session, account, 30_000, issued_on=day("2026-11-01"), due_on=day("2026-11-10")
    )
    deed = account.deed(on=day("2026-11-30"))
    fee = charge_late_fee(session, invoice_id=bill, amount=Money(10_000, "EUR"), deed=deed)
    charged = figures(session, account, "2026-11-30")
    cancel_charge(session, invoice_id=fee, reason="goodwill", deed=deed)
    cancelled = figures(session, account, "2026-11-30")

    assert (charged.sales.minor, charged.ending.minor) == (40_000, 40_000)
    assert (charged.simple_dso, charged.count_back_dso) == (30, 30)
    assert (cancelled.sales.minor, cancelled.ending.minor) == (30_000, 30_000)
