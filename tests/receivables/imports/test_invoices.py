"""invoices.csv: issued once, with their lines; never edited; all of a file or nothing."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from foundation.i18n import speaking
from receivables.actions.invoices import issue_invoices
from receivables.errors import InvoiceNumberTaken
from receivables.imports.customers import import_customers
from receivables.imports.invoice_words import LEDGERS_NAMED_MAX, no_such_ledger
from receivables.imports.invoices import check_invoices, import_invoices
from receivables.models import ImportRun, Journal
from receivables.queries.verify import findings
from tests.databases import AUDIT_KEY
from tests.factories.books import a_deed, a_draft, a_ledger, an_account
from tests.receivables.imports import files


def problems(report):
    return [str(problem) for problem in report.problems]


def test_lines_of_an_invoice_may_stand_anywhere_in_the_file(books, invoices_of_books):
    content = files.invoices(
        {"line_description": "Valves"},
        {"number": "F-2", "customer_number": "C2", "net": "1.00", "tax": "0"},
        {"line_description": "Discount", "net": "-10.00", "tax": "-2.00"},
    )

    report = import_invoices(books, content, deed=a_deed())

    found = invoices_of_books()
    invoice, lines = found["F-1"]
    assert (report.counts.new, report.counts.new_rows) == (2, 3)
    assert invoice.total_minor == invoice.open_minor == 10_800
    assert [(line.description, line.net_minor, line.tax_minor) for line in lines] == [
        ("Valves", 10_000, 2_000),
        ("Discount", -1_000, -200),
    ]
    assert found["F-2"][0].total_minor == 100


def test_an_invoice_is_booked_on_its_issue_day_and_the_books_agree(books):
    import_invoices(books, files.invoices({}, {"number": "F-2"}), deed=a_deed())

    with books() as session:
        days = session.scalars(sa.select(Journal.booked_on)).all()
        wrong = list(findings(session, AUDIT_KEY))
    assert days == [dt.date(2026, 10, 1)] * 2
    assert wrong == []


def test_without_a_due_day_it_is_the_issue_day_and_the_terms(books, invoices_of_books):
    content = files.invoices({"due_on": ""})
    import_invoices(books, content, deed=a_deed())

    import_customers(books, files.customers({"terms_days": "60"}), deed=a_deed())
    again = import_invoices(books, content, deed=a_deed())

    assert invoices_of_books()["F-1"][0].due_on == dt.date(2026, 10, 31)
    assert (again.is_refused, again.counts.unchanged) == (False, 1)


def test_a_file_of_totals_makes_invoices_of_one_line(books, invoices_of_books):
    import_invoices(books, files.totals({"currency": "JPY", "total": "12845"}), deed=a_deed())

    invoice, [line] = invoices_of_books()["F-1"]
    assert (invoice.total_minor, invoice.currency) == (12_845, "JPY")
    assert (line.description, line.quantity, line.net_minor, line.tax_minor) == (
        *("F-1", "1"),
        *(12_845, 0),
    )


@pytest.mark.parametrize(
    "dialect",
    [
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"line_end": "\r\n"},
        {"mark": "\ufeff"},
        {"delimiter": ";", "line_end": "\r\n", "mark": "\ufeff"},
    ],
    ids=str,
)
def test_the_same_content_in_another_dialect_adds_nothing(books, dialect):
    rows = ({"line_description": 'Valve; 3"\nsteel, tempered'}, {"number": "2"})
    import_invoices(books, files.invoices(*rows), deed=a_deed())

    report = import_invoices(books, files.invoices(*rows, **dialect), deed=a_deed())

    assert problems(report) == []
    assert (report.counts.new, report.counts.unchanged) == (0, 2)


def test_lines_and_delimiters_inside_quotes_are_text(books, invoices_of_books):
    text = 'Valve, 3"\nsteel; tempered'
    import_invoices(
        books, files.invoices({"line_description": text}, line_end="\r\n"), deed=a_deed()
    )

    [line] = invoices_of_books()["F-1"][1]
    assert line.description == text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"customer_number": "C2"},
            "customer_number: Invoice F-1 is in the books with C1, the file says C2.",
        ),
        (
            {"issued_on": "2026-10-02"},
            "issued_on: Invoice F-1 is in the books with 2026-10-01, the file says 2026-10-02.",
        ),
        (
            {"due_on": "2026-11-01"},
            "due_on: Invoice F-1 is in the books with 2026-10-31, the file says 2026-11-01.",
        ),
        (
            {"currency": "USD"},
            "currency: Invoice F-1 is in the books with EUR, the file says USD.",
        ),
        (
            {"purchase_order": "PO 7"},
            "purchase_order: Invoice F-1 is in the books with nothing, the file says PO 7.",
        ),
        (
            {"net": "99.99"},
            "net: Invoice F-1 is in the books with 120.00 EUR, the file says 119.99 EUR.",
        ),
        ({"quantity": "4"}, "line_description: Invoice F-1 is in the books with other lines."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_was_issued_is_not_edited_by_a_file(books, invoices_of_books, change, words):
    import_invoices(books, files.invoices({}), deed=a_deed())

    report = import_invoices(books, files.invoices({"number": "F-2"}, change), deed=a_deed())

    assert problems(report) == [f"Line 3, {words}"]
    assert set(invoices_of_books()) == {"F-1"}


def test_a_file_of_totals_fits_an_invoice_that_has_lines(books):
    import_invoices(books, files.invoices({}), deed=a_deed())

    report = import_invoices(books, files.totals({}), deed=a_deed())

    assert (problems(report), report.counts.unchanged) == ([], 1)


def test_every_bad_line_is_named_and_nothing_is_stored(books, invoices_of_books):
    content = files.invoices(
        {},
        {"issued_on": "01/10/2026", "due_on": "2026-02-30", "net": "1,5", "tax": ""},
        {"number": "F-2", "ledger": "XX", "customer_number": "C9"},
        {"number": "F-3", "currency": "eur", "net": "1e3"},
        {"number": "F-4", "net": "-30", "tax": "0"},
        {"number": "F-5"},
        {"number": "F-5", "due_on": "2026-12-01"},
        {"number": "F-6", "currency": "JPY", "net": "10.5", "tax": "0"},
        {"number": "F-7", "net": "1.001"},
    )

    report = import_invoices(books, content, deed=a_deed())

    assert problems(report) == [
        "Line 3, issued_on: Write the day as year-month-day, such as 2026-11-30.",
        "Line 3, due_on: Write the day as year-month-day, such as 2026-11-30.",
        "Line 3, net: Write the amount with digits and a point, such as 1234.50.",
        "Line 3, tax: This is missing.",
        "Line 4, ledger: There is no ledger XX. Ours are: FR01.",
        "Line 4, customer_number: There is no customer C9. Import the customers first.",
        "Line 5, currency: Write the three capital letters of a currency, such as EUR.",
        "Line 6, net: This invoice comes to -30.00 EUR. "
        "Only amounts above zero can be imported; credit notes have a file of their own.",
        "Line 8, due_on: Line 7 says something else of the same invoice.",
        "Line 9, net: JPY has no decimals. Write a whole number.",
        "Line 10, net: EUR has 2 decimals, not more.",
    ]
    assert report.lines_refused == 7
    assert invoices_of_books() == {}
    with books() as session:
        kinds = set(session.scalars(sa.select(ImportRun.kind)))
    assert kinds == {"customers"}


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        ([], "There is no ledger XX: the books have no ledger yet."),
        (["FR01", "GB01"], "There is no ledger XX. Ours are: FR01, GB01."),
        (
            [f"L{at}" for at in range(LEDGERS_NAMED_MAX + 1)],
            "There is no ledger XX. Some of ours are: L0, L1, L2, L3, L4, L5.",
        ),
    ],
)
def test_an_unknown_ledger_is_answered_with_ours_but_not_with_a_hundred(ours, words):
    assert no_such_ledger("XX", ours) == words


def test_an_unknown_ledger_is_answered_in_french_too():
    with speaking("fr"):
        assert no_such_ledger("XX", ["FR01"]) == (
            "Il n’y a pas de grand livre XX. Les nôtres : FR01."
        )


def test_a_dry_run_stores_nothing(books, invoices_of_books):
    report = check_invoices(books, files.invoices({}, {"number": "F-2"}))

    assert report.words() == [
        "2 lines could be read.",
        "It would issue 2 invoices; known already: 0.",
    ]
    assert invoices_of_books() == {}


def test_a_number_taken_while_we_store_stops_the_import(books):
    content = files.invoices({})

    def overtake(stage, done, total):
        if stage == "comparing":
            with books() as session:
                other = an_account(session)
                assert a_ledger(session) == other.ledger_id
                issue_invoices(session, [a_draft(other, number="F-1")], deed=a_deed())

    with pytest.raises(InvoiceNumberTaken):
        import_invoices(books, content, deed=a_deed(), progress=overtake)


def test_progress_is_told_stage_by_stage(books):
    heard = []

    import_invoices(
        books,
        files.invoices(*({"number": f"F-{number}"} for number in range(1100))),
        deed=a_deed(),
        progress=lambda *told: heard.append(told),
    )

    assert heard == [
        *(("reading", 500, 0), ("reading", 1000, 0)),
        *(("comparing", 500, 1100), ("comparing", 1000, 1100), ("comparing", 1100, 1100)),
        *(("storing", 500, 1100), ("storing", 1000, 1100), ("storing", 1100, 1100)),
    ]


def test_two_imports_of_one_file_at_once_issue_each_invoice_once(books, invoices_of_books):
    content = files.invoices(*({"number": f"F-{number}"} for number in range(600)))
    together = threading.Barrier(2)

    def meet(stage, done, total):
        if (stage, done) == ("comparing", total):
            together.wait(timeout=30)

    def once(_):
        return import_invoices(books, content, deed=a_deed(), progress=meet)

    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(once, range(2)))

    assert sum(report.counts.new for report in reports) == 600
    assert len(invoices_of_books()) == 600


DISCOUNTED = (*files.TOTAL_COLUMNS, "discount_until", "discount_percent", "discount_amount")


@pytest.mark.parametrize(
    "terms", [{"discount_percent": "2.5"}, {"discount_amount": "3.00"}], ids=["percent", "amount"]
)
def test_an_early_payment_discount_is_promised_once_and_kept(books, invoices_of_books, terms):
    promise = {"discount_until": "2026-10-11", **terms}
    content = files.totals(promise, columns=DISCOUNTED)

    import_invoices(books, content, deed=a_deed())
    again = import_invoices(books, content, deed=a_deed())
    other = files.totals({**promise, "discount_until": "2026-10-12"}, columns=DISCOUNTED)
    changed = import_invoices(books, other, deed=a_deed())

    invoice, _lines = invoices_of_books()["F-1"]
    assert (invoice.discount_minor, invoice.discount_until) == (300, dt.date(2026, 10, 11))
    assert (again.counts.unchanged, problems(again)) == (1, [])
    assert [problem.column for problem in changed.problems] == ["discount_until"]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"discount_percent": "2"}, "discount_until: Write until when the discount may be earned."),
        (
            {"discount_until": "2026-10-11"},
            "discount_percent: Write how much the discount is.",
        ),
        (
            {"discount_until": "2026-10-11", "discount_percent": "2", "discount_amount": "1.00"},
            "discount_amount: Write the discount as a percentage or as an amount, not both.",
        ),
        (
            {"discount_until": "2026-10-11", "discount_percent": "two"},
            "discount_percent: Write the percentage with digits and a point, such as 2 or 2.5.",
        ),
        (
            {"discount_until": "2026-09-30", "discount_percent": "2"},
            "discount_until: The discount ends before the invoice is issued.",
        ),
        (
            {"discount_until": "2026-10-11", "discount_amount": "120.00"},
            "discount_amount: The discount comes to 120.00 EUR: it must be more than nothing and"
            " less than the invoice.",
        ),
    ],
)
def test_a_discount_that_cannot_be_meant_is_told(books, terms, words):
    report = check_invoices(books, files.totals(terms, columns=DISCOUNTED))

    assert problems(report) == [f"Line 2, {words}"]
