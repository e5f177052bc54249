"""The first page: what is owed, in every currency, and the way to pay it."""

import datetime as dt

import pytest

from foundation.money import Money
from portal.charts import bars_of
from receivables.queries.balances import AgingBucket
from tests.factories.books import a_colleague, an_account, an_invoice

TODAY = dt.date(2026, 11, 12)


@pytest.fixture
def acme(transaction):
    with transaction() as session:
        return an_account(session, name="Acme SA")


def test_each_currency_says_what_is_owed_and_what_is_late(transaction, reader_of, acme):
    with transaction() as session:
        an_invoice(session, acme, 100_000, due_on=TODAY - dt.timedelta(days=40))
        an_invoice(session, acme, 50_000, due_on=TODAY)
        an_invoice(session, acme, 1_500_250, currency="KWD", due_on=TODAY + dt.timedelta(days=9))

    page = reader_of(acme).get("/")

    assert "You owe EUR €1,500.00" in page.main
    assert "Overdue €1,000.00 1 invoice" in page.main
    assert "31 to 60 days late €1,000.00" in page.main
    assert "You owe KWD KWD 1,500.250" in page.main


def test_an_account_that_owes_nothing_says_so(reader_of, acme):
    page = reader_of(acme).get("/")

    assert "You owe nothing" in page.main
    assert "Your payments will appear here" in page.main


def test_the_terms_are_those_of_the_account(reader_of, acme):
    page = reader_of(acme).get("/")

    assert "due 30 days after their date" in page.main
    assert page.links["accounts@localhost"] == "mailto:accounts@localhost"


def test_a_viewer_is_not_asked_to_pay(transaction, reader_of, acme):
    with transaction() as session:
        an_invoice(session, acme, 100_000, due_on=TODAY - dt.timedelta(days=40))
        viewer = a_colleague(session, acme.customer_id, role="viewer")

    page = reader_of(viewer).get("/")

    assert "See the invoices" in page.links
    assert "/basket" not in page.links.values()


def test_nobody_sees_another_companys_balance(transaction, reader_of, acme):
    with transaction() as session:
        an_invoice(session, acme, 123_456)
        stranger = an_account(session)

    page = reader_of(stranger).get("/")

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
