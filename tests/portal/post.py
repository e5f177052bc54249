"""The mail of a portal under test: what the jobs sent, and who got it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from jobs.desk import Desk
from jobs.dispatch import work_all
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mail, Mailbox


class Post:
    """A desk that sends, and the mailbox its letters lie in."""

    def __init__(self, desk: Desk, mailbox: Mailbox) -> None:
        self.desk, self.mailbox = desk, mailbox

    def delivered(self) -> list[Mail]:
        """Every letter so far, the newest first."""
        work_all(self.desk)
        return list(self.mailbox.newest_first())

    def path_in_newest(self, beginning: str) -> str:
        """Where the newest letter leads."""
        text = self.delivered()[0].body("plain")
        return re.search(rf"http://localhost:8000({beginning}\S+)", text)[1]


@contextmanager
def post_of(app, transaction) -> Iterator[Post]:
    """The post office of this portal; jobs work as quittance_app."""
    mailbox = Mailbox()
    sink = MailSink(mailbox)
    sink.start()
    wiring = app.extensions["quittance"]
    settings = replace(wiring.settings, smtp_url=f"smtp://127.0.0.1:{sink.port}")
    desk = Desk(
        settings=settings, clock=wiring.clock, transaction=transaction, gateway=wiring.gateway
    )
    yield Post(desk, mailbox)
    sink.stop()
