"""Books that the code before has filled are brought to today's shape, and agree."""

import sqlalchemy as sa

from foundation.paging import Cut
from receivables.queries.standing import Books, standing_items, standing_of
from receivables.queries.verify import findings
from serve import postgres
from serve.migrations import migrate
from tests.databases import AUDIT_KEY
from tests.factories.books import NOW
from tests.factories.standing import a_standing_company

# What 0011_account_days added; the rows of the company stay.
AS_BEFORE = (
    "DROP TRIGGER days_follow ON journal_line",
    "DROP TRIGGER ledgered ON journal_line",
    "DROP TRIGGER days_follow ON invoice",
    "DROP TRIGGER days_follow ON receipt",
    "DROP TABLE account_day",
    "ALTER TABLE journal_line DROP COLUMN ledger_id",
    "ALTER TABLE invoice DROP COLUMN open_from, DROP COLUMN open_until",
    "ALTER TABLE receipt DROP COLUMN open_from, DROP COLUMN open_until",
    "UPDATE alembic_version SET version_num = '0010_statements'",
)


def told(database, past):
    """The statement of a customer: its sums, and what is left of each document."""
    account = past.account
    books = Books(customer_id=account.customer_id, ledger_id=account.ledger_id, currency="EUR")
    with database.transaction(postgres.PORTAL)(customer=account.customer_id) as session:
        items = standing_items(session, books=books, on=NOW.date(), cut=Cut())
        return standing_of(session, books=books, on=NOW.date()), items


def test_a_statement_says_after_a_migration_what_it_said_before(database):
    company = a_standing_company(database)
    before = [told(database, past) for past in (company.alice, company.bruno)]
    database.close()
    with database.engine(postgres.OWNER).begin() as connection:
        for statement in AS_BEFORE:
            connection.execute(sa.text(statement))

    migrate(database.owner_url, to="0011_account_days")  # what came later is there already

    assert [told(database, past) for past in (company.alice, company.bruno)] == before
    with database.transaction(postgres.OWNER)() as session:
        assert list(findings(session, AUDIT_KEY)) == []
