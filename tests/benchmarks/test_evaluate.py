"""The evaluation on data of our own: it agrees with sound books, and notices what does not."""

import csv
import datetime as dt
import gzip
import json
from dataclasses import replace

import polars as pl
import pytest

from benchmarks.evaluate.__main__ import main
from benchmarks.evaluate.expected import expected
from benchmarks.evaluate.ledger import SETS, compared, imported, looked_back, paid, verified
from benchmarks.evaluate.stage import a_stage
from benchmarks.evaluate.truth import TruthMissing, read_truth

COLUMNS = (
    *("ledger", "invoice_id", "invoice_number", "customer_id", "customer_name", "doc_type"),
    *("amount", "currency", "document_date", "due_date", "open_from"),
)
ITEM = {
    "ledger": "L1",
    "customer_id": "K1",
    "customer_name": "WAL-MAR corp",
    "doc_type": "invoice",
    "amount": "100.00",
    "currency": "USD",
    "document_date": "2020-03-01",
    "due_date": "2020-03-31",
    "open_from": "2020-03-01",
}


def truth_of(folder, name, *changes):
    """A set of the folder with an item for each change of the usual one."""
    place = folder / "truth" / name
    place.mkdir(parents=True)
    with gzip.open(place / "invoices.csv.gz", "wt", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for at, change in enumerate(changes, start=1):
            number = {"invoice_id": f"I{at:07}", "invoice_number": f"{1000 + at}"}
            writer.writerow({**ITEM, **number, **change})


def many(count=40):
    """Items of one customer, all due on other days."""
    return [
        {"due_date": f"2020-0{at % 5 + 3}-{at % 27 + 1:02}", "amount": f"{at}.{at % 100:02}"}
        for at in range(1, count + 1)
    ]


@pytest.fixture
def truth(tmp_path):
    """A set with what is odd about the real ones."""
    truth_of(
        tmp_path,
        "ap",
        *many(),
        {"document_date": "", "due_date": "", "open_from": "2020-01-10"},
        {"customer_id": "K2", "customer_name": "", "currency": "CAD"},
        {"customer_id": "K2", "customer_name": "", "invoice_number": "1001"},
        {"due_date": "2020-02-01"},
        {"doc_type": "credit_note", "amount": "-5.00"},
        {"ledger": "L2", "customer_id": "K2", "customer_name": "", "invoice_number": "1001"},
        {"amount": "400001.00"},
    )
    return read_truth(tmp_path, "ap")


def test_what_the_data_lack_is_filled_and_counted(truth):
    items = truth.items.rows_by_key("invoice_id", named=True, unique=True)

    undated, shared = items["I0000041"], items["I0000043"]
    assert (truth.notes.height, truth.days_filled, truth.numbers_made_unique) == (1, 1, 1)
    assert (str(undated["issued_on"]), str(undated["due_on"])) == ("2020-01-10", "2020-02-09")
    assert (shared["number"], items["I0000046"]["number"]) == ("1001 I0000043", "1001")
    assert b"\nK2,K2,US,en,30\n" in truth.customers_csv()


def test_the_separate_calculation_agrees_with_one_by_hand(truth):
    few = truth.items.filter(pl.col("customer_id") == "K2")

    found = expected(few, truth.notes, dt.date(2020, 5, 30))

    assert found["K2", "USD"]["still_open"] == found["K2", "USD"]["31_60.amount"] == 20_000
    assert found["K2", "USD"]["overdue_count"] == found["K2", "USD"]["31_60.count"] == 2
    assert (found["K1", "USD"]["credit"], found["K1", "USD"]["owed"]) == (500, -500)
    assert found["K2", "CAD"]["not_yet_due"] == found["K2", "CAD"]["over_90.amount"] == 0


def test_books_with_real_items_agree_and_a_basket_of_25_is_paid(server, truth):
    with a_stage(server, "evaluate_sound") as stage:
        outcomes = [imported(stage, truth)]
        steps = (compared, looked_back, paid, verified)
        outcomes += [step(stage, truth, truth.as_of) for step in steps]

    figures = {name: value for found, _ in outcomes for name, value in found.items()}
    assert [wrong for _, wrong in outcomes] == [[], [], [], [], []]
    assert (
        figures["again_adds_nothing"]
        is figures["totals_agree"]
        is figures["statements_agree"]
        is True
    )
    assert figures["payment_agrees"] is True
    assert (figures["balances_compared"], figures["paid_items"], figures["findings"]) == (3, 25, 0)


def test_a_balance_that_differs_is_told(server, truth):
    other = truth.items.with_columns(
        pl.when(pl.col("invoice_id") == "I0000042").then(9_999).otherwise("minor").alias("minor")
    )
    with a_stage(server, "evaluate_differing") as stage:
        imported(stage, truth)
        figures, wrong = compared(stage, replace(truth, items=other), truth.as_of)

    assert figures["totals_agree"] is False
    assert len(wrong) == 1
    assert wrong[0].startswith("customer K2, CAD: the books say ")


def test_an_amount_that_is_not_written_with_two_decimals_is_refused(tmp_path):
    truth_of(tmp_path, "ap", {"amount": "100.5"})

    with pytest.raises(TruthMissing):
        read_truth(tmp_path, "ap")


def test_the_command_writes_its_figures_and_ends_well(tmp_path, capsys):
    for name in SETS:
        truth_of(tmp_path, name, *many(26))
    out = tmp_path / "figures.json"

    code = main([str(tmp_path), "--only", "ledger", "--json", str(out)])

    figures = json.loads(out.read_text())["ledger"]
    assert code == 0
    assert {name: figures[name]["items"] for name in figures} == dict.fromkeys(SETS, 26)
    assert "Real open items in the books" in capsys.readouterr().out


def test_the_command_fails_where_there_are_no_data(tmp_path, capsys):
    code = main([str(tmp_path), "--only", "ledger"])

    assert code == 1
    assert "there is no truth/ap/invoices.csv.gz" in capsys.readouterr().err
