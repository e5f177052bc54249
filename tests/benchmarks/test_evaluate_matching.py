"""The figures of the evaluation on real payments, counted by hand on payments we made up."""

import csv
import gzip
import json

import pytest

from benchmarks.evaluate.__main__ import main
from benchmarks.evaluate.matching import evaluate
from benchmarks.evaluate.matching_figures import (
    Outcome,
    by_level,
    by_rest,
    by_size,
    clopper_pearson,
    figures_of,
    posted_when_hidden,
)
from benchmarks.evaluate.matching_sets import hiding, read_worlds, set_names
from benchmarks.evaluate.matching_worlds import same
from benchmarks.evaluate.truth import TruthMissing
from matching.commands.ledgers import INVOICES, PAYMENTS, REVIEWED
from matching.values import Claim
from tests.matching.commands.papers import INVOICE, PAYMENT, table


def outcome(*, auto=True, right=True, **change):
    """A payment of one item that was decided for certain and rightly, but for the change."""
    usual = {
        "payment_id": "P1",
        "level": "full",
        "size": 1,
        "pays_all": False,
        "is_auto": auto,
        "is_right": right,
        "is_proposed": right,
        "is_hidden": False,
        "wrong_items": 0,
    }
    return Outcome(**{**usual, **change})


MIXED = [
    outcome(),
    outcome(size=2, pays_all=True),
    outcome(right=False, size=3, level="none", wrong_items=2),
    outcome(auto=False, size=4, level="none"),
    outcome(auto=False, right=False, is_proposed=True, size=7, level="cut"),
]


def test_rates_are_of_all_payments_and_precision_of_the_automatic_ones():
    found = figures_of(MIXED)

    assert found.as_json() == {
        "payments": 5,
        "auto_rate": 0.6,
        "auto_precision": 2 / 3,
        "auto_wrong": 1,
        "top1_rate": 0.6,
    }
    assert (found.proposed, found.wrong_items) == (4, 2)


def test_without_automatic_decisions_there_is_no_precision():
    found = figures_of([outcome(auto=False)])

    assert found.precision is None
    assert found.interval == (0.0, 1.0)


def test_groups_are_counted_apart():
    levels = {name: (f.payments, f.auto_wrong) for name, f in by_level(MIXED).items()}
    sizes = {name: (f.payments, f.auto) for name, f in by_size(MIXED).items()}
    rest = {name: f.payments for name, f in by_rest(MIXED).items()}

    assert levels == {"cut": (1, 0), "full": (2, 0), "none": (2, 1)}
    assert sizes == {"1": (1, 1), "2": (1, 1), "3-5": (2, 1), "6+": (1, 0)}
    assert rest == {"pays all open": 1, "leaves some open": 4}


def test_only_hidden_payments_are_counted_as_posted_when_hidden():
    found = [outcome(is_hidden=True), outcome(is_hidden=True, auto=False), outcome()]

    assert posted_when_hidden(found) == (1, 2)


@pytest.mark.parametrize(
    ("right", "whole", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.3084971),
        (10, 10, 0.6915029, 1.0),
        (5, 10, 0.1870860, 0.8129140),
        (2995, 2995, 0.9987690, 1.0),
    ],
)
def test_the_interval_is_that_of_clopper_and_pearson(right, whole, low, high):
    assert clopper_pearson(right, whole) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("said", "truth", "is_same"),
    [
        ([("I1", 100)], [("I1", 100)], True),
        ([("I1", 100), ("I2", -50)], [("I2", -50), ("I1", 100)], True),
        ([("I1", 100)], [("I1", 99)], False),
        ([("I1", 100)], [("I1", 100), ("I2", 1)], False),
        ([("I2", 100)], [("I1", 100)], False),
        ([], [("I1", 100)], False),
    ],
)
def test_right_means_the_very_items_and_amounts(said, truth, is_same):
    claims = [[Claim(item_id=i, amount_minor=minor) for i, minor in one] for one in (said, truth)]

    assert same(*claims) is is_same


def a_set(folder, name, payments, *, has_levels=True):
    """A set with one payment for each list of its items' amounts; the text names the numbers."""
    place = folder / "truth" / name
    place.mkdir(parents=True)
    invoices, came, truth, meta = [], [], [], []
    for at, (ledger, text, amounts) in enumerate(payments, start=1):
        total, numbers, payer = 0, [], f"Mill {at * 37} Ltd"
        for item, amount in enumerate(amounts):
            number = f"{700_000 + 100 * at + item}"
            known = {"invoice_id": f"I{at}-{item}", "invoice_number": number}
            own = {"ledger": ledger, "customer_id": f"K{at}", "customer_name": payer}
            invoices.append({**INVOICE, **known, **own, "amount": f"{amount}.00"})
            truth.append({"payment_id": f"P{at}", **known, "amount": f"{amount}.00"})
            numbers.append(number)
            total += amount
        came.append(
            {
                **PAYMENT,
                "ledger": ledger,
                "payment_id": f"P{at}",
                "amount": f"{total}.00",
                "payer_name": payer,
                "remittance_text": text.format(*numbers),
            }
        )
        level = "full" if "{0}" in text else "none"
        meta.append({"payment_id": f"P{at}", "remittance_level": level})
    files = {"invoices": invoices, "payments": came, "allocations": truth}
    for kind, rows in {**files, **({"payments_meta": meta} if has_levels else {})}.items():
        with gzip.open(place / f"{kind}.csv.gz", "wt", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


TOLD = ("L1", "INV {0}", [4_321])
SILENT = ("L1", "", [10_000 + 17])


def test_sets_are_found_by_their_files_whatever_their_names(tmp_path):
    for name in ("zebra", "ant"):
        a_set(tmp_path, name, [TOLD])
    (tmp_path / "truth" / "empty").mkdir()

    assert set_names(tmp_path) == ["ant", "zebra"]


def test_a_folder_without_sets_is_told(tmp_path):
    with pytest.raises(TruthMissing, match="there is no truth"):
        set_names(tmp_path)


def test_a_set_whose_truth_is_missing_is_told(tmp_path):
    a_set(tmp_path, "ant", [TOLD])
    (tmp_path / "truth" / "ant" / "allocations.csv.gz").unlink()

    with pytest.raises(TruthMissing, match=r"there is no allocations\.csv\.gz"):
        read_worlds(tmp_path, "ant")


def test_ledgers_are_worlds_apart_and_levels_may_be_missing(tmp_path):
    a_set(tmp_path, "ant", [TOLD, ("L2", "INV {0}", [5, 7])], has_levels=False)

    first, second = read_worlds(tmp_path, "ant")

    assert [item.id for item in first.ledger.items] == ["I1-0"]
    assert [claim.amount_minor for claim in second.truth["P2"]] == [500, 700]
    assert set(first.levels.values()) == {"not told"}


def test_the_items_of_a_tenth_of_the_payments_are_taken_out_the_same_each_time(tmp_path):
    a_set(tmp_path, "ant", [TOLD] * 30)
    worlds = read_worlds(tmp_path, "ant")

    (hidden,), (again,) = hiding(worlds), hiding(worlds)

    gone = {item.id for item in worlds[0].ledger.items} - {i.id for i in hidden.ledger.items}
    assert len(hidden.hidden) == 3
    assert hidden.hidden == again.hidden
    assert gone == {f"I{payment_id[1:]}-0" for payment_id in hidden.hidden}
    assert {payment_id for payment_id, claims in hidden.truth.items() if not claims} == set(
        hidden.hidden
    )


def test_a_set_that_cannot_be_read_is_told_and_the_others_are_played(tmp_path):
    a_set(tmp_path, "ant", [TOLD])
    a_set(tmp_path, "bee", [TOLD])
    (tmp_path / "truth" / "bee" / "payments.csv.gz").unlink()

    figures, sentences = evaluate(tmp_path)

    assert [figures["ant"]["payments"], *figures] == [1, "ant"]
    assert sentences == [f"bee: there is no payments.csv.gz in {tmp_path / 'truth' / 'bee'}"]


def test_a_set_with_the_needed_columns_alone_is_played(tmp_path):
    a_set(tmp_path, "ant", [TOLD, SILENT], has_levels=False)
    place = tmp_path / "truth" / "ant"
    kept = {"invoices": INVOICES, "payments": PAYMENTS, "allocations": REVIEWED}
    for kind, columns in kept.items():
        with gzip.open(place / f"{kind}.csv.gz", "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        (place / f"{kind}.csv.gz").unlink()
        table(place / f"{kind}.csv", *rows, columns=columns)

    figures, sentences = evaluate(tmp_path)

    assert (figures["ant"]["payments"], sentences) == (2, [])
    assert set(figures["ant"]["by_level"]) == {"not told"}


def test_the_command_measures_a_folder(tmp_path, capsys):
    unclear = [("L1", "thank you", [250, 250]), ("L2", "", [900])]
    a_set(tmp_path, "ant", [("L1", "INV {0}", [4_321 + at]) for at in range(18)] + unclear)
    out, wrong = tmp_path / "figures.json", tmp_path / "wrong.txt"

    code = main([str(tmp_path), "--only", "matching", "--json", str(out), "--wrong", str(wrong)])

    found = json.loads(out.read_text())["matching"]["ant"]
    assert code == 0
    assert (found["payments"], found["auto_precision"], found["auto_wrong"]) == (20, 1.0, 0)
    assert found["by_level"]["full"]["auto_rate"] == 1.0
    assert found["posted_when_hidden"] == 0.0
    assert set(found["by_size"]) == {"1", "2"}
    assert wrong.read_text() == "\n"
    assert "Real payments: ant" in capsys.readouterr().out
