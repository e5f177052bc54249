"""Invoices and payments of a small seller, written as files, and the commands run on them."""

import csv
import gzip
import json

from matching.__main__ import main

INVOICE = {
    "ledger": "L1",
    "invoice_id": "I1",
    "invoice_number": "20260417",
    "customer_id": "K1",
    "customer_name": "Harbour Ropes Ltd",
    "doc_type": "invoice",
    "amount": "1250.00",
    "currency": "EUR",
    "document_date": "2026-03-02",
    "due_date": "2026-04-01",
    "open_from": "2026-03-02",
}
PAYMENT = {
    "ledger": "L1",
    "payment_id": "P1",
    "date": "2026-03-30",
    "amount": "1250.00",
    "currency": "EUR",
    "payer_name": "Harbour Ropes Ltd",
    "payer_account": "",
    "remittance_text": "INV 20260417",
}

MILL = {"customer_id": "K2", "customer_name": "Old Mill", "amount": "980.10"}
TOLD = {"remittance_text": "INV 20260417"}
OTHER = {"remittance_text": "20260418", "amount": "980.10", "payer_name": "Old Mill"}


def table(file, *rows, columns=None):
    """A CSV file of these rows; packed where its name says so."""
    columns = columns or list(dict.fromkeys(name for row in rows for name in row))
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "wt", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file


def invoices(folder, *changes, name="invoices.csv"):
    """A file with an invoice for each change of the usual one."""
    rows = [
        {**INVOICE, "invoice_id": f"I{at}", "invoice_number": f"{20260416 + at}", **change}
        for at, change in enumerate(changes, start=1)
    ]
    return table(folder / name, *rows)


def payments(folder, *changes, name="payments.csv"):
    """A file with a payment for each change of the usual one."""
    rows = [{**PAYMENT, "payment_id": f"P{at}", **c} for at, c in enumerate(changes, start=1)]
    return table(folder / name, *rows)


def run(folder, verb, *words):
    """Run a command on the folder's files."""
    files = [str(folder / "invoices.csv"), str(folder / "payments.csv")]
    before = words[:1] if verb != "match" else ()
    return main([verb, *map(str, before), *files, *map(str, words[len(before) :])])


def matched(folder, *more, name="decisions.csv"):
    """Run `match` on the folder's files and read what it wrote."""
    assert run(folder, "match", "-o", folder / name, *more) == 0
    opened = gzip.open if name.endswith(".gz") else open
    with opened(folder / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lessons(folder):
    """Who was learned of, by ledger and payment."""
    written = json.loads((folder / "memory.json").read_text())
    return {
        ledger: {lesson["payment_id"]: lesson["customer_id"] for lesson in rows}
        for ledger, rows in written["memories"].items()
    }
