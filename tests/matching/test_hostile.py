"""Nothing that can be written makes the engine fail, be slow, or be wrong."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matching.engine import Memory, build_index, decide, load_model
from matching.values import Customer, Verdict
from tests.matching.small_ledger import (
    ALPHA,
    CUSTOMERS,
    LEDGER,
    TODAY,
    a_payment,
    an_item,
    decided,
)

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 5.0  # for one payment, whatever it is, on a busy machine

HOSTILE = {
    "nothing": "",
    "blanks": " \t\n",
    "control characters": "\x00\x01\x1b[2J\x7f INV-2025-\x0000101",
    "right to left": "\u202eINV-2025-00101\u202c \u200f119,00",
    "ten thousand letters": "A" * 10_000,
    "ten thousand digits": "1" * 10_000,
    "ten thousand numbers": " ".join(str(n) for n in range(10_000)),
    "nothing but separators": "-/." * 4_000,
    "other digits": "\u0661\u0662\u0663\u0664\u0665 \uff11\uff12\uff13",
    "capitals that grow": "\ufb03\u00df" * 500 + " INV-2025-00101",
    "lone surrogate": "INV \ud800 101",
    "references that are none": "RF" * 3_000,
    "ranges of everything": "1-99999999 " * 300,
    "a formula": "=HYPERLINK(1);DROP TABLE invoice",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_is_too_much(text):
    payment = a_payment(119_01, text, payer_name=text, payer_account=text[:200])

    began = time.process_time()
    (decision,) = decided(payment)

    assert decision.verdict is not Verdict.AUTO
    assert time.process_time() - began < SECONDS_MAX


@pytest.mark.parametrize("minor", [0, -1, -119_00])
def test_no_money_settles_nothing(minor):
    (decision,) = decided(a_payment(minor, "INV-2025-00101"))

    assert decision.verdict is Verdict.UNMATCHED
    assert decision.best is None
    assert decision.reasons == ("nothing_received",)


def test_an_empty_ledger_answers():
    (decision,) = decided(a_payment(1_00, "INV-1"), items=(), customers=())

    assert decision.verdict is Verdict.UNMATCHED


def test_no_payments_no_decisions():
    assert decided() == []


def test_one_of_five_hundred_equal_items_is_a_persons_choice():
    twins = [an_item(f"{70_000 + place}", 100_00) for place in range(500)]

    began = time.process_time()
    one, three = decided(a_payment(100_00), a_payment(300_00, id="P2"), items=twins)

    assert time.process_time() - began < SECONDS_MAX
    assert {one.verdict, three.verdict}.isdisjoint({Verdict.AUTO})


def test_one_of_five_hundred_equal_items_is_found_by_its_number():
    twins = [an_item(f"{70_000 + place}", 100_00) for place in range(500)]

    (decision,) = decided(a_payment(100_00, "invoice 70123"), items=twins)

    assert decision.best is not None
    assert decision.best.claims[0].item_id == twins[123].id


def test_a_customer_with_a_hundred_thousand_items_is_answered():
    many = [
        an_item(
            f"{5_000_000 + place}",
            1_000 + place * 37 % 900_001,
            due_on=TODAY + dt.timedelta(days=place % 90),
        )
        for place in range(100_000)
    ]
    index = build_index(many, CUSTOMERS)
    payments = [
        a_payment(12_345_678_901, "all", id="P1"),
        a_payment(many[7].open_minor, many[7].number, id="P2"),
        a_payment(sum(item.open_minor for item in many[:1000]), "", id="P3"),
    ]

    began = time.process_time()
    decisions = decide(index, payments, Memory(), load_model())

    assert time.process_time() - began < 3 * SECONDS_MAX
    assert decisions[1].best is not None
    assert decisions[1].best.claims[0].item_id == many[7].id
    assert decisions[2].verdict is not Verdict.AUTO


def test_a_payment_of_the_sum_of_everything_is_answered():
    items = [
        an_item(f"{5_000_000 + place}", 10_007 + place * 13, Customer(id=f"C{place % 50}"))
        for place in range(20_000)
    ]
    everything = sum(item.open_minor for item in items)

    began = time.process_time()
    (decision,) = decided(a_payment(everything, "all invoices"), items=items)

    assert decision.verdict is not Verdict.AUTO
    assert time.process_time() - began < SECONDS_MAX


def test_the_same_bytes_whatever_the_hash_seed():
    program = (
        "from tests.matching.small_ledger import *\n"
        "texts = ['', 'INV-2025-00101', '00101 102 103', 'INV-2025-00201 00301', 'thanks']\n"
        "print(decided(*[a_payment(m, t, id=f'P{m}{t}') for t in texts for m in (11900, 35750)]))"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(said) == 1
    assert ALPHA.id.encode() in said.pop()
    assert len(LEDGER) == 10
