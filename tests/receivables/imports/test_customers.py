"""customers.csv: added, changed, left alone; parents in any order; all of a file or nothing."""

import pytest
import sqlalchemy as sa

from foundation.audit import AuditEvent
from receivables.imports.customers import check_customers, import_customers
from receivables.models import Customer, ImportRun, PaymentTerms
from tests.factories.books import a_deed
from tests.receivables.imports import files


class CutShort(Exception):
    """Whatever ends an import before its end."""


def numbers(transaction):
    with transaction() as session:
        return set(session.scalars(sa.select(Customer.number)))


def test_a_dry_run_says_what_it_would_do_and_stores_nothing(books):
    content = files.customers({}, {"number": "C2", "name": "New name"}, {"number": "C3"})

    report = check_customers(books, content)

    counts = report.counts
    assert (counts.new, counts.changed, counts.unchanged) == (1, 1, 1)
    assert report.words()[-1] == "It would add 1 customer; to change: 1; the same: 1."
    assert numbers(books) == {"C1", "C2"}


def test_the_same_file_again_adds_nothing(books):
    content = files.customers({"number": "C3"}, {"number": "C4", "parent_number": "C3"})

    first = import_customers(books, content, deed=a_deed())
    again = import_customers(books, content, deed=a_deed())

    assert (first.counts.new, again.counts.new, again.counts.unchanged) == (2, 0, 2)
    assert first.seen_on is None
    assert again.seen_on == a_deed().on
    with books() as session:
        runs = session.scalars(sa.select(ImportRun).where(ImportRun.sha256 == first.sha256)).all()
    assert [(run.kind, run.rows_read, run.rows_added) for run in runs] == [("customers", 2, 2)]


def test_a_new_name_and_terms_change_the_customer_and_are_audited(books, customer_of):
    before = customer_of("C1")

    report = import_customers(
        books, files.customers({"name": "Durand SAS", "terms_days": "45"}), deed=a_deed()
    )

    after = customer_of("C1")
    assert report.counts.changed == 1
    assert (after.id, after.name) == (before.id, "Durand SAS")
    with books() as session:
        assert session.get_one(PaymentTerms, after.terms_id).net_days == 45
        wanted = sa.select(AuditEvent).where(AuditEvent.action == "customer.changed")
        [event] = session.scalars(wanted).all()
    assert (event.object_id, event.subject_id) == (before.id, before.id)
    assert event.facts["name_was"] == "Durand SA"
    assert event.facts["name"] == "Durand SAS"


def test_a_branch_may_stand_before_its_parent(books, customer_of):
    content = files.customers(
        {"number": "C5", "parent_number": "C4"},
        {"number": "C4", "parent_number": "C3"},
        {"number": "C3", "parent_number": "C1"},
    )

    import_customers(books, content, deed=a_deed())

    assert customer_of("C5").parent_id == customer_of("C4").id
    assert customer_of("C3").parent_id == customer_of("C1").id


def test_a_file_without_parents_leaves_them_and_an_empty_parent_takes_it_away(books, customer_of):
    import_customers(books, files.customers({"parent_number": "C2"}), deed=a_deed())

    silent = files.customers({"name": "Other"}, columns=files.CUSTOMER_COLUMNS[:-1])
    import_customers(books, silent, deed=a_deed())
    kept = customer_of("C1").parent_id
    import_customers(books, files.customers({"name": "Other"}), deed=a_deed())

    assert kept == customer_of("C2").id
    assert customer_of("C1").parent_id is None


def test_parents_that_lead_in_a_circle_are_refused(books):
    import_customers(books, files.customers({"parent_number": "C2"}), deed=a_deed())

    report = check_customers(
        books,
        files.customers(
            {"number": "C2", "name": "Smith Ltd", "parent_number": "C3"},
            {"number": "C3", "parent_number": "C1"},
        ),
    )

    words = "These parents lead back to the customer itself."
    assert [str(problem) for problem in report.problems] == [
        f"Line 2, parent_number: {words}",
        f"Line 3, parent_number: {words}",
    ]


def test_one_bad_line_refuses_the_file_whole_and_every_bad_line_is_named(books):
    content = files.customers(
        {"number": "C3"},
        {"number": "", "name": "x" * 201, "country": "Fr", "language": "de", "terms_days": "366"},
        {"number": "C4", "parent_number": "C9", "name": "a\tb"},
        {"number": "C3"},
        {"number": "C5", "parent_number": "C5"},
    )

    report = import_customers(books, content, deed=a_deed())

    assert [str(problem) for problem in report.problems] == [
        "Line 3, number: This is missing.",
        "Line 3, name: This has 201 characters, at most 200 fit.",
        "Line 3, country: Write the two capital letters of a country, such as FR.",
        "Line 3, language: Write en or fr.",
        "Line 3, terms_days: Write a whole number from 0 to 365.",
        "Line 4, name: This holds a control character. Remove it.",
        "Line 4, parent_number: There is no customer C9, here or in the books.",
        "Line 5, number: This customer stands on line 2 already.",
        "Line 6, parent_number: A customer is not its own parent.",
    ]
    assert (
        report.words()[-1] == "Nothing was stored: put 4 lines right, then import the file again."
    )
    assert numbers(books) == {"C1", "C2"}


def test_a_formula_is_text_like_any_other(books, customer_of):
    name = '=HYPERLINK("x";"y") <b>&\'+@|'

    import_customers(books, files.customers({"number": "C3", "name": name}), deed=a_deed())

    assert customer_of("C3").name == name


def test_an_import_that_was_cut_short_is_finished_by_the_next(books):
    content = files.customers(*({"number": f"D{number}"} for number in range(1, 1201)))

    def die(stage, done, total):
        if stage == "storing" and done == 500:
            raise CutShort

    with pytest.raises(CutShort):
        import_customers(books, content, deed=a_deed(), progress=die)
    stored = len(numbers(books)) - 2
    report = import_customers(books, content, deed=a_deed())

    assert stored == 500
    assert (report.counts.new, report.counts.unchanged) == (700, 500)
    assert len(numbers(books)) == 1202
