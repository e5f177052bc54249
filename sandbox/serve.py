"""The sandbox as a process: Stripe, mailbox and webhooks on loopback, until told to stop."""

import json
import logging
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from foundation.settings import Settings
from sandbox import business_day, mail_pages
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox
from sandbox.stripe.world import DEFAULT_KEY, StripeWorld

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

STOP_WITHIN = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How the sandbox is to be served; port 0 takes a free one."""

    var: Path
    port: int = 0
    smtp_port: int = 0
    api_key: str = DEFAULT_KEY
    seller: str = "Quittance"
    webhook_url: str | None = None
    webhook_secret: str | None = None
    books: Settings | None = None  # whose business day may be moved here


class HangsUp(WSGIRequestHandler):
    """Closes the connection when an answer is lost, instead of waiting for the next request."""

    def connection_dropped(
        self, error: BaseException, environ: "WSGIEnvironment | None" = None
    ) -> None:
        """The app hung up; so does the server."""
        self.close_connection = True


class Sandbox:
    """Everything that listens, started together and stopped together."""

    def __init__(self, wanted: Wanted) -> None:
        wanted.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.world = StripeWorld(
            path=wanted.var / "stripe.sqlite3", api_key=wanted.api_key, seller=wanted.seller
        )
        mailbox = Mailbox(wanted.var / "mail")
        mail_pages.install(self.world.app, mailbox)
        if wanted.books:
            business_day.install(self.world.app, wanted.books)
        self.mail = MailSink(mailbox, wanted.smtp_port)
        self._http: BaseWSGIServer = make_server(
            "127.0.0.1",
            wanted.port,
            self.world.app,
            threaded=True,
            request_handler=HangsUp,
        )
        self._serving = threading.Thread(target=self._http.serve_forever, name="sandbox-http")
        self.url = f"http://localhost:{self._http.server_port}"
        self.world.account.origin = self.url
        if wanted.webhook_url and wanted.webhook_secret:
            self.world.listen(wanted.webhook_url, secret=wanted.webhook_secret)

    def start(self) -> None:
        """Begin to answer, to take mail and to deliver webhooks."""
        self.mail.start()
        self._serving.start()
        self.world.start()

    def stop(self) -> None:
        """Finish what is under way and close."""
        self._http.shutdown()
        self._serving.join(STOP_WITHIN)
        self._http.server_close()
        self.mail.stop()
        self.world.close()


def run(wanted: Wanted) -> None:
    """Serve until SIGTERM or SIGINT.

    `ready.json` in the folder holds address, mail port and process id while all listens; a file
    with another process id is left over from a run that was killed.
    """
    ready = wanted.var / "ready.json"
    ready.unlink(missing_ok=True)
    stopping = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    # Card fields and addresses of people pass through here: neither library may write them down.
    for chatty in ("werkzeug", "mail.log"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    sandbox = Sandbox(wanted)
    sandbox.start()
    half = ready.with_suffix(".part")
    facts = {"url": sandbox.url, "smtp_port": sandbox.mail.port, "pid": os.getpid()}
    half.write_text(json.dumps(facts))
    half.replace(ready)
    logging.getLogger("sandbox").info(
        "Sandbox ready at %s, mail on port %d", sandbox.url, sandbox.mail.port
    )
    stopping.wait()
    ready.unlink(missing_ok=True)
    sandbox.stop()
