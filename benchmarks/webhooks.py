"""The provider's messages (L2): how quickly they are acknowledged, and how a backlog is worked off.

First with the worker stopped, at a steady pace; then the worker starts and drains everything.
"""

import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from rich.console import Console

from api.app import create_app as create_api
from benchmarks.acts import renamed
from benchmarks.loading import copy_invoices
from benchmarks.sandboxes import a_sandbox, gateway_to
from benchmarks.worlds import Debtor, World, a_debtor, a_world
from foundation.paging import Cut
from foundation.web.requests import Wiring
from jobs.desk import Desk
from jobs.dispatch import work_all
from payments.card.checkout import PaymentOrder, start_payment
from payments.card.gateway import StripeGateway
from payments.card.queries import payment_of
from receivables.actions.allocation import Claim
from receivables.queries.invoices import InvoiceFilter, invoice_page
from sandbox.serve import Sandbox

PACED, PER_SECOND = 1_000, 50
BACKLOG = 10_000
PAYMENTS = 8  # the limit of starts an hour is ten; each is told of many times


def main() -> int:
    """Print what was measured; 1 when the books do not hold afterwards."""
    console = Console(width=100)
    with a_world() as world, a_sandbox() as sandbox:
        gateway = gateway_to(sandbox)
        debtor = a_debtor(world, "Customer of webhooks")
        copy_invoices(world, debtor.customer_id, PAYMENTS)
        events = _paid(world, debtor, gateway, sandbox)
        wired = Wiring(
            settings=world.settings, clock=world.clock, transaction=world.app, gateway=gateway
        )
        tell = _teller(world, create_api(wired), events)
        taken = sorted(_paced(tell))
        console.print(
            f"{PACED:,} messages at {PER_SECOND} a second, no worker running:"
            f" median {statistics.median(taken):.1f} ms,"
            f" p99 {taken[round(len(taken) * 0.99) - 1]:.1f} ms (goal: under 250 ms)"
        )
        for _ in range(BACKLOG - PACED):
            tell()
        settings = replace(world.settings, smtp_url=f"smtp://127.0.0.1:{sandbox.mail.port}")
        desk = Desk(settings=settings, clock=world.clock, transaction=world.app, gateway=gateway)
        started = time.perf_counter()
        worked = work_all(desk)
        seconds = time.perf_counter() - started
        console.print(
            f"{worked:,} pieces of work drained by one worker in {seconds:.0f} s:"
            f" {worked / seconds:.0f} a second (goal: at least 100)"
        )
        world.prove()
    return 0


def _paid(
    world: World, debtor: Debtor, gateway: StripeGateway, sandbox: Sandbox
) -> list[dict[str, object]]:
    """The messages that so many payments of ours were paid."""
    deed = world.deed(debtor.customer_id)
    with world.app() as session:
        wanted = InvoiceFilter(state="open")
        rows = invoice_page(
            session, customer_id=debtor.customer_id, wanted=wanted, on=deed.on, cut=Cut()
        ).rows
    for row in rows:
        order = PaymentOrder(
            operation_id=uuid.uuid4(),
            contact_id=debtor.contact_id,
            ledger_id=world.ledger_id,
            items=[Claim(invoice_id=row.id, amount=row.still_open)],
            language="en",
            address="127.0.0.1",
            return_url=lambda payment_id: f"http://localhost/{payment_id}",
        )
        started = start_payment(world.app, gateway, order=order, deed=deed)
        with world.app() as session:
            view = payment_of(
                session, customer_id=debtor.customer_id, payment_id=started.payment_id
            )
        sandbox.world.payer((view.page_url or "").rsplit("/", 1)[-1]).pay() if view else None
    return sandbox.world.events("checkout.session.completed")


def _teller(world: World, api: Flask, events: list[dict[str, object]]) -> Callable[[], None]:
    """Sends a message under a new id each time."""
    client, count = api.test_client(), 0

    def tell() -> None:
        nonlocal count
        body, headers = renamed(events[count % len(events)], f"evt_bench{count:08d}")
        count += 1
        answer = client.post(
            "/webhooks/stripe", data=body, headers=headers, base_url=world.settings.api_url
        )
        if answer.status_code != 200:
            raise AssertionError(f"the webhook answered {answer.status_code}")

    return tell


def _paced(tell: Callable[[], None]) -> list[float]:
    """How long each of PACED messages took, in ms of the clock on the wall."""
    taken, begun = [], time.perf_counter()
    for number in range(PACED):
        pause = begun + number / PER_SECOND - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        before = time.perf_counter()
        tell()
        taken.append((time.perf_counter() - before) * 1_000)
    return taken
