"""A played card company beside the books, and one customer who owes."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from foundation.database import Transaction
from foundation.money import Money
from jobs.desk import Desk
from payments.card.gateway import StripeGateway
from payments.card.janitor import check_due
from payments.card.models import CardPaymentState, PaymentCase
from payments.card.sync import sync_payment
from payments.card.verify import findings
from receivables.actions.allocation import Claim
from receivables.actions.credit import use_credit
from sandbox.stripe.payer import Payer
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.clocks import FixedClock
from tests.databases import AUDIT_KEY
from tests.factories.books import Account, a_colleague, an_account, an_invoice
from tests.factories.card import session_of, start
from tests.factories.work import a_desk, an_api, work_card_events


@pytest.fixture
def stripe_world(clock: FixedClock) -> StripeWorld:
    """A Stripe that moves no money, reachable by the real client without a network."""
    return StripeWorld(clock.now)


@pytest.fixture
def gateway(stripe_world: StripeWorld) -> StripeGateway:
    """The product's own gateway over the played Stripe."""
    return StripeGateway(stripe_world.client(), webhook_secrets=[DEFAULT_SIGNING])


@dataclass(kw_only=True)
class Till:
    """One customer's payments, step by step, as the portal, the webhook and the jobs do them."""

    transaction: Transaction
    gateway: StripeGateway
    world: StripeWorld
    clock: FixedClock
    account: Account
    payments: list[uuid.UUID] = field(default_factory=list)

    def invoice(self, minor: int = 10_000, **wanted: object) -> uuid.UUID:
        """An open invoice of this customer."""
        with self.transaction() as session:
            return an_invoice(session, self.account, minor, **wanted)

    def start(self, items: dict[uuid.UUID, int], **wanted: object) -> uuid.UUID:
        """Press "Pay"; the payment's id."""
        started = start(
            self.transaction, self.gateway, self.account, items, at=self.clock.now(), **wanted
        )
        self.payments.append(started.payment_id)
        return started.payment_id

    def start_as_colleague(self, items: dict[uuid.UUID, int]) -> uuid.UUID:
        """Somebody else of the same company presses "Pay"."""
        with self.transaction() as session:
            colleague = a_colleague(session, self.account.customer_id)
        return replace(self, account=colleague).start(items)

    def use_credit(self, items: dict[uuid.UUID, int]) -> None:
        """Settle invoices from the credit on the account."""
        with self.transaction(lock={"customer": [self.account.customer_id]}) as session:
            use_credit(
                session,
                ledger_id=self.account.ledger_id,
                currency="EUR",
                claims=[Claim(invoice_id=i, amount=Money(m, "EUR")) for i, m in items.items()],
                operation_id=uuid.uuid4(),
                deed=self.account.deed(self.clock.now(), self.clock.today()),
            )

    def another_customer(self) -> "Till":
        """The same company, somebody else's account."""
        with self.transaction() as session:
            return replace(self, account=an_account(session), payments=[])

    def payer(self, payment_id: uuid.UUID) -> Payer:
        """Whoever stands at the page of a payment."""
        return self.world.payer(session_of(self.transaction, payment_id))

    def sync(self, payment_id: uuid.UUID) -> CardPaymentState:
        """Come back from the page."""
        deed = self.account.deed(self.clock.now(), self.clock.today())
        return sync_payment(self.transaction, self.gateway, payment_id=payment_id, deed=deed)

    def state(self, payment_id: uuid.UUID) -> str:
        """What our books say, without asking anybody."""
        return self._one("SELECT state FROM card_payment WHERE id = :id", id=payment_id)

    def receipts(self) -> list[tuple[int, int, bool]]:
        """Every receipt: amount, unapplied, and whether it is known whose it is."""
        wanted = (
            "SELECT amount_minor, unapplied_minor, customer_id IS NOT NULL FROM receipt"
            " ORDER BY number"
        )
        with self.transaction() as session:
            return [tuple(row) for row in session.execute(sa.text(wanted))]

    def cases(self) -> list[str]:
        """What a person must look at."""
        with self.transaction() as session:
            return list(session.scalars(sa.select(PaymentCase.kind).order_by(PaymentCase.kind)))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._one(f"SELECT count(*) FROM {table}"))

    def work(self) -> int:
        """Do what the outbox asks for, as a worker does; how much it was."""
        return work_card_events(self.desk())

    def tell(self, event_id: str, api: Flask) -> int:
        """Post one message to the face of machines, signed this very second; the status."""
        return self.world.deliver(event_id, api, signed_at=datetime.now(UTC))

    def tell_all(self, api: Flask) -> None:
        """Post every message there is, and work them."""
        for event in self.world.events():
            self.tell(event["id"], api)
        self.work()

    def desk(self) -> Desk:
        """What this company's worker works with."""
        return a_desk(self.clock, self.transaction, self.gateway)

    def check_due(self) -> int:
        """The janitor's round."""
        return check_due(self.transaction, self.gateway, deed=self.desk().deed("janitor"))

    def findings(self) -> list[str]:
        """What `verify` has to say."""
        with self.transaction() as session:
            return list(findings(session, AUDIT_KEY))

    def _one(self, statement: str, **values: object):
        with self.transaction() as session:
            return session.execute(sa.text(statement), values).scalar_one()


@pytest.fixture
def till(transaction, gateway, stripe_world, clock) -> Till:
    """A customer who can be billed and pays by card, in a database of the test's own."""
    with transaction() as session:
        account = an_account(session)
    return Till(
        transaction=transaction,
        gateway=gateway,
        world=stripe_world,
        clock=clock,
        account=account,
    )


@pytest.fixture
def api(till: Till) -> Flask:
    """The real face of machines in this company."""
    return an_api(till.desk())
