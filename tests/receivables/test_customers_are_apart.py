"""I15, second line: the portal's role sees and writes rows of the customers it names, no others."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from serve import postgres
from tests.receivables.attempts import DENIED, connected, state_of

# Whose row it is, where that is not said by `customer_id`.
OTHER_OWNERS = {
    "customer": ("id",),
    "allocation": ("customer_id", "payer_id"),
    "journal": ("subject_id",),
    "audit_event": ("subject_id",),
}
# Looked up by the hash of a secret token before anybody is known; tests/people holds its rules.
NOT_BY_CUSTOMER = {"web_session"}


def owned_tables(connection):
    """Every table that belongs to a customer, by the catalogue, with its owner columns."""
    named = connection.scalars(
        sa.text(
            "SELECT c.table_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND column_name = 'customer_id'"
        )
    ).all()
    tables = {name: ("customer_id",) for name in named} | OTHER_OWNERS
    return {name: columns for name, columns in tables.items() if name not in NOT_BY_CUSTOMER}


def without_policy(connection):
    """Tables of customers that the portal's role may reach and no policy guards."""
    guarded = connection.scalars(
        sa.text(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT EXISTS ("
            " SELECT FROM pg_policies WHERE tablename = relname"
            " AND roles && ARRAY['quittance_portal', 'public']::name[] AND qual = 'true')"
        )
    ).all()
    return sorted(set(owned_tables(connection)) - set(guarded))


@pytest.fixture
def owner(standing):
    with connected(standing.database, postgres.OWNER) as connection:
        yield connection


def rows_of(connection, table, columns, customer_id):
    is_theirs = " OR ".join(f"{column} = :customer" for column in columns)
    statement = f"SELECT count(*) FROM {table} WHERE {is_theirs}"
    try:
        with connection.begin_nested():
            return connection.scalar(sa.text(statement), {"customer": customer_id})
    except DBAPIError as error:
        if state_of(error) != DENIED:
            raise
        return 0


def test_every_table_of_customers_is_under_row_level_security(owner):
    assert without_policy(owner) == []


def test_a_new_table_without_a_policy_is_found(owner):
    owner.execute(sa.text("CREATE TABLE parcel (id uuid, customer_id uuid)"))
    owner.execute(sa.text("GRANT SELECT ON parcel TO quittance_portal"))

    assert without_policy(owner) == ["parcel"]


def test_a_policy_that_lets_everything_through_is_found(owner):
    owner.execute(sa.text("CREATE TABLE parcel (id uuid, customer_id uuid)"))
    owner.execute(sa.text("ALTER TABLE parcel ENABLE ROW LEVEL SECURITY"))
    owner.execute(sa.text("CREATE POLICY all_of_it ON parcel TO quittance_portal USING (true)"))

    assert without_policy(owner) == ["parcel"]


def test_there_is_something_to_hide_in_every_table(standing, owner):
    """Else the next tests would prove nothing."""
    tables = owned_tables(owner)
    alice = standing.alice.account.customer_id

    with connected(standing.database, postgres.APP) as app:
        empty = [name for name in tables if not rows_of(app, name, tables[name], alice)]

    assert empty == []


def test_a_customer_sees_no_row_of_another(standing, owner):
    tables = owned_tables(owner)
    alice, bruno = (past.account.customer_id for past in (standing.alice, standing.bruno))

    with connected(standing.database, postgres.PORTAL, customer=bruno) as portal:
        seen = {name: rows_of(portal, name, tables[name], alice) for name in tables}
        own = rows_of(portal, "invoice", ("customer_id",), bruno)

    assert {name: count for name, count in seen.items() if count} == {}
    assert own == 5


def test_nobody_named_sees_nothing_at_all(standing, owner):
    tables = owned_tables(owner)
    alice = standing.alice.account.customer_id

    with connected(standing.database, postgres.PORTAL) as portal:
        seen = {name: rows_of(portal, name, tables[name], alice) for name in tables}

    assert not any(seen.values())


def test_a_family_is_seen_when_every_member_is_named(standing):
    alice, bruno = (past.account.customer_id for past in (standing.alice, standing.bruno))

    with standing.database.transaction(postgres.PORTAL)(customer=[alice, bruno]) as session:
        seen = session.scalars(sa.text("SELECT DISTINCT customer_id FROM invoice")).all()

    assert set(seen) == {alice, bruno}


def insertable(connection):
    """Tables of customers into which the portal's role may insert."""
    return [
        name
        for name in owned_tables(connection)
        if connection.scalar(
            sa.text("SELECT has_table_privilege('quittance_portal', :name, 'INSERT')"),
            {"name": name},
        )
    ]


def test_a_customer_writes_no_row_for_another(standing, owner):
    tables = insertable(owner)
    columns = owned_tables(owner)
    alice, bruno = (past.account.customer_id for past in (standing.alice, standing.bruno))
    refused = {}

    for name in tables:
        with connected(standing.database, postgres.APP) as app:
            wanted = f"SELECT to_jsonb(t) FROM {name} t WHERE {columns[name][0]} = :alice LIMIT 1"
            row = app.scalar(sa.text(wanted), {"alice": alice})
        # The policy speaks before any unique key does, so the very row of Alice's will do.
        statement = f"INSERT INTO {name} SELECT * FROM jsonb_populate_record(NULL::{name}, :row)"
        with (
            connected(standing.database, postgres.PORTAL, customer=bruno) as portal,
            pytest.raises(DBAPIError) as refusal,
        ):
            portal.execute(sa.text(statement), {"row": json.dumps(row)})
        refused[name] = (state_of(refusal.value), "row-level security" in str(refusal.value.orig))

    assert refused == dict.fromkeys(tables, (DENIED, True))
    assert {"card_payment", "receipt", "allocation", "journal_line", "basket_item"} <= set(tables)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE card_payment SET state = 'canceled', version = version + 1",
        "UPDATE basket_item SET amount_minor = 1",
        "DELETE FROM basket_item",
        "UPDATE customer SET language = 'fr'",
    ],
)
def test_a_customer_changes_no_row_of_another(standing, statement):
    alice, bruno = (past.account.customer_id for past in (standing.alice, standing.bruno))
    column = "id" if "customer SET" in statement else "customer_id"

    with connected(standing.database, postgres.PORTAL, customer=bruno) as portal:
        touched = portal.execute(
            sa.text(f"{statement} WHERE {column} = :alice"), {"alice": alice}
        ).rowcount

    assert touched == 0
