"""Every code of the engine has words that a bookkeeper reads."""

import ast
import datetime as dt
import re
from pathlib import Path

import pytest

from matching import engine, policy
from matching.commands import deciding
from matching.commands.words import (
    KINDS,
    REASONS,
    RESIDUALS,
    VERDICTS,
    evidence_in_words,
    printable,
    reason_in_words,
)
from matching.explanation import PRIOR, SMALL_THINGS, TOGETHER
from matching.references import Strength
from matching.signs import KINDS as KINDS_OF_THE_ENGINE
from matching.values import Evidence, Payment, Residual, Verdict

PAYMENT = Payment(id="P1", paid_on=dt.date(2026, 5, 4), amount_minor=119_950, currency="EUR")


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("payer", "account number name 97 K1", "customer K1, by a known account and the customer"),
        ("payer", "name 97 K 1", "the payer: customer K 1, by a name that is 97 % alike"),
        ("payer", "K1", "the payer: customer K1"),
        ("payer", "learned K1", "the payer: customer K1, by what people confirmed before"),
        ("sum", "119950 = 125000 -5050", "the sum: 1199.50 = 1250.00 - 50.50"),
        ("sum", "strange", "the sum: strange"),
        ("coincidence", "0", "too many sets of the customer's items to count"),
        ("coincidence", "1", "no other set of the customer's items has this sum"),
        ("coincidence", "3", "3 sets of the customer's items have this sum"),
        ("already_settled", "20250001", "settled before: 20250001"),
        ("of_another_time", "x", "of another time x"),
    ],
)
def test_facts_are_told_in_words(kind, detail, words):
    told = evidence_in_words(Evidence(kind=kind, points=1, detail=detail), PAYMENT, {})

    assert words in told


def reasons_of_the_engine():
    """Every code that can stand among a decision's reasons: all words in the source of those who
    give reasons, but for names of measures and lanes."""
    for module in (engine, policy, deciding):
        tree = ast.parse(Path(module.__file__).read_text())
        other = {id(n) for part in ast.walk(tree) if is_no_reason(part) for n in ast.walk(part)}
        words = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in other]
        yield from (n.value for n in words if re.fullmatch("[a-z_]+", str(n.value)))


def is_no_reason(node):
    """A measure that is looked up, a lane, a name that is exported, or a truth value."""
    return (
        isinstance(node, ast.Subscript)
        or (isinstance(node, ast.keyword) and node.arg == "lane")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    )


def test_every_reason_has_words_and_no_words_are_left_over():
    given = set(reasons_of_the_engine())

    assert {"not_countable", "number_unknown", "says_early", "awaits_review"} <= given
    assert given == set(REASONS)
    assert all(reason_in_words(code) != code.replace("_", " ") for code in given)


def test_every_kind_of_evidence_has_words_and_no_words_are_left_over():
    named = {f"named_{strength.name.lower()}" for strength in Strength if strength}
    given = {*KINDS_OF_THE_ENGINE, *named, PRIOR, SMALL_THINGS} - {"named"}

    assert given == set(KINDS)


def test_every_verdict_and_every_difference_has_words():
    assert set(RESIDUALS) == set(Residual)
    assert set(VERDICTS) == set(Verdict)


@pytest.mark.parametrize("fact", TOGETHER)
def test_everything_that_makes_items_belong_together_has_words(fact):
    one = Evidence(kind="belongs_together", points=1, detail=fact)

    told = evidence_in_words(one, PAYMENT, {})

    assert told.startswith("paid as payers pay: ")
    assert "belong" not in told
    assert "_" not in told


def test_a_code_without_words_is_still_told():
    assert reason_in_words("a_new_one") == "a new one"


def test_what_is_printable_stays_and_the_rest_is_written_out():
    assert printable("Rönne 12 €") == "Rönne 12 €"
    assert printable("a\tb\u200b") == "a\\tb\\u200b"
