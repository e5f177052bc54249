"""The place in the text that evidence rests on is the number, all of it and nothing else."""

import pytest

from tests.matching.small_ledger import a_payment, an_item, decided

ITEMS = (
    an_item("35762", 119_00),
    an_item("INV-2025-00102", 238_50),
    an_item("INV-2025-00103", 77_77),
    an_item("000481207", 55_10),
    an_item("RE 25/7741", 640_10),
    an_item("X900012345678901234", 90_00),
)

UGLY = [
    ("INV 35.762", 119_00, ["35.762"]),
    ("INV 35,762", 119_00, ["35,762"]),
    ("INV 35 762", 119_00, ["35 762"]),
    ("inv 3 of 35.762", 119_00, ["35.762"]),
    ("35762/35762", 119_00, ["35762"]),
    ("order 1357620 inv 35762", 119_00, ["35762"]),
    ("INV-2025-00102", 238_50, ["INV-2025-00102"]),
    ("inv2025.00102 thank you", 238_50, ["inv2025.00102"]),
    ("Re: INV 2025 00102", 238_50, ["INV 2025 00102"]),
    ("I N V 2025/00102", 238_50, ["00102"]),
    ("INV-2025-\n00102", 238_50, ["INV-2025-\n00102"]),
    ("INV-2025-\r\n00102", 238_50, ["00102"]),
    ("straße 7, INV_2025_00102", 238_50, ["INV_2025_00102"]),
    ("ÜBERWEISUNG ﬁrma INV-2025-00102", 238_50, ["INV-2025-00102"]),
    ("INV-2025-00102/INV-2025-00103", 316_27, ["INV-2025-00102", "INV-2025-00103"]),
    ("INV-2025-00102/103", 316_27, ["INV-2025-00102", "103"]),
    ("INV-2025-00102,INV-2025-00103.", 316_27, ["INV-2025-00102", "INV-2025-00103"]),
    ("INV-2025-00103+INV-2025-00102", 316_27, ["INV-2025-00103", "INV-2025-00102"]),
    ("481207", 55_10, ["481207"]),
    ("0000481207", 55_10, ["0000481207"]),
    ("inv 481.207", 55_10, ["481.207"]),
    ("00 0481 207", 55_10, ["0481 207"]),
    ("RE25/7741", 640_10, ["RE25/7741"]),
    ("RE 25/7741", 640_10, ["RE 25/7741"]),
    ("RE257741 RE", 640_10, ["RE257741"]),
    ("x900012345678901234", 90_00, ["x900012345678901234"]),
]


@pytest.mark.parametrize(("text", "minor", "places"), UGLY, ids=[ascii(u[0]) for u in UGLY])
def test_the_marked_place_is_the_number_and_nothing_else(text, minor, places):
    (decision,) = decided(a_payment(minor, text), items=ITEMS)

    assert decision.best is not None
    named = {(e.start, e.end) for e in decision.best.evidence if e.item_id}
    assert [text[start:end] for start, end in sorted(named)] == places


def test_a_long_number_that_only_ends_like_one_of_ours_is_not_named_in_full():
    (decision,) = decided(a_payment(90_00, "Y700012345678901234"), items=ITEMS)

    kinds = {e.kind for e in decision.best.evidence} if decision.best else set()
    assert "named_full" not in kinds
