"""What the commands are asked with; the same words mean the same files everywhere."""

import argparse
from pathlib import Path

from foundation.currency import CURRENCIES
from matching.commands.ledgers import CLOSED, INVOICES, PAYMENTS, REVIEWED, Sources

FILES = f"""\
Files are CSV in UTF-8 with a header, plain or gzipped; columns that are not named here are ignored.
A file with a bad value is refused whole, every bad value is told by line and column, and nothing is
written (exit 2). Amounts are written like 1234.50, days like 2026-03-31.

INVOICES needs {", ".join(INVOICES)};
  it may have ledger, currency, customer_name, doc_type (credit_note: the amount is negative),
  document_date, due_date, open_from, discount_amount with discount_until, po_number
PAYMENTS needs {", ".join(PAYMENTS)};
  it may have ledger, currency, payer_name, payer_account, remittance_text
CLOSED needs {", ".join(CLOSED)}; it may have ledger, currency, closed_on
REVIEWED needs {", ".join(REVIEWED)}, a row for each item a payment settles; it may have ledger
Each ledger is a world of its own. Where some item has open_from after the first payment, payments
are taken day by day; otherwise all are weighed against each other.
"""


def add_sources(parser: argparse.ArgumentParser) -> None:
    """The files every command reads."""
    parser.add_argument("invoices", type=Path, metavar="INVOICES", help="the open items")
    parser.add_argument("payments", type=Path, metavar="PAYMENTS", help="what came in")
    parser.add_argument("--closed", type=Path, metavar="FILE", help="numbers settled before")
    parser.add_argument("--memory", type=Path, metavar="FILE", help="what `learn` wrote")
    parser.add_argument(
        "--currency",
        default="EUR",
        choices=sorted(CURRENCIES),
        metavar="CODE",
        help="of files without a column currency (EUR)",
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = FILES


def sources(wanted: argparse.Namespace) -> Sources:
    """The files the command line names."""
    return Sources(
        invoices=wanted.invoices,
        payments=wanted.payments,
        closed=wanted.closed,
        currency=wanted.currency,
    )
