"""Peers do what their rules say, on ledgers small enough to see it."""

import datetime as dt

import pytest

from benchmarks.matching.floor import Floor
from benchmarks.matching.peers.answers import Answer, bare_name, number_keys, tails, tokens
from benchmarks.matching.peers.erpnext_like import ErpnextLike
from benchmarks.matching.peers.fuzzy import Fuzzy
from benchmarks.matching.peers.odoo_like import OdooLike
from benchmarks.matching.peers.sets import Pair, answers_from, each_item_once, only_closing
from benchmarks.matching.peers.stripe_like import StripeLike
from benchmarks.matching.worlds import World
from matching.values import Customer, Discount, OpenItem, Payment

DAY = dt.date(2025, 3, 3)


def item(
    number: str, amount: int, *, customer: str = "ada", off: int = 0, po: str = ""
) -> OpenItem:
    discount = Discount(amount_minor=off, until=DAY) if off else None
    return OpenItem(
        id=f"I{number}",
        number=number,
        customer_id=customer,
        open_minor=amount,
        currency="EUR",
        due_on=DAY,
        discount=discount,
        po=po,
    )


def payment(
    amount: int, text: str = "", *, name: str = "Ada Bau GmbH", account: str = "", number: int = 1
) -> Payment:
    return Payment(
        id=f"P{number}",
        paid_on=DAY,
        amount_minor=amount,
        currency="EUR",
        payer_name=name,
        payer_account=account,
        text=text,
    )


def a_world(*items: OpenItem) -> World:
    customers = (
        Customer(id="ada", names=("Ada Bau GmbH",), accounts=("DE1",)),
        Customer(id="bert", names=("Bert Glas AG",)),
    )
    return World(
        profile="made",
        seed=0,
        items=items,
        customers=customers,
        closed=(),
        payments=(),
        truth={},
        scenario={},
        channel={},
    )


THREE = a_world(
    item("100201", 5_000, off=100), item("100202", 7_000), item("100300", 5_000, customer="bert")
)


@pytest.mark.parametrize(
    ("matcher", "paid", "items", "is_auto"),
    [
        (ErpnextLike, payment(7_000), ("I100202",), True),
        (ErpnextLike, payment(5_000, name="Bert Glas AG"), ("I100300",), True),
        (ErpnextLike, payment(5_000, name="Somebody Else"), ("I100201",), False),
        (ErpnextLike, payment(7_100), (), False),
        (OdooLike, payment(12_000, "100201, 100202"), ("I100201", "I100202"), True),
        (OdooLike, payment(4_900, "100201"), ("I100201",), True),
        (OdooLike, payment(4_000, "100201"), ("I100201",), False),
        (OdooLike, payment(9_000, "100201"), ("I100201",), True),
        (OdooLike, payment(5_000, "100300"), ("I100201",), True),
        (OdooLike, payment(5_000, "100300", name="Nobody"), ("I100300",), True),
        (StripeLike, payment(12_000), ("I100201", "I100202"), True),
        (StripeLike, payment(7_000, account="DE1", name=""), ("I100202",), True),
        (StripeLike, payment(6_000), ("I100201",), False),
        (StripeLike, payment(5_000, name="Nobody"), (), False),
        (Floor, payment(12_000, "100201 u. 100202"), ("I100201", "I100202"), True),
        (Floor, payment(4_900, "RE 100201"), ("I100201",), True),
        (Floor, payment(5_000, "100201", name="Carl KG"), (), False),
        (Floor, payment(5_001, "100201"), (), False),
    ],
)
def test_a_rule_settles_what_it_says(matcher, paid, items, is_auto):
    (answer,) = matcher(THREE).answers([paid])

    assert (answer.items, answer.is_auto) == (items, is_auto)


def test_plain_likeness_takes_the_line_that_is_most_alike():
    (answer,) = Fuzzy(THREE).answers([payment(5_000, "100300", name="Bert Glas AG")])

    assert answer.items == ("I100300",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RE-Nr. INV-2025-00123", ["INV202500123", "00123", "2025"]),
        ("RF18 5390 0754 7034", ["539007547034", "0754", "5390", "7034"]),
        ("danke", []),
        ("", []),
    ],
)
def test_numbers_are_cut_out_of_a_text(text, found):
    assert tokens(text) == found


def test_an_item_is_found_by_its_number_its_digits_and_its_order():
    assert number_keys(item("R-25/00017", 1, po="PO-4711")) == ["R2500017", "2500017", "PO4711"]
    assert tails(["R2500017"]) == ["17"]


def test_a_name_loses_its_form_and_its_accents():
    assert bare_name("Märklin & Söhne GmbH & Co. KG") == "MAERKLIN SOEHNE"


def test_what_the_text_names_together_becomes_one_set():
    items = {one.id: one for one in THREE.items}
    pairs = [
        Pair("P1", "I100201", 9.0, is_named=True),
        Pair("P1", "I100202", 8.0, is_named=True),
        Pair("P1", "I100300", 9.5, is_named=False),
    ]

    (together,) = answers_from(pairs, [payment(12_000)], items)
    (apart,) = answers_from(pairs, [payment(5_500)], items)

    assert (together.items, together.score) == (("I100201", "I100202"), 8.0)
    assert apart.items == ("I100300",)


def test_two_equally_likely_items_are_worth_nothing():
    items = {one.id: one for one in THREE.items}
    pairs = [Pair("P1", "I100201", 9.0, is_named=False), Pair("P1", "I100300", 9.0, is_named=False)]

    (answer,) = answers_from(pairs, [payment(5_000)], items)

    assert answer.score == 0.0


def test_the_earlier_of_two_payments_keeps_an_item():
    earlier = Answer(payment_id="P1", items=("a",), score=1.0, is_auto=True)
    later = Answer(payment_id="P2", items=("a",), score=2.0, is_auto=True)

    kept = each_item_once([later, earlier], [payment(1, number=2), payment(1)])

    assert [(one.payment_id, one.is_auto) for one in kept] == [("P2", False), ("P1", True)]


def test_a_set_that_does_not_sum_counts_for_nothing():
    items = {one.id: one for one in THREE.items}
    said = Answer(payment_id="P1", items=("I100201",), score=5.0, is_auto=True)

    (net,) = only_closing([said], [payment(4_900)], items)
    (short,) = only_closing([said], [payment(4_000)], items)

    assert (net.score, net.is_auto) == (5.0, True)
    assert (short.score, short.is_auto) == (0.0, False)
