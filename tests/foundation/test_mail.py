"""Letters in two languages that nobody can bend, and a mail server that may refuse them."""

import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import SimpleNamespace
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from foundation.mail import Attachment, HeaderUnsafe, MailNotSent, compose, message_id, send
from foundation.money import Money
from foundation.settings import Settings

AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
SETTINGS = Settings.from_environment(
    {
        "DATABASE_URL": "postgresql+psycopg://quittance_app@/quittance",
        "QUITTANCE_MAIL_FROM": "Maison Quittance <pay@seller.example>",
        "QUITTANCE_SELLER_NAME": "Maison Quittance",
    }
)
RECEIPT = SimpleNamespace(
    number="R-2026-00042",
    received_on=date(2026, 11, 12),
    amount=Money(1_284_550, "EUR"),
    method="card",
    customer_name="Θεόδωρος & Søn <b>",
    allocated=(SimpleNamespace(number="INV-10482", amount=Money(1_200_000, "EUR")),),
    credit=Money(84_550, "EUR"),
    is_in_part=False,
)
CONTEXTS = {
    "sign_in_link": {"url": "https://pay.example.com/sign-in/link/abc?x=1&y=2", "minutes": 15},
    "receipt": {"receipt": RECEIPT, "url": "https://pay.example.com/receipts/1"},
}


def a_letter(event: str = "receipt", language: str = "en", **changes) -> EmailMessage:
    given = {
        "to": "ann@customer.example",
        "message_id": message_id(UUID(int=7), SETTINGS),
        "at": AT,
        "context": CONTEXTS[event],
    }
    return compose(SETTINGS, event, language=language, **(given | changes))


def bodies(letter: EmailMessage) -> tuple[str, str]:
    """Plain text and HTML, after a trip over the wire."""
    read = message_from_bytes(letter.as_bytes(), policy=default)
    return tuple(read.get_body((kind,)).get_content() for kind in ("plain", "html"))


@pytest.fixture
def mailbox() -> Iterator[SimpleNamespace]:
    """A mail server on this machine that keeps what it is given, or answers as told."""
    box = SimpleNamespace(letters=[], answer="250 OK")

    async def handle_data(server, session, envelope):
        if box.answer.startswith("250"):
            box.letters.append(envelope)
        return box.answer

    controller = Controller(SimpleNamespace(handle_DATA=handle_data), hostname="127.0.0.1", port=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("event", sorted(CONTEXTS))
def test_a_letter_says_the_same_in_text_and_html(event, language):
    letter = a_letter(event, language)
    text, html = bodies(letter)

    assert letter["Subject"].strip()
    assert letter["From"] == "Maison Quittance <pay@seller.example>"
    assert letter["Message-ID"] == "<00000000-0000-0000-0000-000000000007@seller.example>"
    assert letter["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    assert CONTEXTS[event]["url"] in text
    assert CONTEXTS[event]["url"].replace("&", "&amp;") in html
    assert "<" not in text.replace("<b>", "")


def test_amounts_and_days_follow_the_reader():
    english, _ = bodies(a_letter(language="en"))
    french, _ = bodies(a_letter(language="fr"))

    assert "€12,845.50 on 12 Nov 2026" in english
    assert "12\u202f845,50\u00a0€" in french
    assert "12 nov. 2026" in french
    assert "€845.50 is left as credit" in english


@pytest.mark.parametrize("event", sorted(CONTEXTS))
def test_a_letter_loads_nothing_and_escapes_what_it_is_given(event):
    _, html = bodies(a_letter(event))

    assert not any(word in html for word in ("<img", "src=", "url(", "@import", "<script", "<link"))
    assert "<b>" not in html


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: all@example.com", "\n x", "\x00", "\r", "\x85", "\u2028"]
)
def test_nothing_breaks_out_of_a_header(evil):
    bent = RECEIPT.__dict__ | {"number": f"R-1{evil}"}

    for changes in (
        {"to": f"ann@customer.example{evil}"},
        {"to": f'"ann{evil}"@customer.example'},
        {"message_id": f"<1{evil}@seller.example>"},
        {"context": CONTEXTS["receipt"] | {"receipt": SimpleNamespace(**bent)}},
        {"attachments": [Attachment(name=f"r{evil}.pdf", media_type="a/b", content=b"")]},
    ):
        with pytest.raises(HeaderUnsafe):
            a_letter(**changes)


@pytest.mark.parametrize(
    "to", ["", "ann", "ann@", "@x", "a@b@c", "ann@x, bob@x", "ann bob@x", "a" * 300 + "@x.example"]
)
def test_what_is_no_single_address_is_refused(to):
    with pytest.raises(HeaderUnsafe):
        a_letter(to=to)


@pytest.mark.parametrize(
    "name",
    ["Ann Onymous", "Onymous, Ann", 'Ann "the" Onymous', "Θεόδωρος", "a@b", "<x>", "A\u200bn"],
)
def test_any_name_reaches_its_one_mailbox(mailbox, name):
    send(mailbox.url, a_letter(to=f"{name} <ann@customer.example>"))

    (envelope,) = mailbox.letters
    arrived = message_from_bytes(envelope.content, policy=default)
    (box,) = arrived["To"].addresses
    assert envelope.rcpt_tos == ["ann@customer.example"]
    assert (box.display_name, box.addr_spec) == (name, "ann@customer.example")


def test_a_letter_arrives_whole_with_its_attachment(mailbox):
    pdf = Attachment(name="reçu R-1.pdf", media_type="application/pdf", content=b"%PDF-1.7 \xff")

    send(mailbox.url, a_letter(attachments=[pdf]))

    (envelope,) = mailbox.letters
    arrived = message_from_bytes(envelope.content, policy=default)
    (attached,) = arrived.iter_attachments()
    assert envelope.rcpt_tos == ["ann@customer.example"]
    assert envelope.mail_from == "pay@seller.example"
    assert attached.get_content() == pdf.content
    assert attached.get_filename() == "reçu R-1.pdf"


@pytest.mark.parametrize(("answer", "is_permanent"), [("550 no", True), ("451 wait", False)])
def test_a_refusal_says_whether_to_try_again(mailbox, answer, is_permanent):
    mailbox.answer = answer

    with pytest.raises(MailNotSent) as refusal:
        send(mailbox.url, a_letter())

    assert refusal.value.is_permanent == is_permanent


def test_a_mail_server_that_is_away_is_no_permanent_refusal():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        with pytest.raises(MailNotSent) as refusal:
            send(f"smtp://127.0.0.1:{port}", a_letter())

    assert not refusal.value.is_permanent


def test_a_server_without_tls_is_not_spoken_to_in_clear(mailbox):
    with pytest.raises(MailNotSent):
        send(mailbox.url.replace("smtp://", "smtp+starttls://"), a_letter())

    assert mailbox.letters == []
