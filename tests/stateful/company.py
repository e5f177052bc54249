"""The real thing under the machine: one database, one played card company, restarted at will."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa

from foundation.database import Transaction, engine_of
from foundation.errors import QuittanceError
from foundation.money import Money
from jobs.desk import Desk
from payments.basket.actions import put_in_basket
from payments.card.checkout import start_payment
from payments.card.events import store_event
from payments.card.gateway import StripeGateway
from payments.card.janitor import check_due
from payments.card.sweep import sweep
from payments.card.sync import abandon_payment, sync_payment
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note, use_credit
from receivables.actions.reversal import reverse_allocation
from receivables.actions.write_offs import undo_write_off, write_off
from receivables.discounts import DiscountTerms
from receivables.models import GOING_BACK, Allocation, WriteOffReason
from receivables.queries.balances import balances_of
from receivables.queries.verify import CHECKS, findings
from sandbox.stripe import disputes, refunds
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.clocks import FixedClock
from tests.databases import AUDIT_KEY, KEYRING, Database
from tests.factories.books import (
    Account,
    a_colleague,
    a_credit_note,
    a_deed,
    an_account,
    an_invoice,
)
from tests.factories.card import an_order
from tests.factories.work import a_desk, work_card_events
from tests.stateful.keeping import Keeping

EXAMPLES_A_DATABASE = 5
NEVER = dt.date(2999, 12, 31)


class Crash(BaseException):
    """The process ends between what the provider did and what we would have written."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One transaction of ours that received a payment, or booked that some of it went back."""

    transaction: int
    payment: uuid.UUID
    is_booked: bool
    gone: int  # minor units that left; negative where they came back


class Databases:
    """A fresh database every few examples: checks read all of it after every step."""

    def __init__(self, clones: Callable[[], AbstractContextManager[Database]]) -> None:
        self._clones = clones
        self._stack = contextlib.ExitStack()
        self._used, self._database = 0, None

    def next(self) -> Database:
        if self._database is None or self._used % EXAMPLES_A_DATABASE == 0:
            self._stack.close()
            self._database = self._stack.enter_context(self._clones())
        self._used += 1
        return self._database

    def close(self) -> None:
        self._stack.close()


class Company(Keeping):
    """What the machine does to the product, and what it reads back from the tables."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.clock = clock
        self.world = StripeWorld(clock.now)
        self._url = database.app_url
        self._engine: sa.Engine | None = None
        self.restart()
        with self.transaction() as session:
            # The company before in this database may have looked at its lists on a later day.
            session.execute(sa.text("UPDATE provider_cut SET swept_until = '2000-01-01'"))
            firsts = [an_account(session) for _ in range(2)]
            self.contacts = [(first, a_colleague(session, first.customer_id)) for first in firsts]

    def restart(self) -> None:
        """A new process: connections, gateway and worker are made anew."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = engine_of(self._url, pool=2)
        self.transaction = Transaction(self._engine, audit_key=AUDIT_KEY, keyring=KEYRING)
        self.gateway = StripeGateway(self.world.client(), webhook_secrets=[DEFAULT_SIGNING])

    def close(self) -> None:
        self._engine.dispose()
        self.world.close()

    @property
    def desk(self) -> Desk:
        return a_desk(self.clock, self.transaction, self.gateway)

    def deed(self, contact: Account):
        return contact.deed(self.clock.now(), self.clock.today())

    def issue(self, customer: int, minor: int, discount: int) -> uuid.UUID:
        terms = DiscountTerms(until=NEVER, amount=Money(discount, "EUR")) if discount else None
        with self.transaction() as session:
            return an_invoice(session, self.contacts[customer][0], minor, discount=terms)

    def fill_basket(self, contact: Account, invoices: Sequence[uuid.UUID]) -> None:
        with self.transaction() as session:
            put_in_basket(
                session,
                contact_id=contact.contact_id,
                invoice_ids=invoices,
                deed=self.deed(contact),
            )

    def press(
        self,
        contact: Account,
        items: dict[uuid.UUID, int],
        operation: uuid.UUID,
        method: uuid.UUID | None = None,
    ):
        """Start a payment, or press the same button again."""
        order = an_order(contact, items, operation_id=operation, saved_method_id=method)
        return start_payment(
            self.transaction, self.gateway, order=order, deed=self.deed(contact)
        ).payment_id

    def sync(self, payment: uuid.UUID) -> None:
        sync_payment(self.transaction, self.gateway, payment_id=payment, deed=self._whose(payment))

    def abandon(self, payment: uuid.UUID) -> None:
        abandon_payment(
            self.transaction, self.gateway, payment_id=payment, deed=self._whose(payment)
        )

    def hear(self, event_id: str) -> None:
        body, headers = self.world.signed(event_id)
        fact = self.gateway.read_event(body, headers["Stripe-Signature"])
        with self.transaction() as session:
            store_event(session, fact, deed=self.desk.deed("webhook"))

    def work(self) -> None:
        work_card_events(self.desk)

    def tick(self) -> None:
        check_due(self.transaction, self.gateway, deed=self.desk.deed("janitor"))

    def sweep(self) -> None:
        sweep(self.transaction, self.gateway, deed=self.desk.deed("sweep"))

    def want_back(self, charge: str, what: str) -> None:
        """A bank or we ourselves send a charge back, as far as the card company lets us."""
        account, part = self.world.account, {"part": 70}.get(what)
        with contextlib.suppress(StripeRefusal):
            if what == "return":
                self.world.give_back(charge)
            elif what == "dispute":
                disputes.open_one(account, charge)
            else:
                refunds.create(account, charge, part, is_pending=what == "pending")

    def decide(self, at: int, *, is_won: bool) -> None:
        found = self.world.account.store.all("dispute")
        if found:
            disputes.decide(self.world.account, found[at % len(found)]["id"], is_won=is_won)

    def answer_refund(self, at: int, *, has_failed: bool) -> None:
        found = self.world.account.store.all("refund")
        answer = refunds.fail if has_failed else refunds.succeed
        if found:
            with contextlib.suppress(StripeRefusal):
                answer(self.world.account, found[at % len(found)]["id"])

    def gone_back(self) -> dict[uuid.UUID, int]:
        """What went back of each payment's receipt, by the refunds and disputes we know of."""
        return dict(
            self._rows(
                "SELECT id, (SELECT coalesce(sum(amount_minor), 0) FROM ("
                " SELECT amount_minor FROM card_refund r WHERE r.receipt_id = p.receipt_id"
                " AND state <> 'failed' UNION ALL SELECT amount_minor FROM card_dispute d"
                " WHERE d.receipt_id = p.receipt_id AND state = 'lost') AS each)::bigint"
                " FROM card_payment p WHERE receipt_id IS NOT NULL AND customer_id = ANY (:mine)",
                mine=[c.customer_id for pair in self.contacts for c in pair],
            )
        )

    def moved_since(self, transaction: int) -> list[Moved]:
        """What our books received, and what left them again, in the order it was booked."""
        return [
            Moved(*row)
            for row in self._rows(
                "SELECT j.transaction_id, p.id, bool_or(j.kind IN ('card_receipt',"
                " 'debit_receipt')), coalesce(sum(CASE side WHEN 'D' THEN 1 ELSE -1 END"
                " * l.amount_minor) FILTER (WHERE j.kind = ANY (:back)), 0)::bigint"
                " FROM journal j JOIN journal_line l ON l.journal_id = j.id"
                " JOIN card_payment p ON p.receipt_id = l.receipt_id"
                " WHERE p.customer_id = ANY (:mine) AND j.transaction_id > :since"
                " AND l.account IN ('unapplied_cash', 'suspense')"
                " AND (j.kind IN ('card_receipt', 'debit_receipt') OR j.kind = ANY (:back))"
                " GROUP BY 1, 2 ORDER BY 1",
                mine=[c.customer_id for pair in self.contacts for c in pair],
                since=transaction,
                back=list(GOING_BACK),
            )
        ]

    def shares_of(self, payment: uuid.UUID, *, up_to: int) -> dict[uuid.UUID, int]:
        """What of a payment's receipt settled which invoice after a transaction."""
        return dict(
            self._rows(
                "SELECT invoice_id, sum(CASE WHEN a.reverses_id IS NULL THEN 1 ELSE -1 END"
                " * a.amount_minor)::bigint FROM allocation a JOIN card_payment p"
                " ON p.receipt_id = a.receipt_id JOIN journal j ON j.id = a.journal_id"
                " WHERE p.id = :payment AND j.transaction_id <= :up_to GROUP BY 1",
                payment=payment,
                up_to=up_to,
            )
        )

    def clearing(self) -> int:
        """What our books say the card company holds, of these customers and its fees."""
        return self._rows(
            "SELECT coalesce(sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor), 0)::bigint"
            " FROM journal_line l JOIN journal j ON j.id = l.journal_id WHERE account ="
            " 'psp_clearing' AND (j.subject_id = ANY (:mine))",
            mine=[c.customer_id for pair in self.contacts for c in pair],
        )[0][0]

    def held(self) -> int:
        """What the card company says moved on our balance, before its fees."""
        return sum(m["amount"] for m in self.world.account.store.all("balance_transaction"))

    def use_credit(self, contact: Account, items: dict[uuid.UUID, int]) -> None:
        with self.transaction(lock={"customer": [contact.customer_id]}) as session:
            use_credit(
                session,
                ledger_id=contact.ledger_id,
                currency="EUR",
                claims=[
                    Claim(invoice_id=i, amount=Money(minor, "EUR")) for i, minor in items.items()
                ],
                operation_id=uuid.uuid4(),
                deed=self.deed(contact),
            )

    def credit(self, customer: int, minor: int, invoice: uuid.UUID | None) -> uuid.UUID:
        with self.transaction() as session:
            return a_credit_note(session, self.contacts[customer][0], minor, invoice_id=invoice)

    def apply(self, customer: int, note: uuid.UUID, items: dict[uuid.UUID, int]) -> None:
        whose = self.contacts[customer][0].customer_id
        with self.transaction(lock={"customer": [whose]}) as session:
            apply_credit_note(
                session,
                credit_note_id=note,
                claims=[
                    Claim(invoice_id=i, amount=Money(minor, "EUR")) for i, minor in items.items()
                ],
                operation_id=uuid.uuid4(),
                deed=a_deed(subject_id=whose, at=self.clock.now()),
            )

    def write_off(self, customer: int, invoice: uuid.UUID, minor: int) -> None:
        whose = self.contacts[customer][0].customer_id
        with self.transaction(lock={"customer": [whose]}) as session:
            write_off(
                session,
                invoice_id=invoice,
                amount=Money(minor, "EUR"),
                reason=WriteOffReason.GOODWILL,
                deed=a_deed(subject_id=whose, at=self.clock.now()),
            )

    def owe_again(self, customer: int, invoice: uuid.UUID) -> int:
        """Take the latest write-off back: how much that was."""
        whose = self.contacts[customer][0].customer_id
        with self.transaction(lock={"customer": [whose]}) as session:
            return undo_write_off(
                session,
                invoice_id=invoice,
                reason="it is paid after all",
                deed=a_deed(subject_id=whose, at=self.clock.now()),
            ).minor

    def undo(self, payment: uuid.UUID, invoice: uuid.UUID) -> None:
        customer, allocation = self._rows(
            "SELECT a.customer_id, a.id FROM allocation a LEFT JOIN card_payment p"
            " ON p.receipt_id = a.receipt_id WHERE a.invoice_id = :invoice"
            " AND :payment IN (p.id, a.credit_note_id)"
            " AND a.reverses_id IS NULL AND NOT EXISTS (SELECT FROM allocation r"
            " WHERE r.reverses_id = a.id)",
            payment=payment,
            invoice=invoice,
        )[0]
        with self.transaction(lock={"customer": [customer]}) as session:
            assert session.get(Allocation, allocation)
            reverse_allocation(
                session,
                allocation_id=allocation,
                reason="wrong invoice",
                deed=a_deed(subject_id=customer, at=self.clock.now()),
            )

    def intended(self) -> list[tuple[uuid.UUID, int, list[tuple[uuid.UUID, int]]]]:
        """What each payment is meant for, in the order of its invoices."""
        mine = [c.customer_id for pair in self.contacts for c in pair]
        meant: dict[uuid.UUID, tuple[int, list]] = {}
        for payment, customer, invoice, minor in self._rows(
            "SELECT p.id, p.customer_id, i.invoice_id, i.amount_minor FROM card_payment p"
            " JOIN card_payment_item i ON i.card_payment_id = p.id"
            " WHERE p.customer_id = ANY (:mine) ORDER BY p.id, i.position",
            mine=mine,
        ):
            at = int(customer == self.contacts[1][0].customer_id)
            meant.setdefault(payment, (at, []))[1].append((invoice, minor))
        return [(payment, at, items) for payment, (at, items) in meant.items()]

    def underway(self) -> list[tuple[uuid.UUID, str]]:
        mine = [c.customer_id for pair in self.contacts for c in pair]
        return self._rows(
            "SELECT id, state FROM card_payment WHERE customer_id = ANY (:mine)"
            " AND state IN ('submitting', 'unknown', 'awaiting_payer', 'processing')",
            mine=mine,
        )

    def open_of_invoices(self) -> dict[uuid.UUID, int]:
        mine = [c.customer_id for pair in self.contacts for c in pair]
        return dict(
            self._rows(
                "SELECT id, open_minor FROM invoice WHERE customer_id = ANY (:mine)", mine=mine
            )
        )

    def sums(self, customer: int) -> tuple[int, int]:
        """What a customer still owes and has as credit, as the portal shows it."""
        with self.transaction() as session:
            found = balances_of(
                session,
                customer_id=self.contacts[customer][0].customer_id,
                on=self.clock.today(),
            )
        return sum(b.still_open.minor for b in found), sum(b.credit.minor for b in found)

    def receipts(self) -> list[tuple[str, int]]:
        """What of the card company's is booked: the charge, and the receipt's amount."""
        mine = [c.customer_id for pair in self.contacts for c in pair]
        return self._rows(
            "SELECT e.object_ref, r.amount_minor FROM receipt r JOIN journal j"
            " ON j.source_id = r.id AND j.kind IN ('card_receipt', 'debit_receipt')"
            " LEFT JOIN provider_effect e"
            " ON e.journal_id = j.id WHERE r.customer_id = ANY (:mine)",
            mine=mine,
        )

    def differences(self) -> list[str]:
        """Every law of the books, but the chain, which is read whole at the end."""
        return [words.format(*row) for words, query in CHECKS for row in self._rows(query)]

    def findings(self) -> list[str]:
        with self.transaction() as session:
            return list(findings(session, AUDIT_KEY))

    def _whose(self, payment: uuid.UUID):
        customer = self._rows("SELECT customer_id FROM card_payment WHERE id = :id", id=payment)[0][
            0
        ]
        return a_deed(subject_id=customer, at=self.clock.now())

    def _rows(self, statement: str, **values: object) -> list:
        with self.transaction() as session:
            return [tuple(row) for row in session.execute(sa.text(statement), values)]


def refused(act: Callable[[], object]) -> QuittanceError | None:
    """Do it; the refusal, if it was one."""
    try:
        act()
    except QuittanceError as refusal:
        return refusal
    return None
