"""The played company's aging, DSO and their kin as of any day, beside the same from plain SQL."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest

from foundation.money import Money
from foundation.paging import Cut
from receivables.queries.aging import customer_agings, ledger_aging
from receivables.queries.collection_figures import collection_figures
from tests.sandbox import plays
from tests.sandbox.plain_sql import AGING, FIGURES

pytestmark = pytest.mark.xdist_group("played")  # one play for one worker

PAST = [dt.timedelta(days=ago) for ago in (0, 12, 40, 75)]  # the play ends with November 12


@pytest.mark.parametrize("ago", PAST)
def test_aging_as_of_any_day_is_what_plain_sql_finds(played, ago):
    on = played.year.now.date() - ago
    whole = Cut(size=200)
    with played.stage.books() as session:
        ledgers = ledger_aging(session, on=on)
        found = {
            one: customer_agings(
                session, ledger_id=one.ledger_id, currency=one.currency, on=on, cut=whole
            ).rows
            for one in ledgers
        }

    for ledger, customers in found.items():
        of = {"ledger": ledger.ledger_id, "currency": ledger.currency, "on": on}
        told = [
            (one.number, *(age.amount.minor for age in one.aging), one.credit.minor)
            for one in customers
        ]
        assert told == plays.rows(played.database, AGING, **of)
        assert ledger.owed == Money.total((one.owed for one in customers), ledger.currency)
    assert {ledger.currency for ledger in ledgers} >= {"EUR", "GBP"}


@pytest.mark.parametrize("months", [1, 3])
@pytest.mark.parametrize("ago", PAST[:3])
def test_dso_and_its_kin_as_of_any_day_are_what_plain_sql_finds(played, ago, months):
    on = played.year.now.date() - ago
    with played.stage.books() as session:
        of = {(one.ledger_id, one.currency) for one in ledger_aging(session, on=on)}
        found = [
            collection_figures(session, ledger_id=ledger, currency=code, on=on, months=months)
            for ledger, code in of
        ]

    for (ledger, code), one in zip(of, found, strict=True):
        values = {"ledger": ledger, "currency": code, "on": on, "start": one.start}
        [said] = plays.rows(played.database, FIGURES, **values, months=months)
        told = (
            one.simple_dso,
            one.count_back_dso,
            one.best_possible_dso,
            one.average_days_delinquent,
            one.collection_effectiveness,
        )
        assert [None if days is None else f"{days:.6f}" for days in map(decimal, told)] == [
            None if days is None else f"{days:.6f}" for days in said
        ]


def decimal(exact):
    """To six places, as the database rounds."""
    if exact is None:
        return None
    digits = Decimal(exact.numerator) / Decimal(exact.denominator)
    return digits.quantize(Decimal("0.000001"), ROUND_HALF_UP)
