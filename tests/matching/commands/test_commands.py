"""The commands as they are typed: files in, files and words out, 2 and nothing where refused."""

import gzip

import pytest

from matching.__main__ import main
from tests.matching.commands.papers import (
    MILL,
    OTHER,
    TOLD,
    invoices,
    lessons,
    matched,
    payments,
    run,
    table,
)


def brief(rows):
    return [(row["payment_id"], row["verdict"], row["invoice_id"], row["amount"]) for row in rows]


def test_each_payment_gets_its_invoice(tmp_path, capsys):
    invoices(tmp_path, {}, MILL)
    payments(tmp_path, TOLD, OTHER)

    rows = matched(tmp_path)

    assert brief(rows) == [("P1", "auto", "I1", "1250.00"), ("P2", "auto", "I2", "980.10")]
    assert capsys.readouterr().out == "2 payments: 2 auto, 0 suggest, 0 unmatched.\n"


def test_the_order_of_rows_changes_no_byte(tmp_path):
    written = []
    for order in (1, -1):
        rows = [{"invoice_id": "I1"}, {"invoice_id": "I2", "invoice_number": "20260418", **MILL}]
        rows[0]["invoice_number"] = "20260417"
        invoices(tmp_path, *rows[::order])
        payments(tmp_path, *[{"payment_id": "P1", **TOLD}, {"payment_id": "P2", **OTHER}][::order])
        matched(tmp_path)
        written.append((tmp_path / "decisions.csv").read_bytes())

    assert written[0] == written[1]
    assert b'"P1","auto","I1"' in written[0]


def test_packed_files_are_read_and_written(tmp_path):
    invoices(tmp_path, {})
    payments(tmp_path, TOLD)
    for name in ("invoices", "payments"):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(gzip.compress(file.read_bytes()))

    rows = matched(tmp_path, name="decisions.csv.gz")

    assert brief(rows) == [("P1", "auto", "I1", "1250.00")]


def test_a_bad_file_is_refused_and_nothing_is_written(tmp_path, capsys):
    invoices(tmp_path, {"amount": "12,50"})
    payments(tmp_path, {})

    code = run(tmp_path, "match", "-o", tmp_path / "decisions.csv")

    told = capsys.readouterr()
    assert code == 2
    assert told.out == ""
    assert told.err == (
        f"{tmp_path / 'invoices.csv'}, line 2, column amount: "
        '"12,50" is no amount like 1234.50 (a point, no groups).\n'
    )
    assert not (tmp_path / "decisions.csv").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    invoices(tmp_path, {})
    payments(tmp_path, {})

    code = run(tmp_path, "match", "-o", tmp_path / "none" / "decisions.csv")

    assert code == 2
    assert "cannot be written (No such file or directory)" in capsys.readouterr().err


def test_hostile_cells_become_no_formulas_and_come_back(tmp_path):
    number = '=HYPERLINK("x")20260417'
    invoices(tmp_path, {"invoice_id": "+I1", "invoice_number": number, "customer_id": "@K1"})
    payments(tmp_path, {**TOLD, "payment_id": "-P1", "payer_name": "\x1b[2J=1+1"})

    (row,) = matched(tmp_path)
    code = run(tmp_path, "learn", tmp_path / "decisions.csv", "-o", tmp_path / "memory.json")

    assert (row["payment_id"], row["invoice_id"]) == ("'-P1", "'+I1")
    assert row["invoice_number"] == f"'{number}"
    assert row["customer_id"] == "'@K1"
    assert not any(cell[:1] in {*"=@\t\r\0"} for cell in row.values())
    assert code == 0
    assert list(lessons(tmp_path)["L1"]) == ["-P1"]


def test_amounts_as_large_as_we_can_count_are_matched(tmp_path):
    invoices(tmp_path, {"amount": "9999999999999999.99"})
    payments(tmp_path, {**TOLD, "amount": "9999999999999999.99"})

    rows = matched(tmp_path)

    assert brief(rows) == [("P1", "auto", "I1", "9999999999999999.99")]


@pytest.mark.parametrize("amount", ["0.00", "-1250.00", "0"])
def test_a_payment_of_nothing_settles_nothing(tmp_path, amount):
    invoices(tmp_path, {})
    payments(tmp_path, {**TOLD, "amount": amount})

    (row,) = matched(tmp_path)

    assert (row["verdict"], row["invoice_id"]) == ("unmatched", "")
    assert row["reasons"] == "no money came in"


def test_two_ledgers_do_not_mix(tmp_path):
    invoices(tmp_path, {}, {"ledger": "L2", "invoice_number": "77001", "customer_id": "K9"})
    payments(tmp_path, {**TOLD, "ledger": "L2"}, {**TOLD, "payment_id": "P1"})

    rows = matched(tmp_path)

    by_ledger = {row["ledger"]: row for row in rows}
    assert by_ledger["L1"]["invoice_id"] == "I1"
    assert by_ledger["L2"]["verdict"] != "auto"
    assert by_ledger["L2"]["invoice_id"] != "I1"


def test_currencies_do_not_mix(tmp_path):
    invoices(tmp_path, {"currency": "SEK"})
    payments(tmp_path, {**TOLD, "currency": "EUR"})

    (row,) = matched(tmp_path)

    assert (row["verdict"], row["invoice_id"]) == ("unmatched", "")


def test_what_was_not_open_yet_is_not_settled(tmp_path):
    invoices(tmp_path, {"open_from": "2026-04-02"})
    payments(tmp_path, TOLD)

    (row,) = matched(tmp_path)

    assert (row["verdict"], row["invoice_id"]) == ("unmatched", "")


def test_what_was_applied_is_not_open_on_the_next_day(tmp_path):
    late = {"open_from": "2026-04-02", "invoice_number": "99"}
    invoices(tmp_path, {}, {**MILL, **late})
    payments(tmp_path, TOLD, {**TOLD, "date": "2026-03-31"})

    first, second = matched(tmp_path)

    assert (first["verdict"], first["invoice_id"]) == ("auto", "I1")
    assert (second["verdict"], second["invoice_id"]) == ("unmatched", "")


def waiting_for_a_person(folder, *, before="1100.00", text=""):
    """A payment that only nearly fits the one item, and a day later one that fits."""
    late = {**MILL, "open_from": "2026-04-02", "invoice_number": "99"}
    invoices(folder, {}, late)
    later = {"date": "2026-03-31", "remittance_text": text}
    payments(folder, {"remittance_text": "", "amount": before}, later)
    return brief(matched(folder))


def test_what_waits_for_a_person_is_not_given_away_unasked(tmp_path):
    waiting = waiting_for_a_person(tmp_path)
    free = waiting_for_a_person(tmp_path, before="0.00")

    assert waiting == [("P1", "suggest", "I1", "1100.00"), ("P2", "suggest", "I1", "1250.00")]
    assert free[-1] == ("P2", "auto", "I1", "1250.00")


def test_what_waits_for_a_person_is_given_to_whoever_names_it(tmp_path):
    found = waiting_for_a_person(tmp_path, text="INV 20260417")

    assert found[-1] == ("P2", "auto", "I1", "1250.00")


def test_a_number_settled_before_is_told(tmp_path):
    invoices(tmp_path, {**MILL, "invoice_number": "20260999"})
    payments(tmp_path, TOLD)
    closed = {"ledger": "L1", "invoice_number": "20260417", "customer_id": "K1"}
    file = table(tmp_path / "closed.csv", {**closed, "amount": "1250.00", "currency": "EUR"})

    (row,) = matched(tmp_path, "--closed", file)

    assert (row["verdict"], row["invoice_id"]) == ("unmatched", "")
    assert "settled before" in row["reasons"]


def test_one_decision_is_explained(tmp_path, capsys):
    invoices(tmp_path, {}, MILL)
    payments(tmp_path, TOLD, OTHER)

    code = run(tmp_path, "explain", "P2")

    told = capsys.readouterr().out
    assert code == 0
    assert told.startswith("Payment P2 (ledger L1), 2026-03-30\n  amount  980.10 EUR\n")
    assert "text    »20260418«" in told
    assert "is the sum of the points" in told


def test_a_payment_of_two_ledgers_is_explained_in_both_or_in_the_one_asked_for(tmp_path, capsys):
    invoices(tmp_path, {}, {"ledger": "L2"})
    payments(tmp_path, TOLD, {**TOLD, "ledger": "L2", "payment_id": "P1"})

    codes = [run(tmp_path, "explain", "P1"), run(tmp_path, "explain", "P1", "--ledger", "L2")]

    told = capsys.readouterr().out
    assert codes == [0, 0]
    assert (told.count("(ledger L1)"), told.count("(ledger L2)")) == (1, 2)


def test_a_payment_that_is_not_there_is_told(tmp_path, capsys):
    invoices(tmp_path, {})
    payments(tmp_path, {})

    code = run(tmp_path, "explain", "P9")

    assert code == 2
    assert 'has no payment "P9"' in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["match", "explain", "learn"])
def test_help_says_what_the_files_must_be(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])

    told = capsys.readouterr().out
    assert ended.value.code == 0
    for words in ("invoice_id, invoice_number, customer_id, amount", "day by day", "exit 2"):
        assert words in told
