"""The acts that need something made ready each time: to pay, to sign in, to be told so."""

import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable

import sqlalchemy as sa

from benchmarks.browsers import Client, Reader
from benchmarks.measuring import Act
from benchmarks.worlds import Debtor, World
from payments.basket.actions import put_in_basket
from sandbox.serve import Sandbox
from sandbox.stripe.world import DEFAULT_SIGNING

IN_A_ROW = 10  # messages while a hint's pause lasts, at 50 a second


def forget(world: World) -> None:
    """Limits are for people; a benchmark presses the button a hundred times an hour."""
    with world.owner() as session:
        session.execute(sa.text("DELETE FROM attempt"))
        session.execute(sa.text("DELETE FROM basket_item"))
        session.execute(
            sa.text(
                "UPDATE card_payment SET state = 'canceled', version = version + 1,"
                " next_check_at = NULL WHERE state = 'awaiting_payer'"
            )
        )


def starting(world: World, debtor: Debtor, reader: Reader) -> Act:
    """Press Pay on a basket of one invoice; the page of the provider opens."""
    ready: list[dict[str, str]] = []
    with world.owner() as session:
        invoice_id = session.scalars(
            sa.text("SELECT id FROM invoice WHERE customer_id = :id ORDER BY due_on LIMIT 1"),
            {"id": debtor.customer_id},
        ).one()

    def prepare() -> None:
        forget(world)
        with world.app() as session:
            put_in_basket(
                session,
                contact_id=debtor.contact_id,
                invoice_ids=[invoice_id],
                deed=world.deed(debtor.customer_id),
            )
        ready[:] = [reader.form("/basket", "/payments")]

    return Act(lambda: reader.post("/payments", ready[0]), prepare)


def signing_in(world: World, browser: Callable[[], Client], debtor: Debtor) -> Act:
    """Send the sign-in form with the right password."""
    ready: list[Reader] = []
    forms: list[dict[str, str]] = []

    def prepare() -> None:
        forget(world)
        ready[:] = [Reader(browser())]
        forms[:] = [ready[0].sign_in_form(debtor.email)]

    return Act(lambda: ready[0].post("/sign-in", forms[0]), prepare)


def telling(client: Client, sandbox: Sandbox) -> Act:
    """Signed messages of the provider, new each time; so many in a row as one hint speaks for."""
    event, count = _told_of_a_payment(sandbox), itertools.count()
    ready: list[tuple[bytes, dict[str, str]]] = []

    def prepare() -> None:
        ready[:] = [renamed(event, f"evt_pages{next(count):08d}") for _ in range(IN_A_ROW)]

    def call() -> None:
        for body, headers in ready:
            status, _ = client.send("POST", "/webhooks/stripe", data=body, headers=headers)
            if status != 200:
                raise AssertionError(f"the webhook answered {status}")

    return Act(call, prepare, pieces=IN_A_ROW)


def renamed(event: dict[str, object], event_id: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the message under another id, signed now."""
    body, now = json.dumps({**event, "id": event_id}).encode(), int(time.time())
    signed = hmac.new(DEFAULT_SIGNING.encode(), f"{now}.".encode() + body, hashlib.sha256)
    return body, {"Stripe-Signature": f"t={now},v1={signed.hexdigest()}"}


def _told_of_a_payment(sandbox: Sandbox) -> dict[str, object]:
    """The message that a page was paid, of a payment we do not know."""
    client = sandbox.world.client()
    opened = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 5_000,
                        "product_data": {"name": "Bench"},
                    },
                }
            ],
            "metadata": {"payment": str(uuid.uuid4())},
            "success_url": "http://localhost/done",
        }
    )
    sandbox.world.payer(opened.id).pay()
    return sandbox.world.events("checkout.session.completed")[-1]
