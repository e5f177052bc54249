"""I15 behind the code: what the portal's database role reads, table by table, by the catalogue."""

import pytest
import sqlalchemy as sa

from serve import postgres
from tests.access.reading import words_in

pytestmark = pytest.mark.xdist_group("canaries")


@pytest.fixture(scope="module")
def town(canaries):
    return canaries.town


@pytest.fixture(scope="module")
def words(canaries):
    return canaries.words


# What the portal must read before it knows who asks. None of it belongs to a customer.
READ_BY_STRANGERS = {
    "person": "signing in begins with an e-mail address",
    "web_session": "a session is found by the hash of its token",
    "sign_in_link": "a link is found by the id that its token seals",
    "attempt": "limits count what everybody does",
    "ledger": "a legal entity of the seller",
    "payment_terms": "terms of the seller",
}


def readable_tables(town) -> dict[str, str]:
    """Every table and view that the portal's role may read, with the columns it may."""
    wanted = (
        "SELECT relname, string_agg(quote_ident(attname), ', ') FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')"
        " AND has_column_privilege('quittance_portal', attrelid, attnum, 'SELECT')"
        " GROUP BY relname ORDER BY relname"
    )
    return dict(town.rows(wanted))


@pytest.mark.parametrize(("letter", "other"), [("a", "b"), ("b", "a"), ("a", "c")])
def test_the_portals_role_reads_no_word_of_another_company_from_any_table(
    town, words, letter, other
):
    account = town.companies[letter].people["payer"]
    seen, own = {}, 0

    with town.database.transaction(postgres.PORTAL)(
        customer=account.customer_id, person=account.person_id
    ) as session:
        for table, columns in readable_tables(town).items():
            wanted = f"SELECT to_jsonb(t)::text FROM (SELECT {columns} FROM {table}) AS t"
            rows = session.scalars(sa.text(wanted)).all()
            found = words_in("\n".join(rows))
            own += len(found & words[letter])
            if found & words[other]:
                seen[table] = len(rows)

    assert set(seen) - READ_BY_STRANGERS.keys() == set()
    assert own > 200


def test_what_the_portals_role_reads_of_everybody_holds_no_invoice_and_no_money(town):
    columns = {
        column
        for table in READ_BY_STRANGERS
        for (column,) in town.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = :table",
            table=table,
        )
    }

    assert not {name for name in columns if name.endswith("_minor") or "number" in name}
    assert "secret_hash" not in columns
