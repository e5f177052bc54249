"""Mail: written from templates/email/<event>.{txt,html}, sent by SMTP.

The subject is the block `subject` of the .txt template. The Message-ID is the caller's, made from
the outbox row, so that a letter sent twice after a crash is recognised as one.
"""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Final
from unicodedata import category
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from jinja2 import Environment, Template

from foundation.errors import QuittanceError
from foundation.i18n import speaking
from foundation.settings import Settings
from foundation.templating import environment

SECONDS_MAX: Final = 10  # for each answer of the mail server
ADDRESS_LENGTH_MAX: Final = 254
_BREAKING: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})  # control, line, paragraph, half a letter
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class HeaderUnsafe(QuittanceError):
    """Text that would break out of a mail header, or an address that is none."""

    code = "mail.header_unsafe"

    def __init__(self, header: str) -> None:
        self.header = header
        super().__init__(f"the text for {header} does not belong in a header")


class MailNotSent(QuittanceError):
    """The mail server did not take it; when permanent, it never will."""

    code = "mail.not_sent"

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        self.reason, self.is_permanent = reason, is_permanent
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


def message_id(outbox_id: UUID, settings: Settings) -> str:
    """The same for every sending of one outbox row."""
    return f"<{outbox_id}@{_mailbox('From', settings.mail_from).domain}>"


def compose(
    settings: Settings,
    event: str,
    *,
    to: str,
    language: str,
    message_id: str,
    at: datetime,
    context: Mapping[str, object],
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """The letter for an event. Raises HeaderUnsafe where an address or a name is no plain text."""
    values = {"seller_name": settings.seller_name, "portal_url": settings.portal_url, **context}
    env = _environment(settings.zone)
    letter = EmailMessage(policy=SMTP)
    with speaking(language):
        text = env.get_template(f"email/{event}.txt")
        letter["Subject"] = _plain("Subject", _subject(text, values))
        letter.set_content(text.render(values).strip() + "\n")
        html = env.get_template(f"email/{event}.html").render(values)
    letter.add_alternative(html, subtype="html")
    letter["From"] = _mailbox("From", settings.mail_from)
    letter["To"] = _mailbox("To", to)
    letter["Message-ID"] = _plain("Message-ID", message_id)
    letter["Date"] = format_datetime(at)
    letter["Content-Language"] = language
    letter["Auto-Submitted"] = "auto-generated"  # keeps holiday replies away
    for attachment in attachments:
        main, sub = attachment.media_type.split("/")
        name = _plain("Content-Disposition", attachment.name)
        letter.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)
    return letter


def send(smtp_url: str, letter: EmailMessage) -> None:
    """Hand the letter to a mail server: smtp://, smtps:// or smtp+starttls:// in the address.

    Raises MailNotSent.
    """
    place = urlsplit(smtp_url)
    try:
        with _connected(place) as server:
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise MailNotSent(f"recipient {codes}", is_permanent=min(codes) >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise MailNotSent(
            f"{type(error).__name__} {error.smtp_code}", is_permanent=error.smtp_code >= 500
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotSent(type(error).__name__, is_permanent=False) from error


def _connected(place: SplitResult) -> smtplib.SMTP:
    host, port = place.hostname or "", place.port or _PORTS[place.scheme]
    if place.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=SECONDS_MAX, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS_MAX)
    try:
        if place.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
    except BaseException:
        server.close()
        raise
    return server


@cache
def _environment(zone: ZoneInfo) -> Environment:
    return environment(zone)


def _subject(text: Template, values: Mapping[str, object]) -> str:
    block = text.blocks["subject"](text.new_context(dict(values)))
    return " ".join("".join(block).split(" ")).strip(" \n")


def _plain(header: str, value: str) -> str:
    """The value, if it stays inside its header: no control character, no line of its own."""
    if any(category(letter) in _BREAKING for letter in value):
        raise HeaderUnsafe(header)
    return value


def _split(value: str) -> tuple[str, str]:
    """Name and address. The library's parser reads "Onymous, Ann <a@b>" as two; it is one."""
    name, bracket, address = value.rpartition(" <")
    if not bracket or not address.endswith(">"):
        return "", value
    return name.strip().removeprefix('"').removesuffix('"'), address.removesuffix(">")


def _mailbox(header: str, value: str) -> Address:
    """One mailbox: "ann@example.com" or "Ann Onymous <ann@example.com>"; the name may be any."""
    name, address = _split(_plain(header, value))
    try:
        box = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise HeaderUnsafe(header) from error
    if not box.username or not box.domain or len(address) > ADDRESS_LENGTH_MAX:
        raise HeaderUnsafe(header)
    return box
