"""contacts.csv: rights given and changed once each; nobody gets in who must not."""

import sqlalchemy as sa

from foundation.audit import AuditEvent
from people.models import Person
from receivables.imports.contacts import check_contacts, import_contacts
from receivables.models import Contact, Customer, ImportRun
from tests.factories.books import a_deed
from tests.receivables.imports import files

COLUMNS = ("email", "name", "role", "customer_number", "language")
PERSON = {
    "email": "ana@durand.example",
    "name": "Ana Durand",
    "role": "payer",
    "customer_number": "C1",
}


def contacts(*changes, columns=COLUMNS):
    return files.written(columns, [{**PERSON, **change} for change in changes])


def rights(transaction):
    wanted = (
        sa.select(Person.email, Person.language, Customer.number, Contact.role, Contact.is_active)
        .join(Contact, Contact.person_id == Person.id)
        .join(Customer, Customer.id == Contact.customer_id)
        .order_by(Person.email, Customer.number)
    )
    with transaction() as session:
        return [tuple(row) for row in session.execute(wanted)]


def test_people_come_in_once_each_with_a_right_for_every_line(books):
    content = contacts(
        {"email": " Ana@Durand.example "},
        {"customer_number": "C2", "role": "viewer"},
        {"email": "bo@smith.example", "name": "Bo Smith", "customer_number": "C2", "role": "admin"},
    )

    dry = check_contacts(books, content)
    before = rights(books)
    first = import_contacts(books, content, deed=a_deed())
    again = import_contacts(books, content, deed=a_deed())

    assert dry.words()[-1] == "It would give 3 rights; to change: 0; the same: 0."
    assert before == []
    assert first.words()[-1] == "3 rights given; changed: 0; the same: 0."
    assert (again.counts.new, again.counts.unchanged) == (0, 3)
    assert rights(books) == [
        ("ana@durand.example", "fr", "C1", "payer", True),
        ("ana@durand.example", "fr", "C2", "viewer", True),
        ("bo@smith.example", "en", "C2", "admin", True),
    ]
    with books() as session:
        added = session.scalars(
            sa.select(AuditEvent.subject_id).where(AuditEvent.action == "contact.added")
        ).all()
        runs = session.scalars(sa.select(ImportRun.kind).where(ImportRun.kind == "contacts")).all()
    assert len(added) == 3
    assert None not in added
    assert runs == ["contacts"]


def test_another_role_changes_the_right_and_ended_access_stays_ended(books):
    import_contacts(books, contacts({}, {"customer_number": "C2"}), deed=a_deed())
    with books() as session:
        gone = sa.select(Customer.id).where(Customer.number == "C2").scalar_subquery()
        session.execute(
            sa.update(Contact).where(Contact.customer_id == gone).values(is_active=False)
        )

    changed = import_contacts(books, contacts({"role": "viewer"}), deed=a_deed())
    refused = import_contacts(books, contacts({"customer_number": "C2"}), deed=a_deed())

    assert changed.words()[-1] == "0 rights given; changed: 1; the same: 0."
    assert refused.is_refused
    assert "access was ended" in refused.words()[0]
    assert [row[2:] for row in rights(books)] == [("C1", "viewer", True), ("C2", "payer", False)]


def test_every_bad_line_is_told_and_nothing_is_stored(books):
    with books() as session:
        staff = Person(email="me@seller.example", name="Me", language="en", kind="staff")
        session.add(staff)
    content = contacts(
        {},
        {"role": "owner"},
        {"email": "nobody", "name": ""},
        {"email": "x@y.example", "customer_number": "C9"},
        {"customer_number": "C2", "name": "Another Name"},
        {"email": "me@seller.example"},
        {"email": "z@y.example", "language": "de"},
    )

    report = import_contacts(books, content, deed=a_deed())

    assert report.words() == [
        "Line 3, role: Write viewer, payer or admin.",
        "Line 3, email: This person stands on line 2 already.",
        "Line 4, email: This is no e-mail address.",
        "Line 4, name: This is missing.",
        "Line 5, customer_number: There is no customer C9. Import the customers first.",
        "Line 6, name: On line 2 this person has another name or language.",
        "Line 7, email: This address belongs to one of the seller's own people.",
        "Line 8, language: Write en or fr.",
        "7 lines could be read.",
        "Nothing was stored: put 6 lines right, then import the file again.",
    ]
    assert rights(books) == []
