"""Worlds come out the same again, and what they say is true adds up."""

import datetime as dt
import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.matching.picking import batch_size
from benchmarks.matching.profiles import MIX, UNMATCHABLE
from benchmarks.matching.worlds import PROFILES, World, make_world
from tests.house.tree import ROOT

DAY = dt.date(2025, 3, 3)
SMALL = {"customers": 150, "items": 1_500, "payments": 400}
DIGEST_OF_A_WORLD = (
    "from benchmarks.matching.worlds import make_world\n"
    "print(make_world('{}', 5, customers=60, items=500, payments=150).digest)"
)


@cache
def world(profile: str) -> World:
    return make_world(profile, 4, **SMALL)


def digest_in_another_process(profile: str, hash_seed: str) -> str:
    """What a fresh Python with this hash seed makes of the same world."""
    return subprocess.run(
        [sys.executable, "-c", DIGEST_OF_A_WORLD.format(profile)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("profile", PROFILES)
def test_a_world_is_the_same_under_every_hash_seed(profile):
    digests = {digest_in_another_process(profile, seed) for seed in ("0", "1")}

    assert len(digests) == 1


def test_another_seed_is_another_world():
    one, other = (
        make_world("tuned", seed, customers=30, items=200, payments=50) for seed in (1, 2)
    )

    assert one.digest != other.digest


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_payment_settles_sums_to_the_payment(profile):
    made = world(profile)
    settled = {one: sum(claim.amount_minor for claim in made.truth[one]) for one in made.truth}

    wrong = [
        payment.id
        for payment in made.payments
        if made.truth[payment.id]
        and made.scenario[payment.id] != "over_pay"
        and settled[payment.id] != payment.amount_minor
    ]
    over = [p for p in made.payments if made.scenario[p.id] == "over_pay"]

    assert wrong == []
    assert all(settled[payment.id] < payment.amount_minor for payment in over)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_item_is_settled_for_more_than_is_open(profile):
    made = world(profile)
    settled: Counter[str] = Counter()
    for claims in made.truth.values():
        for claim in claims:
            settled[claim.item_id] += claim.amount_minor

    left = {item.id: item.open_minor - settled[item.id] for item in made.items}

    assert all(item.open_minor * left[item.id] >= 0 for item in made.items)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_payment_settles_items_of_its_own_currency(profile):
    made = world(profile)
    currencies = {item.id: item.currency for item in made.items}

    mixed = [
        payment.id
        for payment in made.payments
        for claim in made.truth[payment.id]
        if currencies[claim.item_id] != payment.currency
    ]

    assert mixed == []


@pytest.mark.parametrize("profile", PROFILES)
def test_at_least_nine_of_a_hundred_payments_must_stay_unmatched(profile):
    made = world(profile)

    unmatched = [payment.id for payment in made.payments if not made.truth[payment.id]]

    assert len(made.payments) == SMALL["payments"]
    assert len(unmatched) >= 0.09 * len(made.payments)
    assert {made.scenario[one] for one in unmatched} == set(UNMATCHABLE)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_scenario_occurs(profile):
    assert set(world(profile).scenario.values()) == set(MIX)


@pytest.mark.parametrize("profile", PROFILES)
def test_some_payments_quote_a_number_that_is_closed_and_some_numbers_are_given_twice(profile):
    made = world(profile)
    closed = {item.number for item in made.closed}
    numbers = Counter(item.number for item in made.items)

    twice = [p for p in made.payments if made.scenario[p.id] == "dup_closed" and p.text in closed]

    assert max(numbers.values()) > 1
    assert twice


@pytest.mark.parametrize(("profile", "seed"), [("tuned", 1), ("tuned", 18), ("shifted", 3)])
def test_a_duplicate_quotes_what_is_closed_or_what_an_earlier_payment_settles(profile, seed):
    made = make_world(profile, seed, customers=60, items=600, payments=160)
    open_numbers = {item.id: item.number for item in made.items}
    settled = {open_numbers[c.item_id] for claims in made.truth.values() for c in claims}
    closed = {item.number for item in made.closed}

    lone = [
        payment.text
        for payment in made.payments
        if made.scenario[payment.id] == "dup_closed"
        and any(payment.text.endswith(number) for number in {*open_numbers.values()} - settled)
        and not any(payment.text.endswith(number) for number in closed)
    ]

    assert lone == []


def test_who_pays_twice_sends_the_very_same_transfer_some_days_after():
    made = world("tuned")
    settled = {}
    for payment in made.payments:
        if made.truth[payment.id]:
            facts = replace(payment, id="", paid_on=DAY)
            settled.setdefault(facts, []).append(payment.paid_on)

    again = [
        min(settled[facts]) < payment.paid_on
        for payment in made.payments
        if made.scenario[payment.id] == "dup_closed"
        and (facts := replace(payment, id="", paid_on=DAY)) in settled
    ]

    assert again
    assert all(again)


def test_a_batch_has_at_least_two_and_never_more_than_there_are():
    sizes = {batch_size(random.Random(seed), 7) for seed in range(300)}

    assert sizes == {2, 3, 4, 5, 6, 7}
