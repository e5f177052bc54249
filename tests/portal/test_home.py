"""The first page: what is owed, in every currency, and the way to pay it."""

import datetime as dt

import pytest

from foundation.money import Money
from portal.charts import bars_of
from receivables.queries.balances import AgingBucket

TODAY = dt.date(2026, 11, 12)


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


def test_each_currency_says_what_is_owed_and_what_is_late(world, acme):
    world.invoice(acme, 100_000, due_on=TODAY - dt.timedelta(days=40))
    world.invoice(acme, 50_000, due_on=TODAY)
    world.invoice(acme, 1_500_250, currency="KWD", due_on=TODAY + dt.timedelta(days=9))

    page = world.reader(acme).get("/")

    assert "You owe EUR €1,500.00" in page.main
    assert "Overdue €1,000.00 1 invoice" in page.main
    assert "31 to 60 days late €1,000.00" in page.main
    assert "You owe KWD KWD 1,500.250" in page.main


def test_an_account_that_owes_nothing_says_so(world, acme):
    page = world.reader(acme).get("/")

    assert "You owe nothing" in page.main
    assert "Your payments will appear here" in page.main


def test_the_terms_are_those_of_the_account(world, acme):
    page = world.reader(acme).get("/")

    assert "due 30 days after their date" in page.main
    assert page.links["accounts@localhost"] == "mailto:accounts@localhost"


def test_a_viewer_is_not_asked_to_pay(world, acme):
    world.invoice(acme, 100_000, due_on=TODAY - dt.timedelta(days=40))
    viewer = world.colleague(acme, role="viewer")

    page = world.reader(viewer).get("/")

    assert "See the invoices" in page.links
    assert "/basket" not in page.links.values()


def test_nobody_sees_another_companys_balance(world, acme):
    world.invoice(acme, 123_456)
    stranger = world.customer()

    page = world.reader(stranger).get("/")

    assert "You owe nothing" in page.main


@pytest.mark.parametrize(
    ("amounts", "widths"),
    [
        ((100, 0, 300), ["25.00", "", "75.00"]),
        ((1, 1, 1), ["33.33", "33.33", "33.34"]),
        ((0, 0, 0), ["", "", ""]),
    ],
)
def test_the_aging_bar_is_as_wide_as_its_amounts(amounts, widths):
    codes = ("current", "1_30", "31_60")
    aging = [
        AgingBucket(code=code, amount=Money(minor, "EUR"), count=1)
        for code, minor in zip(codes, amounts, strict=True)
    ]

    assert [bar.width for bar in bars_of(aging)] == widths
