"""Test D of the access matrix: every row says how far acting for somebody may go, and since nobody
can act for anybody yet, no request makes itself somebody else's.
"""

import re
from urllib.parse import urlencode

import pytest

from foundation.deed import SYSTEM_ID
from tests.access.asks import ask_of
from tests.access.expectations import FOR_ADMINS, PORTAL, doer, expected
from tests.access.principals import BY_NAME, Ask, browser_of
from tests.access.reading import without_tokens, words_of

ROWS = sorted(PORTAL.rows)
# I17: whoever acts for a customer never does these, whatever policy.yaml may come to say.
NEVER = {
    "payments.start",
    "payments.abandon",
    "payments.returned",
    "sign_in.new",
    "sign_in.link",
    "sign_in.open_link",
    "sign_in.out",
    "accounts.choose",
    "languages.choose",
    "profile.show",
    "profile.password",
    "profile.end_session_there",
    "profile.end_sessions_elsewhere",
    "passkeys.sign_in",
    "passkeys.new",
    "passkeys.remove",
    "codes.ask",
    "codes.show",
    "codes.begin",
    "codes.confirm",
    "codes.renew",
    "codes.end",
    *FOR_ADMINS,
}
HEADERS = (
    "X-Actor",
    "X-Actor-Id",
    "X-Act-As",
    "X-Impersonate",
    "X-Impersonate-User",
    "X-Impersonation-Id",
    "X-On-Behalf-Of",
    "X-Subject",
    "X-Customer-Id",
    "X-Contact-Id",
    "X-User-Id",
    "X-Forwarded-User",
    "X-Remote-User",
    "Remote-User",
    "X-Original-User",
    "Impersonate-User",
)
FIELDS = (
    "actor",
    "actor_id",
    "subject",
    "subject_id",
    "person_id",
    "contact_id",
    "customer",
    "customer_id",
    "impersonation_id",
    "impersonate",
    "user_id",
    "act_as",
    "as",
    "role",
)


def test_every_row_says_how_far_acting_for_somebody_may_go():
    said = {place: row.impersonation for place, row in PORTAL.rows.items()}

    assert set(said.values()) == {"never", "read", "write"}
    assert {endpoint for endpoint, _method in said} >= NEVER
    for (endpoint, method), how_far in said.items():
        place = f"{endpoint} {method}"
        assert not (endpoint in NEVER and how_far != "never"), place
        assert not (how_far == "read" and method != "GET"), place
        assert not (how_far == "write" and method == "GET"), place


def test_what_is_not_said_is_never(tmp_path):
    silent = [row for row in PORTAL.rows.values() if row.impersonation == "never"]

    assert len(silent) > len(PORTAL.rows) / 3


def posing_as(town) -> tuple[str, dict[str, str], dict[str, str]]:
    """The payer of company b, in every header and every field one might think of."""
    other = town.companies["b"].people["payer"]
    values = [other.person_id, other.customer_id, other.contact_id]
    headers = {name: str(values[at % 3]) for at, name in enumerate(HEADERS)}
    headers |= {"Authorization": f"Bearer {other.person_id}", "X-Role": "admin"}
    fields = {name: str(values[at % 3]) for at, name in enumerate(FIELDS)} | {"role": "admin"}
    return "|".join(map(str, values)), headers, fields


SEEN = sorted(e for e, method in ROWS if method == "GET")


@pytest.mark.parametrize("endpoint", SEEN)
@pytest.mark.parametrize("name", ["payer of a", "viewer of a"])
def test_a_page_is_the_same_whoever_it_claims_to_be_for(town, endpoint, name):
    who, (_ids, headers, fields) = BY_NAME[name], posing_as(town)
    ask, browser = ask_of(town, endpoint, "GET", who), browser_of(town, who)

    plain = browser.send("GET", ask)
    posed = browser.send("GET", Ask(path=ask.path, headers=headers))
    mark = "&" if "?" in ask.path else "?"
    asked = browser.send("GET", Ask(path=f"{ask.path}{mark}{urlencode(fields)}"))

    assert plain.status_code == expected(endpoint, "GET", who)[0]
    assert (posed.status_code, unsigned(posed)) == (plain.status_code, unsigned(plain))
    assert asked.status_code == plain.status_code
    assert re.findall(r"q.xz\d+", unsigned(asked)) == re.findall(r"q.xz\d+", unsigned(plain))


def unsigned(answer) -> str:
    """What it says, without what is new on each page."""
    return without_tokens(words_of(answer))


# Whoever comes in by a link of their own is somebody else afterwards, and for another company.
NOT_ACTING = ("sign_in", "reports", "invitations.join", "invitations.ask_anew")
NOT_ACTING += ("passkeys.sign_in", "pay_by_link")
ACTING = [(e, m) for e, m in ROWS if m == "POST" and not e.startswith(NOT_ACTING)]


@pytest.mark.parametrize(("endpoint", "method"), ACTING)
def test_what_is_done_is_done_by_the_person_signed_in_for_the_own_company(town, endpoint, method):
    who = BY_NAME[doer(endpoint)]
    account, (ids, headers, fields) = who.account(town), posing_as(town)
    ask, browser = ask_of(town, endpoint, method, who), browser_of(town, who)
    newest = town.rows("SELECT coalesce(max(seq), 0) FROM audit_event")[0][0]

    answer = browser.send(
        method,
        Ask(path=ask.path, data={**fields, **ask.data}, headers=headers),
        query_string=fields,
    )

    assert answer.status_code == expected(endpoint, method, who)[0]
    done = town.rows(
        "SELECT actor_id, subject_id, impersonation_id, to_jsonb(e)::text FROM audit_event e"
        " WHERE seq > :newest",
        newest=newest,
    )
    # Looking again at a page still open, the bank's as well, is no news.
    assert done or endpoint in ("payments.check", "payments.confirm")
    for actor_id, subject_id, impersonation_id, whole in done:
        assert actor_id in (account.person_id, SYSTEM_ID)
        assert subject_id in (account.customer_id, None)
        assert impersonation_id is None
        assert not re.search(ids, whole)


def test_no_row_anywhere_was_written_in_an_impersonation(town):
    with_one = town.rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE column_name = 'impersonation_id' AND table_schema = 'public'"
    )

    assert {name for (name,) in with_one} >= {"audit_event", "journal", "card_payment_move"}
    for (name,) in with_one:
        assert town.rows(f"SELECT count(*) FROM {name} WHERE impersonation_id IS NOT NULL") == [
            (0,)
        ]
