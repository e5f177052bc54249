"""The SMTP end of the mailbox, on loopback, in a thread of its own."""

import asyncio
import socket
import threading
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mailbox import Mailbox

LARGEST_MAIL = 20_000_000
START_WITHIN = 10.0


class _Taker:
    """What aiosmtpd calls for every mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.content
        content = raw if isinstance(raw, bytes) else (raw or "").encode()
        self._mailbox.take(content, envelope.mail_from or "", envelope.rcpt_tos)
        return "250 Taken, and delivered nowhere"


class MailSink(threading.Thread):
    """Listens until stopped; `port` 0 takes a free one, known once it listens."""

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        super().__init__(name="sandbox-mail", daemon=True)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._taker = _Taker(mailbox)
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()

    def run(self) -> None:
        """Serve until `stop`."""
        asyncio.set_event_loop(self._loop)
        protocol = partial(
            SMTP, self._taker, loop=self._loop, hostname="localhost", data_size_limit=LARGEST_MAIL
        )
        server = self._loop.run_until_complete(
            self._loop.create_server(protocol, sock=self._socket)
        )
        self._listening.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end_conversations())
        self._loop.close()

    async def _end_conversations(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def start(self) -> None:
        """Begin to listen, and come back when mail can be sent."""
        super().start()
        self._listening.wait(START_WITHIN)

    def stop(self) -> None:
        """Hang up and end."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(START_WITHIN)
