"""Which words belong to one company alone: read from every column of every row it owns; and a
town in which all that can be told and mailed was told and mailed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from jobs.dispatch import work_all
from people.sign_in import ask_for_link
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from tests.access.asks import ask_of
from tests.access.principals import PRINCIPALS, browser_of
from tests.access.reading import words_in
from tests.access.settling import a_town, town_settings
from tests.access.town import MARKERS, Town, tables
from tests.databases import Database
from tests.factories.work import a_desk


@dataclass(frozen=True, kw_only=True)
class Canaries:
    """A town of this module's own, its letters, and whose word is whose."""

    town: Town
    mailbox: Mailbox
    words: dict[str, set[str]]
    apart: set[tuple[str, str]]  # columns in which two companies can be told apart


@contextmanager
def told_everything(database: Database, var: str) -> Iterator[Canaries]:
    """Exactly what the makers of the town wrote, told and mailed."""
    mailbox = Mailbox(None)
    sink = MailSink(mailbox)
    sink.start()
    try:
        settings = town_settings(database, var)
        settings = replace(settings, smtp_url=f"smtp://localhost:{sink.port}")
        town = a_town(database, settings)
        town.desk = a_desk(town.clock, town.books, town.gateway, settings)
        for who in PRINCIPALS:
            browser_of(town, who)
            ask_of(town, "payments.abandon", "POST", who)
        _tell_and_mail(town)
        words = own_words(town)
        yield Canaries(town=town, mailbox=mailbox, words=words, apart=told_apart(town, words))
    finally:
        sink.stop()


def _tell_and_mail(town: Town) -> None:
    """The provider tells everything, everybody asks for a link, and all of it is worked."""
    for event in town.world.events():
        town.world.deliver(event["id"], town.api, signed_at=datetime.now(UTC))
    for company in town.companies.values():
        for account in company.people.values():
            wanted = "SELECT email FROM person WHERE id = :id"
            email = town.rows(wanted, id=account.person_id)[0][0]
            ask_for_link(town.books, email=email, address=email, deed=town.deed(account))
    work_all(town.desk)


def owners_of(town: Town) -> dict[str, str]:
    """Id of a customer, person, contact, ledger or payment -> the letter of its company."""
    found: dict[str, str] = {}
    for company in town.companies.values():
        ids = {company.customer_id, company.ledger_id}
        for account in company.people.values():
            ids |= {account.person_id, account.contact_id}
        found |= {str(one): company.letter for one in ids}
    letters = {company.customer_id: company.letter for company in town.companies.values()}
    for table in ("card_payment", "saved_method"):
        for row_id, customer_id in town.rows(f"SELECT id, customer_id FROM {table}"):
            found[str(row_id)] = letters[customer_id]
    return found


def rows_of(town: Town) -> Iterator[tuple[str, str | None, Mapping[str, object]]]:
    """Every row with its table and the one company it belongs to, if it is one's."""
    owners = owners_of(town)
    for table in tables(town.database):
        for (row,) in town.rows(f"SELECT to_jsonb(t) FROM {table} t"):
            # A branch names its parent, and is not the parent's.
            ids = {str(value) for name, value in row.items() if name != "parent_id"}
            named = {owners[one] for one in ids & owners.keys()}
            letters = named or _marked(str(row))
            yield table, letters.pop() if len(letters) == 1 else None, row


def _marked(text: str) -> set[str]:
    return {letter for letter, marker in MARKERS.items() if marker in text}


def own_words(town: Town) -> dict[str, set[str]]:
    """Letter -> the words that stand in rows of that company and in no other row at all."""
    by_letter: dict[str | None, set[str]] = {letter: set() for letter in (*MARKERS, None)}
    for _table, letter, row in rows_of(town):
        by_letter[letter] |= words_in(str(list(row.values())))
    return {
        letter: by_letter[letter].difference(
            *(words for other, words in by_letter.items() if other != letter)
        )
        for letter in MARKERS
    }


def text_columns(town: Town) -> set[tuple[str, str]]:
    """Every column that can hold words, as the catalogue has it."""
    wanted = (
        "SELECT c.table_name, c.column_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.data_type IN ('character varying', 'text', 'jsonb', 'json', 'character')"
    )
    return {(table, column) for table, column in town.rows(wanted)}


def told_apart(town: Town, words: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Columns in which at least one row holds a word of one company alone."""
    found = set()
    for table, letter, row in rows_of(town):
        if letter in ("a", "b"):
            found |= {
                (table, name) for name, value in row.items() if words_in(str(value)) & words[letter]
            }
    return found
