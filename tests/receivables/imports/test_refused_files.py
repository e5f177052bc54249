"""Hostile and broken files: each refused whole, with the line and a sentence, in both languages."""

import pytest

from foundation.i18n import speaking
from receivables.imports import table
from receivables.imports.customers import check_customers
from receivables.imports.invoices import check_invoices
from tests.receivables.imports import files

HEADER = b"number,name,country,language,terms_days\n"
GOOD = b"C3,Durand,FR,fr,30\n"
KNOWN = "number, name, country, language, terms_days, parent_number"

FILES = [
    (b"", "Line 1: The file is empty."),
    (b"\xef\xbb\xbf\r\n", "Line 1: The file is empty."),
    (HEADER.decode().encode("utf-16"), "Line 1: The file is UTF-16. Save it as CSV UTF-8."),
    (
        b"1,2,3\n",
        f"Line 1: The first line names none of our columns, which are: {KNOWN}.",
    ),
    (
        HEADER.replace(b"name", b"nom") + GOOD,
        f"Line 1: We do not know the column nom. Ours are: {KNOWN}.",
    ),
    (
        HEADER.replace(b"name", b"number") + GOOD,
        "Line 1: The column number stands twice.",
    ),
    (
        b"number,name,country,language\nC3,Durand,FR,fr\n",
        "Line 1, terms_days: This column is missing from the header.",
    ),
    (
        HEADER + GOOD + b"C4,Dur\n",
        "Line 3: This line has 2 fields, the header names 5.",
    ),
    (
        HEADER + b'C3,"Durand\nand, sons\nC4,Smith,FR,fr,30\n',
        "Line 2: The quotation marks on this line do not pair up, or a field is very long. "
        "The file was not read any further.",
    ),
    (
        HEADER + b'C3,"Durand" SA,FR,fr,30\n',
        "Line 2: The quotation marks on this line do not pair up, or a field is very long. "
        "The file was not read any further.",
    ),
    (
        HEADER + b'C3,"Durand\nSA",FR,fr,30\nC4,\xe9,FR,fr,30\n',
        "Line 2, name: This holds a control character. Remove it.",
        "Line 4: This line is not UTF-8. Save the file as CSV UTF-8.",
    ),
    (
        HEADER + b"C3,Du\x00rand,FR,fr,30\n",
        "Line 2, name: This holds a control character. Remove it.",
    ),
    (
        HEADER + "C3,Du\u202erand,FR,fr,30\n".encode(),
        "Line 2, name: This holds a control character. Remove it.",
    ),
    (
        HEADER + "C\u200b3,Durand,FR,fr,30\n".encode(),
        "Line 2, number: This holds a character that cannot be seen. Type it again.",
    ),
    (
        HEADER + "C3,Durand,FR,fr,٣٠\n".encode(),
        "Line 2, terms_days: Write a whole number from 0 to 365.",
    ),
]
POINT = "Write the amount with digits and a point, such as 1234.50."
AMOUNTS = [
    ("-0.00", "A zero has no sign."),
    ("1000000000000000.00", "This amount is too large to be true."),
    ("9" * 31, POINT),
    ("1,234.50", POINT),
    ("1 234.50", POINT),
    ("12.", POINT),
    (".5", POINT),
    ("+1", POINT),
    ("1e3", POINT),
    ("NaN", POINT),
    ("٣", POINT),
    ("−1", POINT),
]


@pytest.mark.parametrize(("content", "words"), [(case[0], case[1:]) for case in FILES])
def test_a_file_we_cannot_read_is_refused_with_a_sentence(shared_books, content, words):
    report = check_customers(shared_books, content)

    assert tuple(str(problem) for problem in report.problems) == words


@pytest.mark.parametrize(("typed", "words"), AMOUNTS)
def test_an_amount_is_read_in_one_way_or_refused(shared_books, typed, words):
    report = check_invoices(shared_books, files.invoices({"net": typed, "tax": "1.00"}))

    assert [str(problem) for problem in report.problems] == [f"Line 2, net: {words}"]


def test_lines_that_add_up_to_too_much_are_refused(shared_books):
    lines = [{"net": "9999999999999.99", "tax": "0"}] * 2

    report = check_invoices(shared_books, files.invoices(*lines))

    words = "The total of this invoice is too large to be true."
    assert [str(problem) for problem in report.problems] == [f"Line 2, net: {words}"]


def test_invoices_that_add_up_to_too_much_are_refused(shared_books):
    invoices = ({"number": f"F-{number}", "total": "9999999999999.99"} for number in range(1001))

    report = check_invoices(shared_books, files.totals(*invoices))

    words = "The amounts of this file are too large to be true."
    assert [problem.sentence for problem in report.problems] == [words]


def test_a_file_says_totals_or_lines_not_both(shared_books):
    both = files.invoices({}, columns=(*files.LINE_COLUMNS, "total"))
    neither = files.invoices({}, columns=files.LINE_COLUMNS[:7])

    reports = [check_invoices(shared_books, content) for content in (both, neither)]

    assert [str(problem) for problem in reports[0].problems] == [
        "Line 1, total: The file has both a total and lines. Leave one of them out."
    ]
    assert [problem.column for problem in reports[1].problems] == list(files.LINE_COLUMNS[7:])


def test_an_invoice_stands_once_in_a_file_of_totals(shared_books):
    report = check_invoices(shared_books, files.totals({}, {}))

    words = "This invoice stands on line 2 already."
    assert [str(problem) for problem in report.problems] == [f"Line 3, number: {words}"]


def test_a_file_cut_at_any_byte_is_refused_unless_whole_lines_are_left(shared_books):
    content = files.invoices({"line_description": 'A "b",\nc'}, {"number": "F-2", "tax": "20.05"})

    cut = {size: check_invoices(shared_books, content[:size]) for size in range(len(content))}

    taken = [size for size, report in cut.items() if not report.is_refused]
    assert taken == [content.index(b"\n") + 1, content.index(b"\nFR01,F-2") + 1]


def test_a_file_that_is_too_large_or_too_long_is_refused(shared_books, monkeypatch):
    content = files.customers({"number": "C3"}, {"number": "C4"}, {"number": "C5"})

    monkeypatch.setattr(table, "ROWS_MAX", 2)
    long = check_customers(shared_books, content)
    monkeypatch.setattr(table, "FILE_BYTES_MAX", 64)
    large = check_customers(shared_books, content)

    assert [str(problem) for problem in long.problems] == [
        "Line 4: The file has more than 2 lines. Split it and import the parts."
    ]
    assert large.problems[0].sentence.startswith("The file is larger than")


def test_empty_lines_are_passed_over(shared_books):
    content = files.customers({"number": "C3"}) + b"\n,,,,,\n\r\n"

    report = check_customers(shared_books, content)

    assert (report.problems, report.rows_read) == ((), 1)


def test_what_is_wrong_is_said_in_french_too(shared_books):
    content = files.customers({"number": "", "terms_days": "soon"}) + b"C4\n"

    with speaking("fr"):
        words = check_customers(shared_books, content).words()

    assert words == [
        "Ligne 2, number : Cette valeur manque.",
        "Ligne 2, terms_days : Écrivez un nombre entier de 0 à 365.",
        "Ligne 3 : Cette ligne compte 1 champs, l’en-tête en nomme 6.",
        "1 ligne a pu être lue.",
        "Rien n’a été enregistré : corrigez 2 lignes, puis importez de nouveau le fichier.",
    ]
