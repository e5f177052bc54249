"""A mailbox that delivers nowhere: takes mail over SMTP on loopback and shows it on a page.

One file a mail, written under another name first, so that reading while mail comes in is safe.
"""

import email
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import cast

MAIL_ID = re.compile(r"\d{20}-[0-9a-f]{8}")
SENDER, RECIPIENTS = "X-Sandbox-From", "X-Sandbox-To"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail."""

    at: int
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it was taken."""

    id: str
    message: EmailMessage

    @property
    def sender(self) -> str:
        """From whom, as the mail says."""
        return str(self.message.get("From", self.message.get(SENDER, "")))

    @property
    def recipients(self) -> list[str]:
        """To whom it was really sent, by address."""
        return [part for part in str(self.message.get(RECIPIENTS, "")).split(", ") if part]

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message.get("Subject", ""))

    @property
    def date(self) -> str:
        """When it was written, as the mail says."""
        return str(self.message.get("Date", ""))

    def body(self, kind: str) -> str:
        """The "plain" or "html" body, or nothing."""
        part = cast(EmailMessage | None, self.message.get_body((kind,)))
        return str(part.get_content()) if part is not None else ""

    @property
    def attachments(self) -> list[Attachment]:
        """What came with it."""
        return [
            Attachment(
                at,
                part.get_filename() or f"attachment-{at}",
                part.get_content_type(),
                cast(bytes, part.get_payload(decode=True)) or b"",
            )
            for at, part in enumerate(self.message.iter_attachments())
        ]


class Mailbox:
    """Keeps mails in a folder, or in memory without one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def take(self, raw: bytes, sender: str, recipients: list[str]) -> str:
        """Keep one mail with its envelope; its id, which grows with time."""
        mail_id = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        envelope = EmailMessage(policy=SMTP_POLICY)
        envelope[SENDER] = sender or "<>"
        envelope[RECIPIENTS] = ", ".join(recipients)
        self._write(mail_id, envelope.as_bytes().rstrip() + b"\r\n" + raw)
        return mail_id

    def _write(self, mail_id: str, raw: bytes) -> None:
        if self._folder is None:
            self._kept[mail_id] = raw
            return
        half = self._folder / f"{mail_id}.part"
        half.write_bytes(raw)
        os.replace(half, self._folder / f"{mail_id}.eml")

    def find(self, mail_id: str) -> Mail | None:
        """The mail of that id, if there is one."""
        if not MAIL_ID.fullmatch(mail_id):
            return None
        raw = self._read(mail_id)
        if raw is None:
            return None
        return Mail(mail_id, email.message_from_bytes(raw, policy=default))

    def _read(self, mail_id: str) -> bytes | None:
        if self._folder is None:
            return self._kept.get(mail_id)
        try:
            return (self._folder / f"{mail_id}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def _ids(self) -> list[str]:
        if self._folder is None:
            return sorted(self._kept, reverse=True)
        return sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)

    def newest_first(self, to: str | None = None) -> Iterator[Mail]:
        """All mails, or those to one address; reads them one by one."""
        wanted = parseaddr(to or "")[1].lower()
        for mail_id in self._ids():
            mail = self.find(mail_id)
            if mail and (not wanted or wanted in map(str.lower, mail.recipients)):
                yield mail
