"""C3: what a payer types on the provider's page never comes near us, and no secret of ours or of a
person stands in a log, a table or a letter.
"""

import io
import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyotp
import pytest

from foundation import logs
from jobs.dispatch import work_all
from payments.card.gateway import StripeGateway
from portal.app import create_app
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING
from tests.access.principals import BY_NAME
from tests.access.reading import pdf_text
from tests.access.town import NEW_PASSWORD, PASSWORD, tables
from tests.factories.work import a_desk, an_api
from tests.portal.page_client import PageClient

CARD = "4242424242424242"
CODE = "7373"
TYPED_ON_THE_PAGE = {
    "number": "4242 4242 4242 4242",
    "expiry": "12/30",
    "code": CODE,
    "attempt": "0",
}
CARD_ANYHOW = re.compile(r"4242[ .-]?4242[ .-]?4242[ .-]?4242")
CODE_ALONE = re.compile(rf"(?<![\w.:-]){CODE}(?![\w.:-])")


@dataclass(kw_only=True)
class Day:
    """What was seen of one whole payment, and the secrets that went through it."""

    secrets: dict[str, str]
    log: str
    tables: str
    letters: str
    sign_in_letters: str


@pytest.fixture
def output():
    """Where the log goes while a test runs, debugging and all, both for people and for machines;
    then logging is as it was.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(readable=True, stream=stream, level=logging.DEBUG)
    for_people = root.handlers[:]
    logs.configure(readable=False, stream=stream, level=logging.DEBUG)
    root.handlers += for_people
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    logs.unconfigured()


@pytest.fixture
def day(town, output):
    """Somebody mistypes, signs in, pays on the provider's page, and changes the password."""
    mailbox = Mailbox(None)
    sink = MailSink(mailbox)
    sink.start()
    town.forget_attempts()
    settings = replace(
        town.settings,
        smtp_url=f"smtp://localhost:{sink.port}",
        stripe_key="sk_test_Zq3KeyOfTheProvider",
        stripe_webhook_secrets=("whsec_Zq3SecretOfTheProvider",),
    )
    desk = a_desk(town.clock, town.books, town.gateway, settings)
    wiring = replace(town.portal.extensions["quittance"], settings=settings)
    client = PageClient(create_app(wiring))
    secrets = _live(town, client, desk, mailbox)
    assert isinstance(town.gateway, StripeGateway)  # what speaks to the provider is ours
    sink.stop()
    letters = [_words(mail) for mail in mailbox.newest_first()]
    return Day(
        secrets=secrets
        | {"key": settings.stripe_key, "hook": settings.stripe_webhook_secrets[0]}
        | {"key in use": DEFAULT_KEY, "hook in use": DEFAULT_SIGNING},
        log=output.getvalue(),
        tables=_all_rows(town),
        letters="\n".join(text for text in letters if "/sign-in/link/" not in text),
        sign_in_letters="\n".join(text for text in letters if "/sign-in/link/" in text),
    )


def _live(town, client, desk, mailbox) -> dict[str, str]:
    account = BY_NAME["payer of a"].account(town)
    town.give_password(account)
    town.without_app(account)
    town.fill_basket(account, "a")
    email = town.rows("SELECT email FROM person WHERE id = :id", id=account.person_id)[0][0]
    client.submit(
        client.get("/sign-in").form_to("/sign-in"),
        {"email": PASSWORD, "password": email},  # typed into the wrong fields
        status=422,
    )
    client.sign_in(email, PASSWORD)
    secrets = {"password": PASSWORD, "cookie": client.http.get_cookie("quittance-portal").value}
    with client.http.session_transaction() as kept:
        secrets |= {"session": kept["_user_id"], "forgery token": kept["csrf_token"]}
    form = client.get("/basket").form_to("/payments")
    secrets["form token"] = form.values["csrf_token"][0]
    page = client.send(form)
    _pay(town, page.location, client)
    for event in town.world.events():
        town.world.deliver(event["id"], an_api(desk), signed_at=datetime.now(UTC))
    form = client.get("/profile").form_to("/profile/password")
    client.submit(form, {"current": PASSWORD, "chosen": NEW_PASSWORD})
    asked = client.http.get("/sign-in/link", headers=client.headers)
    assert asked.status_code == 200
    client.submit(client.get("/sign-in/link").form_to("/sign-in/link"), {"email": email})
    work_all(desk)
    link = next(
        found[1]
        for mail in mailbox.newest_first(email)
        if (found := re.search(r"(/sign-in/link/\S+)", mail.body("plain")))
    )
    stranger = PageClient(client.http.application)
    stranger.submit(stranger.get(link).form_to(link))
    secrets |= _set_up_an_app(town, client)
    return secrets | {"sign-in token": link.rpartition("/")[2], "new password": NEW_PASSWORD}


def _set_up_an_app(town, client) -> dict[str, str]:
    """Read the picture, type a code, keep the recovery codes."""
    page = client.submit(client.get("/profile").form_to("/profile/app"))
    secret = next(one.text for one in page.root.all("dd") if one.attrs.get("class") == "code")
    code = pyotp.TOTP(secret.replace(" ", "")).at(town.clock.now())
    page = client.submit(page.form_to("/profile/app/confirmation"), {"code": code})
    first = next(one.text for one in page.root.all("li") if one.attrs.get("class") == "code")
    return {
        "secret of the app": secret.replace(" ", ""),
        "secret as shown": secret,
        "recovery code": first,
        "recovery code unspaced": first.replace("-", ""),
    }


def _pay(town, location: str, client) -> None:
    """On the provider's page, as a person does; and back."""
    payer = town.world.app.test_client()
    path = location.removeprefix(town.world.account.origin)
    back = payer.post(path, data=TYPED_ON_THE_PAGE)
    assert back.status_code == 303
    returned = client.get(back.location.removeprefix("http://localhost:8000"))
    assert "Payment received" in returned.main
    document = returned.links["Download the receipt (PDF)"]
    assert client.raw(document).mimetype == "application/pdf"


def _words(mail) -> str:
    files = [pdf_text(one.content) for one in mail.attachments]
    return "\n".join([str(mail.message), mail.body("plain"), mail.body("html"), *files])


def _all_rows(town) -> str:
    """Every row of every table as text."""
    return "\n".join(
        row
        for table in tables(town.database)
        for (row,) in town.rows(
            f"SELECT (to_jsonb(t) - '{{transaction_id,seq}}'::text[])::text FROM {table} t"
        )
    )


def test_a_card_is_nowhere_and_a_secret_only_where_it_must_be(day):
    places = {"log": day.log, "tables": day.tables, "letters": day.letters}
    found = {
        (place, name)
        for place, text in places.items()
        for name, secret in day.secrets.items()
        if secret in text
    }
    cards = {
        place
        for place, text in (*places.items(), ("sign-in letters", day.sign_in_letters))
        if CARD_ANYHOW.search(text) or CARD in text or CODE_ALONE.search(text)
    }

    assert cards == set()
    assert found == set()
    assert day.secrets["sign-in token"] in day.sign_in_letters
    # The day was seen whole, or nothing of this would prove anything.
    lines = day.log.splitlines()
    for_machines = [line for line in lines if line.startswith("{")]
    assert len(for_machines) > 30
    assert len(lines) >= 2 * len(for_machines)
    assert "checkout.session.completed" in day.tables
    assert "4242" in day.tables
    assert "receipt" in day.letters.lower()
