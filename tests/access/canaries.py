"""Which words belong to one company alone: read from every column of every row it owns."""

from collections.abc import Iterator, Mapping

from tests.access.reading import words_in
from tests.access.town import MARKERS, Town, tables


def owners_of(town: Town) -> dict[str, str]:
    """Id of a customer, person, contact, ledger or payment -> the letter of its company."""
    found: dict[str, str] = {}
    for company in town.companies.values():
        ids = {company.customer_id, company.ledger_id}
        for account in company.people.values():
            ids |= {account.person_id, account.contact_id}
        found |= {str(one): company.letter for one in ids}
    letters = {company.customer_id: company.letter for company in town.companies.values()}
    for payment_id, customer_id in town.rows("SELECT id, customer_id FROM card_payment"):
        found[str(payment_id)] = letters[customer_id]
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
