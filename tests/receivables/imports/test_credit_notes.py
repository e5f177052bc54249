"""credit_notes.csv: issued once, for invoices the books have; the rest is as with invoices."""

import pytest
import sqlalchemy as sa

from receivables.imports.credit_notes import check_credit_notes, import_credit_notes
from receivables.imports.invoices import import_invoices
from receivables.models import CreditNote, ImportRun, Invoice
from receivables.queries.verify import findings
from tests.databases import AUDIT_KEY
from tests.factories.books import a_deed
from tests.receivables.imports import files

COLUMNS = (
    *("ledger", "number", "customer_number", "issued_on", "currency"),
    *("invoice_number", "reason", "line_description", "quantity", "unit", "net", "tax"),
)


def noted(*changes, columns=COLUMNS, **dialect):
    """credit_notes.csv with a row for each change of the usual line."""
    usual = {**files.LINE, "number": "CN-1"}
    return files.written(columns, [{**usual, **change} for change in changes], **dialect)


def problems(report):
    return [str(problem) for problem in report.problems]


@pytest.fixture
def invoiced(books):
    """The books with invoice F-1 of C1 and F-2 of C2."""
    content = files.invoices({}, {"number": "F-2", "customer_number": "C2"})
    import_invoices(books, content, deed=a_deed())
    return books


def notes_of(books):
    with books() as session:
        found = session.execute(
            sa.select(CreditNote, Invoice.number).outerjoin(
                Invoice, Invoice.id == CreditNote.invoice_id
            )
        )
        return {
            note.number: (note.total_minor, note.unapplied_minor, note.reason, corrects)
            for note, corrects in found
        }


def test_a_credit_note_is_issued_for_its_invoice_and_the_books_agree(invoiced):
    content = noted(
        {"invoice_number": "F-1", "reason": "goods_returned"},
        {"invoice_number": "F-1", "reason": "goods_returned", "net": "-10.00", "tax": "-2.00"},
        {"number": "CN-2", "net": "5.00", "tax": "0"},
    )

    report = import_credit_notes(invoiced, content, deed=a_deed())

    assert (problems(report), report.counts.new, report.counts.new_rows) == ([], 2, 3)
    assert notes_of(invoiced) == {
        "CN-1": (10_800, 10_800, "goods_returned", "F-1"),
        "CN-2": (500, 500, "other", None),
    }
    with invoiced() as session:
        assert list(findings(session, AUDIT_KEY)) == []


def test_the_same_file_again_adds_nothing_and_a_dry_run_stores_nothing(invoiced):
    content = noted({"invoice_number": "F-1"}, {"number": "CN-2"})

    dry = check_credit_notes(invoiced, content)
    nothing = notes_of(invoiced)
    import_credit_notes(invoiced, content, deed=a_deed())
    again = import_credit_notes(invoiced, content, deed=a_deed())

    assert (dry.counts.new, nothing) == (2, {})
    assert (again.counts.new, again.counts.unchanged, problems(again)) == (0, 2, [])
    with invoiced() as session:
        kinds = session.scalars(sa.select(ImportRun.kind).where(ImportRun.kind == "credit_notes"))
        assert len(kinds.all()) == 1


def test_a_file_of_totals_makes_credit_notes_of_one_line(invoiced):
    columns = (*COLUMNS[:5], "total")

    import_credit_notes(invoiced, noted({"total": "12.50"}, columns=columns), deed=a_deed())

    assert notes_of(invoiced)["CN-1"][:2] == (1_250, 1_250)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"invoice_number": "F-9"},
            "Line 2, invoice_number: There is no invoice F-9 in this ledger."
            " Import the invoices first.",
        ),
        (
            {"invoice_number": "F-2"},
            "Line 2, invoice_number: Invoice F-2 is of another customer or currency.",
        ),
        (
            {"reason": "because"},
            "Line 2, reason: Write one of these: goods_returned, price_corrected, other.",
        ),
        (
            {"net": "-100.00", "tax": "0"},
            "Line 2, net: This credit note comes to -100.00 EUR."
            " Write what is credited as an amount above zero.",
        ),
        (
            {"net": "9999999999999.99", "tax": "1.00"},
            "Line 2, net: The total of this credit note is too large to be true.",
        ),
        (
            {"customer_number": "C9"},
            "Line 2, customer_number: There is no customer C9. Import the customers first.",
        ),
    ],
)
def test_a_bad_line_is_told_with_its_reason_and_nothing_is_stored(invoiced, change, words):
    report = import_credit_notes(invoiced, noted(change, {"number": "CN-2"}), deed=a_deed())

    assert report.is_refused
    assert words in " ".join(problems(report))
    assert notes_of(invoiced) == {}


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"invoice_number": ""}, "invoice_number"),
        ({"reason": "price_corrected"}, "reason"),
        ({"issued_on": "2026-10-02"}, "issued_on"),
        ({"net": "101.00"}, "net"),
        ({"line_description": "Pumps"}, "line_description"),
    ],
)
def test_what_was_issued_is_never_edited(invoiced, change, column):
    usual = {"invoice_number": "F-1", "reason": "goods_returned"}
    import_credit_notes(invoiced, noted(usual), deed=a_deed())

    report = import_credit_notes(invoiced, noted({**usual, **change}), deed=a_deed())

    [problem] = report.problems
    assert problem.column == column
    assert "Credit note CN-1 is in the books with" in problem.sentence


def test_records_of_one_credit_note_say_the_same(invoiced):
    report = check_credit_notes(
        invoiced, noted({}, {"reason": "other"}, {"issued_on": "2026-10-03"})
    )

    assert problems(report) == [
        "Line 4, issued_on: Line 2 says something else of the same credit note."
    ]
