"""Test G of the access matrix, I15: no word of another company reaches anybody, by any way.

Every text of the companies holds a word that stands nowhere else. All ways in are walked as
everybody: pages by their links, lists in every order, searches, documents, letters, refusals.
"""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

import pytest

from tests.access.asks import ask_of
from tests.access.canaries import text_columns
from tests.access.expectations import BY_ID, IN_A_FORM, PORTAL
from tests.access.principals import (
    BY_NAME,
    Ask,
    Browser,
    Principal,
    browser_of,
)
from tests.access.reading import decoded, everything_in, pdf_text, without_tokens, words_in
from tests.portal import papers

pytestmark = pytest.mark.xdist_group("canaries")

# Columns that hold one of a few fixed words, the same for everybody, or nobody's: nothing to leak.
FIXED_WORDS = {
    "account_day": {"account", "currency"},
    "adjustment": {"currency", "kind", "reason"},
    "afterwards_edge": {"from_state", "machine", "to_state"},
    "alembic_version": {"version_num"},
    "allocation": {"currency"},
    "attempt": {"kind"},
    "audit_event": {"action"},
    "audit_head": {"hash"},
    "basket_item": {"currency"},
    "card_attempt": {"brand", "decline_code", "last_four"},
    "card_payment": {"currency", "decline_code", "language", "method", "state"},
    "card_payment_edge": {"from_state", "to_state"},
    "card_dispute": {"charge_ref", "currency", "reason", "ref", "state"},  # none in the town
    "card_payment_item": {"currency"},
    "card_payment_move": {"from_state", "reason", "to_state"},
    "card_refund": {"charge_ref", "currency", "ref", "state"},  # none in the town
    "contact": {"role"},
    "credential": {"kind", "secret_hash"},
    "credit_note": {"currency", "reason"},
    "credit_note_line": {"currency"},
    "customer": {"country", "language", "standing"},
    "exchange": {"from_currency", "to_currency"},
    "import_run": {"kind", "sha256"},
    "invitation": {"role"},
    "invoice": {"currency", "kind", "number_digits"},
    "invoice_line": {"currency"},
    "invoice_original": {"currency"},
    "job_run": {"job"},
    "journal": {"kind", "reason"},
    "journal_line": {"account", "currency", "side"},
    "ledger": {"country"},
    "open_balance": {"currency"},
    "outbox_message": {"error", "topic"},
    "pay_link": {"currency", "language"},
    "pay_link_item": {"currency"},
    "payment_case": {"facts", "kind"},
    "payment_terms": {"code"},
    "person": {"kind", "language"},
    "provider_cut": {"provider"},
    "provider_effect": {"effect", "provider"},
    "provider_event": {"type"},
    "receipt": {"currency", "method"},
    # Two of them name the method only, as messages of the provider do that name no company.
    "saved_method": {
        *("brand", "kind", "language", "last_four", "state"),
        *("method_digest", "return_url"),
    },
    "web_session": {"proof"},
}
# An admin sees whatever a payer does.
WALKERS = ("viewer of a", "admin of a", "of a and c, at a", "payer of b")
ASKERS = ("anonymous", "admin of a", "of a and c, at a", "payer of b")
OF_WHOEVER_HOLDS_IT = (
    "sign_in.open_link",
    "sign_in.new",
    "invitations.join",
    "invitations.ask_anew",
    "pay_by_link.show",
    "pay_by_link.outcome",
    "pay_by_link.state",
    "pay_by_link.returned",
    "pay_by_link.check",
    "passkeys.sign_in",
)
# Orders of a list that differ in nothing but their order: two of the eight will do.
PASSED_BY = re.compile(r"sort=-?(?:issued|open)|sort=-(?:due|number)")
INVOICE_PDF = re.compile(r"/invoices/[0-9a-f-]{36}\.pdf")
STARTS = ("/", "/invoices?state=all", "/payments?kind=card", "/profile", "/accounts")
PDFS_MAX = 8  # of invoices: each says what the page that leads to it says, and is slow to set
PAGES_MAX = 400  # of one walker; more means that addresses grow without end


@pytest.fixture(scope="module")
def town(canaries):
    return canaries.town


@pytest.fixture(scope="module")
def words(canaries):
    return canaries.words


def foreign(words, who: Principal) -> set[str]:
    """What this principal must never read."""
    return set().union(*(words[letter] for letter in "abc" if letter != who.letter))


def test_every_text_of_a_company_can_be_told_from_anothers(town, words, canaries):
    same_for_all = text_columns(town) - canaries.apart

    assert same_for_all == {(table, name) for table in FIXED_WORDS for name in FIXED_WORDS[table]}
    assert all(len(words[letter]) > 200 for letter in "abc")


def links_of(text: str) -> Iterator[str]:
    """Wherever a reader of the page can go without pressing a button that changes something."""
    root, _problems = papers.read(text)
    for one in root.all("a", "form", "link", "script", "img"):
        if one.tag == "form" and one.attrs.get("method", "get").lower() != "get":
            continue
        yield from filter(None, (one.attrs.get(name) for name in ("href", "src", "action")))


def walk(browser: Browser) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with all it says."""
    waiting, known, copies = deque(STARTS), set(STARTS), 0
    while waiting:
        path = waiting.popleft()
        answer = browser.send("GET", Ask(path=path))
        yield path, everything_in(answer)
        assert answer.status_code < 400, path
        found = [answer.location] if answer.location else []
        found += links_of(answer.text) if answer.mimetype == "text/html" else []
        for link in (urldefrag(urljoin(path, link)).url for link in found):
            is_page = link.startswith("/") and not link.startswith(("/static", "/bootstrap"))
            if is_page and link not in known and not PASSED_BY.search(link):
                known.add(link)
                is_copy = bool(INVOICE_PDF.match(link))
                copies += is_copy
                if is_copy and copies > PDFS_MAX:
                    continue
                waiting.append(link)
        assert len(known) <= PAGES_MAX, sorted(known)


@pytest.mark.parametrize("name", WALKERS)
def test_no_way_leads_to_a_word_of_another_company(town, words, name):
    who, leaks, seen = BY_NAME[name], {}, set()
    strange = foreign(words, who)
    for path, text in walk(browser_of(town, who)):
        found = words_in(text)
        named = chosen_between(town, who) if path.startswith("/accounts") else set()
        leaked = (found & strange) - named
        leaks |= {path: leaked} if leaked else {}
        seen |= found & words[who.letter]

    assert leaks == {}
    assert len(seen) > 150, "nothing of one's own was seen, so nothing was proved"


def test_a_leak_would_be_found(town, words):
    """The other company's pages, looked at as if they had come to the wrong reader."""
    theirs, who = browser_of(town, BY_NAME["payer of b"]), BY_NAME["payer of a"]
    places = ("/", "/invoices", "/basket", "/payments", "/profile", "/nowhere")

    found = {
        path: bool(
            words_in(everything_in(theirs.send("GET", Ask(path=path)))) & foreign(words, who)
        )
        for path in places
    }

    assert found == {path: path != "/nowhere" for path in places}


@pytest.mark.parametrize("name", ASKERS)
def test_no_answer_to_anybody_holds_a_word_of_another_company(town, words, name):
    who, leaks = BY_NAME[name], {}

    for endpoint, method in sorted(PORTAL.rows):
        if endpoint in OF_WHOEVER_HOLDS_IT:
            continue  # whoever holds the link or the password of company b's person is that person
        names_one = (endpoint, method) in (*BY_ID, *IN_A_FORM)
        for target in ("own", "foreign") if names_one else ("own",):
            ask, browser = ask_of(town, endpoint, method, who, target), browser_of(town, who)
            answer = browser.send(method, ask)
            text = everything_in(answer)
            if answer.location and answer.location.startswith("/"):
                text += everything_in(browser.client.raw(answer.location))
            sent = words_in(f"{ask.path} {ask.data}") | chosen_between(town, who)
            leaked = (words_in(text) & foreign(words, who)) - sent
            leaks |= {(endpoint, method, target): leaked} if leaked else {}

    assert leaks == {}


def chosen_between(town, who: Principal) -> set[str]:
    """Who acts for two companies chooses between them by name and number."""
    if who.seat != "both":
        return set()
    [_a, *others] = [town.companies[letter].customer_id for letter in "ac"]
    wanted = "SELECT id, name, number FROM customer WHERE id = ANY(:ids)"
    return words_in(str(town.rows(wanted, ids=others)))


def test_a_search_does_not_tell_whether_another_company_has_that_number(town):
    browser = browser_of(town, BY_NAME["viewer of a"])
    strange = town.rows(
        "SELECT number, purchase_order FROM invoice WHERE customer_id = :id LIMIT 1",
        id=town.companies["b"].customer_id,
    )[0]

    for sought in (*strange, strange[0][:5], strange[0].upper()):
        nobodys = "Zz" + sought[2:]
        pages = [
            browser.send("GET", Ask(path=f"/invoices?state=all&search={text}")).text.replace(
                text, ""
            )
            for text in (sought, nobodys)
        ]
        assert without_tokens(pages[0]) == without_tokens(pages[1])


def test_a_cursor_of_another_company_leads_into_the_own_list(town, words):
    of_b = browser_of(town, BY_NAME["viewer of b"])
    theirs = []
    for sort in ("due", "-due", "issued", "number", "-number", "open", "-open"):
        page = of_b.send("GET", Ask(path=f"/invoices?state=all&sort={sort}")).text
        theirs += [path for path in links_of(page) if "after=" in path]
    browser = browser_of(town, BY_NAME["viewer of a"])

    leaks = {}
    for path in theirs:
        found = words_in(everything_in(browser.send("GET", Ask(path=path))))
        leaks |= {path: found & words["b"] - words_in(decoded(path))}

    assert len(theirs) >= 5
    assert {path: leaked for path, leaked in leaks.items() if leaked} == {}


def test_a_letter_holds_no_word_of_another_company(town, words, canaries):
    told, leaks = set(), []

    for mail in canaries.mailbox.newest_first():
        whose = companies_of(town, mail.recipients)
        text = "\n".join([str(mail.message), mail.body("plain"), mail.body("html")])
        text += "".join(pdf_text(one.content) for one in mail.attachments)
        strange = set().union(*(words[letter] for letter in "abc" if letter not in whose))
        leaks += (
            [(mail.subject, mail.recipients, leaked)]
            if (leaked := words_in(text) & strange)
            else []
        )
        told |= {(letter, bool(mail.attachments)) for letter in whose}

    assert leaks == []
    assert told >= {("a", True), ("b", True), ("a", False), ("b", False), ("c", False)}


def companies_of(town, recipients: list[str]) -> set[str]:
    """The companies that whoever got a letter is a contact of, or is invited to."""
    [to] = recipients
    wanted = (
        "SELECT customer_id FROM contact JOIN person ON person.id = person_id WHERE email = :email"
        " UNION SELECT customer_id FROM invitation WHERE email = :email"
        " UNION SELECT customer_id FROM pay_link WHERE email = :email"
    )
    letters = {company.customer_id: company.letter for company in town.companies.values()}
    return {letters[customer_id] for (customer_id,) in town.rows(wanted, email=to)}
