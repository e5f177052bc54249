"""Invoices and payments of a small seller, written as files."""

import csv
import gzip

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
