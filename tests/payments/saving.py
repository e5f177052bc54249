"""Saving a method and paying by it, step by step, as the portal does."""

import uuid

import sqlalchemy as sa

from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.saved_method import MethodKind
from payments.card.saved_queries import methods_of
from payments.card.saving import remove_method, sync_method
from payments.card.sync import abandon_payment, confirm_payment
from tests.factories.books import open_minor
from tests.factories.card import start

GOOD, ASKS, DECLINED_LATER = "4242424242424242", "4000002760003184", "4000000000000341"
CHARGE, LOOK = "POST /v1/payment_intents", "GET /v1/payment_intents/*"
SETUP = "POST /v1/checkout/sessions"


def begin(till, kind=MethodKind.CARD, **wanted):
    """Press "Save"; where the contact is led to."""
    order = SetupOrder(
        **{
            "operation_id": uuid.uuid4(),
            "contact_id": till.account.contact_id,
            "kind": kind,
            "language": "en",
            "address": "203.0.113.9",
            "return_url": lambda one: f"http://localhost:8000/saved-methods/{one}/return",
            **wanted,
        }
    )
    return begin_saving(till.transaction, till.gateway, order=order, deed=deed(till))


def deed(till):
    return till.account.deed(till.clock.now(), till.clock.today())


def at_page(till, saving):
    return till.world.payer(saving.page_url.rsplit("/", 1)[-1])


def back(till, method_id):
    return sync_method(till.transaction, till.gateway, method_id=method_id, deed=deed(till))


def a_method(till, number=GOOD, account=None):
    """A method somebody has saved."""
    saving = begin(till, MethodKind.SEPA if account else MethodKind.CARD)
    payer = at_page(till, saving)
    payer.save_account(account) if account else payer.save(number)
    assert back(till, saving.method_id) == "saved"
    return saving.method_id


def pay(till, method, minor=10_000, **wanted):
    """One press of "Pay" by a saved method; the invoice, and where the payment stands."""
    invoice = till.invoice(minor)
    started = start(
        till.transaction,
        till.gateway,
        till.account,
        {invoice: minor},
        at=till.clock.now(),
        saved_method_id=method,
        **wanted,
    )
    return invoice, started


def told(till, payment, invoice):
    """State, what the invoice still wants, the customer's receipts, what the provider took."""
    charges = [one for one in till.world.books() if one.metadata.get("payment") == str(payment)]
    taken = sum(one.amount for one in charges if one.status == "succeeded")
    wanted = "SELECT amount_minor, unapplied_minor FROM receipt WHERE customer_id = :id"
    with till.transaction() as session:
        receipts = session.execute(sa.text(wanted), {"id": till.account.customer_id}).all()
    whole = [tuple(row) for row in receipts]
    return till.state(payment), open_minor(till.transaction, invoice), whole, taken


def intent_of(till):
    """The latest charge the provider was asked for."""
    return till.world.account.store.all("payment_intent")[-1]


def remove(till, method):
    return remove_method(till.transaction, till.gateway, method_id=method, deed=deed(till))


PAID = ("succeeded", 0, [(10_000, 0)], 10_000)


def confirm(till, payment):
    return confirm_payment(till.transaction, till.gateway, payment_id=payment, deed=deed(till))


def give_up(till, payment):
    return abandon_payment(till.transaction, till.gateway, payment_id=payment, deed=deed(till))


def page_of(till, saving):
    wanted = sa.text("SELECT page_url FROM saved_method WHERE id = :id")
    with till.transaction() as session:
        return session.execute(wanted, {"id": saving.method_id}).scalar_one()


def methods_now(till):
    with till.transaction() as session:
        return methods_of(session, customer_id=till.account.customer_id)
