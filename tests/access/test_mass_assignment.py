"""Every column of every table, sent with every form: nothing but the form's own fields is heard."""

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa

from foundation.database import Base
from tests.access.asks import ask_of
from tests.access.expectations import FOR_ANYBODY, PORTAL, doer, expected
from tests.access.principals import BY_NAME, Ask, browser_of
from tests.access.town import tables

FORMS = sorted(place for place in PORTAL.rows if place[1] == "POST")
# What each form does ask for. A token, an amount and an id of an operation are no columns.
ASKED_FOR = {
    "accounts.choose": {"customer_id", "next"},
    "basket.add": {"invoice_id", "overdue_in", "then", "back"},
    "basket.amounts": {"group", "operation_id"},
    "codes.ask": {"code", "next"},
    "codes.confirm": {"code"},
    "invitations.join": {"name"},
    "invitations.new": {"email", "role", "account_ids"},
    "pay_by_link.show": {"operation_id", "shown"},
    "pay_links.new": {"operation_id", "email", "spoken", "invoice_id"},
    "languages.choose": {"language", "next"},
    "passkeys.new": {"answer", "name"},
    "passkeys.sign_in": {"answer", "next"},
    "payments.start": {"group", "operation_id"},
    "profile.password": {"current", "chosen"},
    "sign_in.link": {"email"},
    "sign_in.new": {"email", "password", "next"},
}
TEXTS = {
    "role": "admin",
    "state": "succeeded",
    "kind": "staff",
    "face": "console",
    "currency": "USD",
}
# What is new in every row: ids, tokens, hashes, moments, words of the test, the provider's names.
FRESH = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,}|q[abcn]xz\d+|\$argon2[^\"]*"
    r"|\d{4}-\d\d-\d\dT[\d:.+]+|(?<=/pay-link/)[\w-]+|\b(?:cs|pi|ch|evt|cus|txn)_\w+|\bR-\d{6}\b",
    re.IGNORECASE,
)
COUNTED = {
    "seq",
    "transaction_id",
    "version",
    "checks",
    "number_digits",
    "last_step",
}  # more with each writing
FOLLOWING = {
    "account_day",
    "open_balance",
}  # written by triggers alone, from rows that are compared


def everything_but(asked_for: set[str], town) -> dict[str, str]:
    """A value for every column there is, of the other company where it is an id."""
    found: dict[str, str] = {}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name not in asked_for:
                found[column.name] = value_for(column, town)
    return found


def value_for(column: sa.Column, town) -> str:
    """What would do most harm."""
    other = town.companies["b"]
    ids = {
        "customer_id": other.customer_id,
        "contact_id": other.people["payer"].contact_id,
        "person_id": other.people["payer"].person_id,
        "actor_id": other.people["payer"].person_id,
        "ledger_id": other.ledger_id,
        "invoice_id": other.invoices[0],
        "receipt_id": other.receipt_id,
        "card_payment_id": other.paid,
    }
    if column.name in ids or isinstance(column.type, sa.Uuid):
        return str(ids.get(column.name, other.customer_id))
    if isinstance(column.type, sa.Boolean):
        return "1"
    if isinstance(column.type, sa.Integer):
        return "1"
    if isinstance(column.type, sa.Date | sa.DateTime):
        return dt.date(2000, 1, 1).isoformat()
    return TEXTS.get(column.name, "fr" if column.name == "language" else "zqmass")


def written_since(town, transaction: int) -> set[str]:
    """Every row written since then as text, what is new in every row left out."""
    found = set()
    for table in set(tables(town.database)) - FOLLOWING:
        wanted = f"SELECT to_jsonb(t) FROM {table} t WHERE xmin::text::bigint > :transaction"
        for (row,) in town.rows(wanted, transaction=transaction):
            kept = {name: value for name, value in row.items() if name not in COUNTED}
            found.add(f"{table} {FRESH.sub('*', json.dumps(kept, sort_keys=True))}")
    return found


def now_and_counts(town) -> tuple[int, dict[str, int]]:
    """The newest transaction, and how many rows each table has."""
    [(newest,)] = town.rows("SELECT txid_current()")
    counts = {one: town.rows(f"SELECT count(*) FROM {one}")[0][0] for one in tables(town.database)}
    return newest, counts


def sent(town, endpoint: str, method: str, who, extra: dict[str, str]):
    """What a request came to: the status, where it led, which rows were written, how many went."""
    town.clock.advance(seconds=1)  # nothing is the same moment's work, done already
    with town.books() as session:  # whoever was signed in before ends with neither of the two
        session.execute(sa.text("UPDATE web_session SET revoked_at = created_at"))
    browser_of(town, who)  # signed in elsewhere, too
    ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
    data = {**extra, **ask.data} if isinstance(ask.data, dict) else ask.data
    newest, before = now_and_counts(town)
    answer = browser.send(method, Ask(path=ask.path, data=data, headers=ask.headers))
    written, (_later, after) = written_since(town, newest), now_and_counts(town)
    gone = {table for table in after if after[table] < before[table]}
    return answer.status_code, FRESH.sub("*", answer.location or ""), written, gone


@pytest.mark.parametrize(("endpoint", "method"), FORMS)
def test_a_form_hears_nothing_but_its_own_fields(town, endpoint, method):
    is_strangers = endpoint in FOR_ANYBODY and endpoint not in ("languages.choose", "reports.csp")
    who = BY_NAME["anonymous" if is_strangers else doer(endpoint)]
    extra = everything_but(ASKED_FOR.get(endpoint, set()), town)

    if endpoint == "basket.use_credit":  # what is left of the town's credit note goes first
        sent(town, endpoint, method, who, {})
    plain = sent(town, endpoint, method, who, {})
    stuffed = sent(town, endpoint, method, who, extra)

    assert plain[0] == expected(endpoint, method, who)[0]
    assert (*stuffed[:2], stuffed[3]) == (*plain[:2], plain[3])
    assert stuffed[2] ^ plain[2] == set()


def test_every_column_is_sent(town):
    columns = {
        name
        for (name,) in town.rows(
            "SELECT DISTINCT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%'"
        )
    }
    # The chain of the audit is written by the database's own hand, and by no model.
    mapped = set(everything_but(set(), town))

    assert columns - mapped <= {"is_forced", "from_state", "to_state", "transaction_id"}
    assert len(mapped) > 90
