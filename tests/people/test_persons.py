"""Persons: one e-mail address, one person, one language."""

import pytest

from people.actions.persons import change_language, create_person
from people.errors import EmailTaken, EmailUnreadable, LanguageUnknown
from people.models import PersonKind
from people.queries.persons import person_of, person_with_email
from tests.people.people import a_deed, a_person, deed_of


def test_an_address_names_one_person_however_it_is_spelled(session, clock):
    a_person(session, clock, email="Marie@Brightwell.Example ")

    with pytest.raises(EmailTaken):
        a_person(session, clock, email="marie@brightwell.example")

    assert person_with_email(session, "marie@brightwell.example").name == "Marie Roche"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "marie",
        "@b.example",
        "a b@c.example",
        "a@b",
        "a@b@c.example",
        "x\r\nBcc:@y.example",
        "h" * 250 + "@b.example",
        "a\0@b.example",
        "<a@b.example>",
        "a@b.example.",
        "a..b@c.example",
        "é@b.example",
        "a@b.example, c@d.example",
    ],
)
def test_what_is_no_address_is_refused(session, clock, typed):
    with pytest.raises(EmailUnreadable):
        create_person(
            session,
            email=typed,
            name="Nobody",
            language="en",
            kind=PersonKind.CONTACT,
            deed=a_deed(clock),
        )


def test_a_person_reads_in_the_language_they_choose(session, clock):
    person = a_person(session, clock, language="en")

    change_language(session, language="fr", deed=deed_of(person.id, clock))

    assert person_of(session, person.id).language == "fr"


def test_a_language_we_do_not_speak_is_refused(session, clock):
    person = a_person(session, clock)

    with pytest.raises(LanguageUnknown):
        change_language(session, language="de", deed=deed_of(person.id, clock))
