"""The lives of a process that takes a payment: it may be killed at any point and started again."""

import json
import os
import random
import signal
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from foundation.database import Transaction, engine_of
from foundation.errors import QuittanceError
from foundation.outbox import OutboxMessage
from jobs.desk import Desk
from payments.card.checkout import start_payment
from payments.card.errors import GatewayUnreachable
from payments.card.events import TOPIC, store_event
from payments.card.gateway import StripeGateway
from payments.card.janitor import check_due
from payments.card.models import UNDERWAY, CardPayment, CardPaymentState
from payments.card.sweep import sweep
from payments.card.sync import abandon_payment, sync_payment
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.payer import UnexpectedOutcome
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.campaigns.plans import DEBIT_RETURNED, Plan
from tests.campaigns.points import Points
from tests.clocks import FixedClock
from tests.databases import AUDIT_KEY
from tests.factories.books import Account
from tests.factories.card import an_order
from tests.factories.work import a_desk, work_card_events

# After the last kill: leases run out, the janitor's pauses pass, the page ends, the key is old.
RECOVERY_MINUTES = (3, 10, 61, 61, 1_440, 61)
PRESSES_MAX = 3
MESSAGES_MAX = 12  # of the schedules before, a message or two come again
# Statements as SQLAlchemy compiled them: filled once before we fork, so that lives are short.
COMPILED: dict[object, object] = {}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a schedule plays: books, card company, whose invoice, from what moment on."""

    app_url: str
    world_path: Path
    payers: tuple[Account, ...]
    invoice: uuid.UUID
    owed: int
    begins: datetime
    operations: tuple[tuple[uuid.UUID, ...], ...]  # of each payer, one a press


@dataclass(kw_only=True)
class Life:
    """One process: its own connections, its own view of the card company, its own clock."""

    scene: Scene
    plan: Plan
    clock: FixedClock
    world: StripeWorld
    transaction: Transaction
    gateway: StripeGateway
    heard: int = 0  # messages that this life has taken in

    @property
    def desk(self) -> Desk:
        return a_desk(self.clock, self.transaction, self.gateway)

    def take_payment(self) -> None:
        """Press, pay, be told, come back: everything that is done for one payment."""
        for at in range(len(self.scene.payers) if self.plan.payer == "two colleagues" else 1):
            payment_id = self._press(at)
            if payment_id is not None:
                self._pay(at, payment_id)

    def _press(self, at: int) -> uuid.UUID | None:
        """The payment of this payer; a sure no is answered by pressing again."""
        account = self.scene.payers[at]
        for operation_id in self.scene.operations[at]:
            order = an_order(
                account, {self.scene.invoice: self.scene.owed}, operation_id=operation_id
            )
            try:
                started = start_payment(
                    self.transaction, self.gateway, order=order, deed=self._deed(at)
                )
            except QuittanceError:  # paid meanwhile, or the one before is still in doubt
                return None
            if started.state is not CardPaymentState.REFUSED:
                return started.payment_id
        return None

    def _pay(self, at: int, payment_id: uuid.UUID) -> None:
        self._visit_page(payment_id)
        if self.plan.way == "given up":
            abandon_payment(
                self.transaction, self.gateway, payment_id=payment_id, deed=self._deed(at)
            )
        if self.plan.way == "return first":
            self._come_back(at, payment_id)
        self.hear()
        work_card_events(self.desk)
        self._come_back(at, payment_id)
        if self.plan.way == DEBIT_RETURNED:
            self._let_the_debit_return()

    def _let_the_debit_return(self) -> None:
        """Its bank pays, we hear of it; its bank takes it back, we hear or find it by ourselves."""
        self.world.catch_up()
        self.hear()
        work_card_events(self.desk)
        for booking in self.world.books():
            if booking.charge_id.startswith("py_"):
                with suppress(StripeRefusal):  # not paid, or returned in an earlier life
                    self.world.give_back(booking.charge_id)
        self.hear()
        work_card_events(self.desk)
        with suppress(GatewayUnreachable):
            self._sweep()

    def _sweep(self) -> None:
        sweep(self.transaction, self.gateway, deed=self.desk.deed("sweep"))

    def _come_back(self, at: int, payment_id: uuid.UUID) -> None:
        sync_payment(self.transaction, self.gateway, payment_id=payment_id, deed=self._deed(at))

    def _visit_page(self, payment_id: uuid.UUID) -> None:
        with self.transaction() as session:
            page = session.get_one(CardPayment, payment_id).session_ref
        if page is None or self.plan.payer == "walks away":
            return
        payer = self.world.payer(page)
        if self.plan.way == DEBIT_RETURNED:
            with suppress(UnexpectedOutcome):
                payer.debit()
            return
        if self.plan.payer == "declines and pays":
            payer.attempt("4000000000000002")
        try:
            if self.plan.payer == "authenticates":
                payer.pay_with_3ds()
            else:
                payer.pay()
        except UnexpectedOutcome:  # the page was closed or paid in an earlier life
            return

    def hear(self) -> None:
        """Take in the provider's messages, as the face of machines does."""
        if self.plan.order == "never":
            return
        for event_id in self._messages():
            body, headers = self.world.signed(event_id)
            fact = self.gateway.read_event(body, headers["Stripe-Signature"])
            with self.transaction() as session:
                store_event(session, fact, deed=self.desk.deed("webhook"))

    def _messages(self) -> list[str]:
        found = [event["id"] for event in self.world.events()]
        mine = found[max(self.heard, len(found) - MESSAGES_MAX) :]
        self.heard = len(found)
        if self.plan.order == "reversed":
            mine.reverse()
        if self.plan.order == "shuffled":
            random.Random(self.plan.draws).shuffle(mine)
        return mine * 2 if self.plan.order == "twice" else mine

    def recover(self) -> None:
        """What the worker and the janitor do by themselves, as time passes; nobody presses."""
        for minutes in RECOVERY_MINUTES:
            self.clock.advance(minutes=minutes)
            self.world.catch_up()
            self.hear()
            work_card_events(self.desk)
            while check_due(self.transaction, self.gateway, deed=self.desk.deed("janitor")):
                self.clock.advance(minutes=1)
            with suppress(GatewayUnreachable):
                self._sweep()
            if self._is_settled():
                return

    def _is_settled(self) -> bool:
        """Nothing is left to wait for, neither a payment nor a message that is tried again."""
        waiting = sa.select(OutboxMessage.id).where(
            OutboxMessage.topic == TOPIC, OutboxMessage.done_at.is_(None)
        )
        underway = sa.select(CardPayment.id).where(CardPayment.state.in_(UNDERWAY))
        with self.transaction() as session:
            return not session.scalars(underway.union(waiting)).first()

    def _deed(self, at: int):
        return self.scene.payers[at].deed(self.clock.now(), self.clock.today())


@contextmanager
def a_life(scene: Scene, plan: Plan, points: Points, minutes: int) -> Iterator[Life]:
    """A fresh process's means: nothing is remembered from the life before."""
    clock = FixedClock(scene.begins)
    clock.advance(minutes=minutes)
    world = StripeWorld(clock.now, scene.world_path)
    engine = engine_of(scene.app_url, pool=2).execution_options(compiled_cache=COMPILED)
    points.watch(engine)
    gateway = StripeGateway(points.client(world), webhook_secrets=[DEFAULT_SIGNING])
    yield Life(
        scene=scene,
        plan=plan,
        clock=clock,
        world=world,
        transaction=Transaction(engine, audit_key=AUDIT_KEY),
        gateway=gateway,
    )
    engine.dispose()
    world.close()


class LifeBroke(Exception):
    """A process ended by an error of its own, not by our kill."""


def lived(work: Callable[[], list[str]]) -> list[str] | None:
    """Run `work` in a process of its own; the points it passed, or None when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            told = {"points": work()}
        except BaseException:
            told = {"error": traceback.format_exc()}
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as heard:
        text = heard.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    told = json.loads(text or '{"error": "it said nothing"}')
    if "error" in told:
        raise LifeBroke(told["error"])
    return list(told["points"])


def spoil(world: StripeWorld, plan: Plan) -> None:
    """Switch the schedule's faults on, before the first life."""
    for kind, call in plan.faults:
        if kind == "worked_error":
            world.faults.server_error(call, worked=True)
        else:
            getattr(world.faults, kind)(call)
    if plan.is_late:
        world.faults.late_success()
