"""What reviewers decided is learned, kept in a file, and used; a file that is none is refused."""

import pytest

from tests.matching.commands.papers import (
    MILL,
    TOLD,
    invoices,
    lessons,
    matched,
    payments,
    run,
    table,
)


def learned(folder, *rows, more=()):
    file = table(folder / "reviewed.csv", *rows)
    assert run(folder, "learn", file, "-o", folder / "memory.json", *more) == 0
    return lessons(folder)


def test_reviewed_payments_are_learned_by_ledger(tmp_path, capsys):
    invoices(tmp_path, {}, {"ledger": "L2", "customer_id": "K9"})
    payments(tmp_path, TOLD, {"ledger": "L2"}, {"remittance_text": "a gift"}, {})
    rows = [
        {"payment_id": "P1", "invoice_id": "I1", "amount": "1250.00"},
        {"payment_id": "P2", "invoice_id": "I2", "amount": "1250.00"},
        {"payment_id": "P3", "invoice_id": "", "amount": ""},
    ]

    found = learned(tmp_path, *rows)

    assert found == {"L1": {"P1": "K1", "P3": ""}, "L2": {"P2": "K9"}}
    assert capsys.readouterr().out.startswith("Learned from 3 reviewed payments.")


def test_what_was_known_is_kept_and_used(tmp_path):
    mill = {"amount": "980.10", "payer_name": "Treasury Seven", "remittance_text": ""}
    invoices(tmp_path, MILL)
    payments(tmp_path, {**mill, "payer_account": "DE77"})
    learned(tmp_path, {"payment_id": "P1", "invoice_id": "I1", "amount": "980.10"})
    invoices(tmp_path, {**MILL, "invoice_id": "I7"})
    payments(tmp_path, {**mill, "payment_id": "P7", "payer_account": "DE77"})

    unknown = matched(tmp_path)
    known = matched(tmp_path, "--memory", tmp_path / "memory.json")
    again = learned(
        tmp_path,
        {"payment_id": "P7", "invoice_id": "I7", "amount": "980.10"},
        more=["--memory", tmp_path / "memory.json"],
    )

    assert float(known[0]["probability"]) > float(unknown[0]["probability"] or 0)
    assert again == {"L1": {"P1": "K2", "P7": "K2"}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "memory.json, line 1, column 2: is no JSON"),
        ("[]", "memory.json: is no memory that `learn` wrote"),
        ('{"form": 9}', "memory.json: is of form 9, known is 2."),
        (
            '{"form": 2, "memories": {"L1": [{"on": "x"}]}, "calibration": null}',
            "memory.json: is no memory that `learn` wrote",
        ),
        ('{"form": 2, "memories": {}, "calibration": 5}', "is no memory that `learn` wrote"),
    ],
)
def test_a_memory_that_is_none_is_told(tmp_path, capsys, content, sentence):
    invoices(tmp_path, {})
    payments(tmp_path, {})
    (tmp_path / "memory.json").write_text(content)

    code = run(tmp_path, "match", "-o", tmp_path / "out.csv", "--memory", tmp_path / "memory.json")

    assert code == 2
    assert sentence in capsys.readouterr().err
