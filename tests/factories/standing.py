"""A company with a past: two customers who owe, paid, were refused and left something open.

Made by the product's own procedures over the played card company, so that every table that
belongs to a customer holds rows of both.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from foundation.database import Transaction
from foundation.money import Money
from payments.basket.actions import put_in_basket
from payments.card.afterwards import CardDispute, CardRefund
from payments.card.gateway import StripeGateway
from payments.card.models import CardPayment
from payments.card.saved_method import SavedMethod
from payments.card.sync import sync_payment
from payments.links.actions import make_pay_link
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.actions.exchanges import exchange_receipt, undo_exchange
from receivables.actions.receipts import receive_transfer
from receivables.actions.write_offs import undo_write_off, write_off
from receivables.models import Invitation, WriteOffReason
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from tests.clocks import FixedClock
from tests.databases import Database
from tests.factories.books import NOW, Account, a_credit_note, an_account, an_invoice, an_original
from tests.factories.card import session_of, start


@dataclass(frozen=True, kw_only=True)
class Past:
    """One customer: one invoice paid, one partly, one untouched and in the basket.

    And one of which a credit note takes off 1,000; 1,500 of that are left to use.
    """

    account: Account
    paid: uuid.UUID
    partly: uuid.UUID
    untouched: uuid.UUID
    payment_id: uuid.UUID
    credited: uuid.UUID
    credit_note_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The database with both customers, and the card company beside it."""

    database: Database
    transaction: Transaction
    world: StripeWorld
    gateway: StripeGateway
    alice: Past
    bruno: Past


def a_standing_company(database: Database) -> Standing:
    """Both pasts, committed."""
    transaction = database.transaction()
    world = StripeWorld(FixedClock().now)
    gateway = StripeGateway(world.client(), webhook_secrets=[DEFAULT_SIGNING])
    alice, bruno = (_a_past(transaction, world, gateway, name) for name in ("Alice", "Bruno"))
    return Standing(
        database=database,
        transaction=transaction,
        world=world,
        gateway=gateway,
        alice=alice,
        bruno=bruno,
    )


def _a_past(
    transaction: Transaction, world: StripeWorld, gateway: StripeGateway, name: str
) -> Past:
    with transaction() as session:
        account = an_account(session, name=name)
        paid, partly, untouched = (an_invoice(session, account, 10_000) for _ in range(3))
    started = start(transaction, gateway, account, {paid: 10_000, partly: 4_000})
    payer = world.payer(session_of(transaction, started.payment_id))
    payer.decline()
    sync_payment(transaction, gateway, payment_id=started.payment_id, deed=account.deed())
    payer.pay()
    sync_payment(transaction, gateway, payment_id=started.payment_id, deed=account.deed())
    _pay_something_else(transaction, world, gateway, account, partly)
    credited, credit_note_id = _credit(transaction, account)
    with transaction() as session:
        put_in_basket(
            session,
            contact_id=account.contact_id,
            invoice_ids=[untouched],
            deed=account.deed(),
        )
        an_original(session, account, paid)
    _ended_without_effect(transaction, account, started.payment_id, untouched)
    _coded_and_undone(transaction, account)
    return Past(
        account=account,
        paid=paid,
        partly=partly,
        untouched=untouched,
        payment_id=started.payment_id,
        credited=credited,
        credit_note_id=credit_note_id,
    )


def _ended_without_effect(
    transaction: Transaction, account: Account, payment_id: uuid.UUID, untouched: uuid.UUID
) -> None:
    """A refund that failed, a dispute won, an invitation withdrawn, a pay link not opened yet, a
    method nobody came to save.
    """
    with transaction() as session:
        receipt_id = session.get_one(CardPayment, payment_id).receipt_id
        ended = {
            "charge_ref": "ch_ended",
            "receipt_id": receipt_id,
            "card_payment_id": payment_id,
            "customer_id": account.customer_id,
            "amount_minor": 1_000,
            "currency": "EUR",
            "opened_at": NOW,
            "changed_at": NOW,
        }
        name = account.customer_id.hex
        session.add(CardRefund(ref=f"re_{name}", state="failed", **ended))
        won = {"state": "won", "is_return": False, "reason": "general"}
        session.add(CardDispute(ref=f"du_{name}", **won, **ended))
        session.add(
            Invitation(
                id=uuid.uuid4(),
                customer_id=account.customer_id,
                account_ids=[account.customer_id],
                email=f"{name}@colleague.example",
                role="viewer",
                invited_by=account.person_id,
                created_at=NOW,
                expires_at=NOW + dt.timedelta(days=7),
                withdrawn_at=NOW,
            )
        )
        session.add(
            SavedMethod(
                customer_id=account.customer_id,
                contact_id=account.contact_id,
                added_by=account.person_id,
                operation_id=uuid.uuid4(),
                kind="card",
                state="lapsed",
                return_url="http://localhost/",
                language="en",
                created_at=NOW,
                expires_at=NOW,
            )
        )
        make_pay_link(
            session,
            operation_id=uuid.uuid4(),
            email=f"{name}@payer.example",
            spoken="en",
            invoice_id=[untouched],
            contact_id=account.contact_id,
            deed=account.deed(),
        )


def _coded_and_undone(transaction: Transaction, account: Account) -> None:
    """A write-off and an exchange, both taken back, on documents of their own."""
    deed = account.deed()
    with transaction() as session:
        invoice_id = an_invoice(session, account, 1_000)
        write_off(session, invoice_id=invoice_id, reason=WriteOffReason.GOODWILL, deed=deed)
        undo_write_off(session, invoice_id=invoice_id, reason="a mistake", deed=deed)
        write_off(session, invoice_id=invoice_id, reason=WriteOffReason.GOODWILL, deed=deed)
        dollars = receive_transfer(
            session,
            ledger_id=account.ledger_id,
            customer_id=account.customer_id,
            amount=Money(100, "USD"),
            deed=deed,
        )
        euros = exchange_receipt(
            session, receipt_id=dollars, into="KWD", rate=Decimal("0.3"), deed=deed
        )
        undo_exchange(session, receipt_id=euros, reason="a mistake", deed=deed)


def _credit(transaction: Transaction, account: Account) -> tuple[uuid.UUID, uuid.UUID]:
    """An invoice, and the credit note that took something off it."""
    with transaction() as session:
        invoice_id = an_invoice(session, account, 10_000)
        note_id = a_credit_note(session, account, 2_500, invoice_id=invoice_id)
        apply_credit_note(
            session,
            credit_note_id=note_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(1_000, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=account.deed(),
        )
    return invoice_id, note_id


def _pay_something_else(
    transaction: Transaction,
    world: StripeWorld,
    gateway: StripeGateway,
    account: Account,
    invoice: uuid.UUID,
) -> None:
    """A payment of which the provider took another amount: it opens a case."""
    started = start(transaction, gateway, account, {invoice: 1_000})
    session_ref = session_of(transaction, started.payment_id)
    world.payer(session_ref).pay()
    charge = world.account.store.all("charge")[-1]
    world.account.store.save(charge | {"amount_captured": 900})
    sync_payment(transaction, gateway, payment_id=started.payment_id, deed=account.deed())
