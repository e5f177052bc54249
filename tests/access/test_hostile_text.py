"""Whatever somebody imported or typed is read as text: a page of hostile words has the very
elements, attributes and addresses of the same page with harmless ones.
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.i18n import LANGUAGES
from jobs.dispatch import work_all
from people.sign_in import ask_for_link
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from serve import postgres
from tests.access.hostile import PAYLOADS, a_customer_of_words, every_text, harmless, rename
from tests.access.principals import BY_NAME, Ask, browser_of
from tests.access.reading import pdf_text
from tests.factories.work import a_desk
from tests.people.people import PASSWORD
from tests.portal import papers
from tests.portal.page_client import PageClient
from tests.portal.readers import let_in

pytestmark = pytest.mark.xdist_group("hostile")

ID = re.compile(r"[0-9a-f-]{36}|(?<=/link/)[\w=-]{64}|cs_test_\w+")
LEADING = {"href", "src", "action", "formaction", "xlink:href", "data", "srcset", "poster"}
NAMED_PAGES = ("/", "/invoices", "/basket", "/profile", "/accounts", "/nowhere")
BREAKS_OUT = re.compile(r"[<>\"']")


def skeleton(html: str) -> list[tuple]:
    """Elements in order, their attributes, and where they lead without the ids."""
    root, problems = papers.read(html)
    assert problems == []
    return [
        (one.tag, *sorted((name, _kind(name, value)) for name, value in one.attrs.items()))
        for one in root.all()
    ]


def _kind(name: str, value: str) -> str:
    if name not in LEADING:
        return ""
    parts = urlsplit(value)
    return f"{parts.scheme}:{parts.netloc}:{ID.sub('<id>', parts.path)}"


@pytest.fixture(scope="module")
def customers(town):
    """One whose words are all hostile, and one just like it whose words are harmless."""
    make = (town.books, town.gateway, town.world)
    return (
        a_customer_of_words(*make, every_text(), "Hostile"),
        a_customer_of_words(*make, harmless, "Harmless"),
    )


@pytest.fixture(scope="module")
def readers(town, customers):
    """A browser of each."""
    return tuple(
        let_in(PageClient(town.portal), town.books, one.account, at=town.clock.now())
        for one in customers
    )


@pytest.fixture(scope="module")
def renamed(town):
    """A customer that tests may call as they like, and a browser of it."""
    customer = a_customer_of_words(town.books, town.gateway, town.world, harmless, "Renamed")
    client = PageClient(town.portal)
    return customer, let_in(client, town.books, customer.account, at=town.clock.now())


def call(town, account, text: str, language: str = "en") -> None:
    """From now on customer, person and ledger have that name, and the person that language."""
    spoken = sa.text("UPDATE person SET language = :language WHERE id = :id")
    with Session(town.database.engine(postgres.OWNER)) as session, session.begin():
        rename(session, account, text)
        session.execute(spoken, {"language": language, "id": account.person_id})


def test_there_are_payloads_enough():
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 40


def test_a_page_of_hostile_documents_is_built_like_one_of_harmless_ones(customers, readers):
    hostile, plain = customers
    raw, spoken = [], ""

    for address, twin in zip(hostile.addresses, plain.addresses, strict=True):
        page, other = readers[0].raw(address), readers[1].raw(twin)
        assert (page.status_code, other.status_code) == (200, 200), address
        assert skeleton(page.text) == skeleton(other.text), address
        raw += [text for text in PAYLOADS if BREAKS_OUT.search(text) and text in page.text]
        spoken += without_spaces(papers.read(page.text)[0].text)

    assert raw == []
    assert [text for text in PAYLOADS if without_spaces(text) not in spoken] == []


def without_spaces(text: str) -> str:
    """The text as its letters alone."""
    return "".join(text.split())


def test_a_hostile_name_is_text_on_every_page(town, renamed):
    customer, reader = renamed
    pages = (*customer.addresses[6:9], *NAMED_PAGES)
    call(town, customer.account, "Plain")
    wanted = {path: skeleton(reader.raw(path).text) for path in pages}

    for at, text in enumerate(PAYLOADS):
        call(town, customer.account, text)
        # One header on every page: each name is looked at on three, a few of them on all.
        for path in pages[at % 3 :: 1 if at % 8 == 0 else 3]:
            page = reader.raw(path).text
            assert skeleton(page) == wanted[path], (path, text)
            assert not (BREAKS_OUT.search(text) and text in page), (path, text)


TYPED = {
    "/invoices?state=all&search=": "search",
    "/invoices?state=": "state",
    "/invoices?sort=": "sort",
    "/invoices?currency=": "currency",
    "/invoices?after=": "after",
    "/payments?kind=": "kind",
    "/accounts?next=": "next",
    "/nowhere?x=": "x",
}


@pytest.mark.parametrize("path", sorted(TYPED))
def test_what_stands_in_an_address_is_text(readers, path):
    def asked(text):
        place, name = path.rpartition("?")[0] or path, TYPED[path]
        more = {"state": "all"} if name == "search" else {}
        return readers[1].raw(place, query_string={**more, name: text}, follow_redirects=True).text

    wanted = skeleton(asked("Zz-nothing-of-that-kind"))

    for text in PAYLOADS:
        page = asked(text)
        assert skeleton(page) == wanted, text
        assert not (BREAKS_OUT.search(text) and text in page), text


def test_what_was_typed_comes_back_as_text(town, customers, readers):
    stranger = browser_of(town, BY_NAME["anonymous"])
    account = customers[1].account
    line = f"amount-{customers[1].invoices[1]}"
    group = {"group": f"{account.ledger_id}.EUR"}

    def typed(text):
        town.forget_attempts()
        form = readers[1].get("/basket").form_to("/payments")
        sent = {"email": text, "password": "wrong", "next": text}
        yield stranger.send("POST", Ask(path="/sign-in", data=sent)).text
        yield readers[1].send(form, {**group, line: text, "operation_id": text}).text

    wanted = [skeleton(page) for page in typed("nothing")]
    for text in PAYLOADS[::3]:
        for page, other in zip(typed(text), wanted, strict=True):
            assert skeleton(page) == other, text
            assert not (BREAKS_OUT.search(text) and text in page), text


@pytest.mark.parametrize("agent", PAYLOADS[::5])
def test_what_a_browser_calls_itself_is_text(town, agent):
    browser = browser_of(town, BY_NAME["anonymous"])
    town.give_password(town.companies["c"].people["payer"])
    email = town.rows(
        "SELECT email FROM person WHERE id = :id", id=town.companies["c"].people["payer"].person_id
    )[0][0]
    browser.client.headers = {"User-Agent": agent.encode("ascii", "replace").decode()}
    browser.send("POST", Ask(path="/sign-in", data={"email": email, "password": PASSWORD}))

    page = browser.client.raw("/profile")

    assert page.status_code == 200
    assert not (BREAKS_OUT.search(agent) and agent in page.text)


@pytest.fixture(scope="module")
def post(town, renamed):
    """A worker whose letters arrive, and all of them did."""
    mailbox = Mailbox(None)
    sink = MailSink(mailbox)
    sink.start()
    settings = replace(town.settings, smtp_url=f"smtp://localhost:{sink.port}")
    work_all(a_desk(town.clock, town.books, town.gateway, settings))
    yield a_desk(town.clock, town.books, town.gateway, settings), mailbox
    sink.stop()


AGAIN = (
    "UPDATE outbox_message SET done_at = NULL, run_after = run_after - interval '1 day'"
    " WHERE topic = 'receipt.mail' AND payload ->> 'person_id' = :person"
)
SOONER = "UPDATE outbox_message SET run_after = run_after - interval '1 day' WHERE done_at IS NULL"


def all_sent(town, desk) -> None:
    """Write everything that waits, also what a busy machine set too slowly the first time."""
    for _ in range(2):
        with Session(town.database.engine(postgres.OWNER)) as session, session.begin():
            session.execute(sa.text(SOONER))
        work_all(desk)


def letters(town, post, account, text, language) -> list[tuple[str, str, bytes]]:
    """The letters to a person of that name: HTML, text, and the document that goes along."""
    desk, mailbox = post
    all_sent(town, desk)  # what other tests left waiting is no letter of this name
    known = {mail.id for mail in mailbox.newest_first()}
    call(town, account, text, language)
    with Session(town.database.engine(postgres.OWNER)) as session, session.begin():
        session.execute(sa.text(AGAIN), {"person": str(account.person_id)})
    email = town.rows("SELECT email FROM person WHERE id = :id", id=account.person_id)[0][0]
    town.forget_attempts()
    ask_for_link(town.books, email=email, address="192.0.2.7", deed=account.deed(town.clock.now()))
    all_sent(town, desk)
    new = [mail for mail in mailbox.newest_first() if mail.id not in known]
    return [
        (mail.body("html"), mail.body("plain"), *(one.content for one in mail.attachments))
        for mail in sorted(new, key=lambda mail: mail.subject)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_is_text_in_every_letter_and_document(town, renamed, post, language):
    account = renamed[0].account
    wanted = [skeleton(html) for html, *_rest in letters(town, post, account, "Plain", language)]
    documents, some = [], PAYLOADS[LANGUAGES.index(language) :: 4]

    for text in some:
        written = letters(town, post, account, text, language)
        assert [skeleton(html) for html, *_rest in written] == wanted, text
        assert not [html for html, *_rest in written if BREAKS_OUT.search(text) and text in html]
        documents += [(text, pdf_text(one)) for _html, _plain, *files in written for one in files]

    assert len(wanted) >= 2
    assert len(documents) == len(some)
    # What is written from right to left is read back in another order.
    read = [(ascii_of(text), ascii_of(one)) for text, one in documents if "\u202e" not in text]
    assert [text for text, document in read if text not in document] == []


def ascii_of(text: str) -> str:
    """The letters of a text that any font has, without the spaces a line break makes of them."""
    return re.sub(r"[^!-~]|-", "", text.replace("’", "'").replace("“", '"').replace("”", '"'))
