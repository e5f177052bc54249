"""The sandbox as a process: two ports on loopback, faults over the wire, a clean end."""

import json
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
import stripe

from tests.sandbox.asked import SESSIONS, a_basket

ROOT = Path(__file__).parents[2]


class Served:
    """One running process and how to reach it."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--var", str(var)], cwd=ROOT, stderr=subprocess.PIPE
        )
        facts = self._ready(var / "ready.json")
        self.url, self.smtp_port = facts["url"], facts["smtp_port"]
        self.client = stripe.StripeClient("sk_test_sandbox", base_addresses={"api": self.url})

    def _ready(self, ready: Path) -> dict:
        """The facts this process wrote, not those of one that was killed before."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(FileNotFoundError):
                facts = json.loads(ready.read_text())
                if facts["pid"] == self.process.pid:
                    return facts
            time.sleep(0.02)
        raise TimeoutError(self.end(signal.SIGKILL).decode())

    def end(self, how: signal.Signals) -> bytes:
        self.process.send_signal(how)
        return self.process.communicate(timeout=20)[1]  # which closes the pipe


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    if served.process.returncode is None:
        served.end(signal.SIGKILL)


def test_a_payment_over_http_survives_a_kill(served, tmp_path):
    session = served.client.v1.checkout.sessions.create(a_basket())
    form = {"number": "4242424242424242", "expiry": "12/40", "code": "123", "attempt": "0"}
    paid = requests.post(session.url, form, allow_redirects=False, timeout=10)
    served.end(signal.SIGKILL)

    again = Served(tmp_path)

    books = requests.get(f"{again.url}/control/books", timeout=10).json()
    assert (paid.status_code, books["totals"]) == (303, {"eur": 12_845})
    assert again.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    again.end(signal.SIGTERM)


def test_a_lost_answer_is_a_closed_connection(served):
    fault = {"kind": "answer_lost", "matching": SESSIONS}
    requests.post(f"{served.url}/control/faults", fault, timeout=10)

    with pytest.raises(stripe.APIConnectionError):
        served.client.v1.checkout.sessions.create(a_basket(), {"max_network_retries": 0})

    assert len(served.client.v1.checkout.sessions.list().data) == 1


def test_mail_is_taken_and_shown(served):
    message = EmailMessage()
    message["Subject"], message["To"] = "Receipt", "clara@example.com"
    with smtplib.SMTP("localhost", served.smtp_port) as smtp:
        smtp.send_message(message, from_addr="a@example.com")

    listed = requests.get(f"{served.url}/mail.json?to=clara@example.com", timeout=10).json()

    assert [mail["subject"] for mail in listed["mails"]] == ["Receipt"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_asked_and_says_nothing_secret(served, how, tmp_path):
    said = served.end(how).decode()

    assert served.process.returncode == 0
    assert "Sandbox ready at http://localhost:" in said
    assert "Traceback" not in said
    assert "sk_test" not in said
    assert not (tmp_path / "ready.json").exists()
