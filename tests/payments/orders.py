"""G4: the messages of a payment's life in any order, each told more than once; how it ends."""

import uuid
from collections.abc import Sequence

from flask import Flask

from tests.payments.aftermath import RETURNED, charge_of, told
from tests.payments.conftest import Till

OWED = 10_000
DEBIT_LIFE = (
    "payment_intent.processing",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "charge.succeeded",
    "charge.dispute.created",
    "charge.dispute.closed",
)
MESSAGES = 6  # of either life
PAID_ONCE = [(OWED, 0, True)]


def declined_then_paid(till: Till) -> tuple[uuid.UUID, list[str]]:
    """A card payment that was declined, then paid; and every message about it, oldest first."""
    invoice = till.invoice(OWED)
    payment = till.start({invoice: OWED})
    payer = till.payer(payment)
    payer.decline()
    payer.pay()
    return payment, [
        event["id"]
        for event in till.world.events()
        if (event["data"]["object"]["metadata"] or {}).get("payment") == str(payment)
    ]


def a_debit(till: Till, minor: int = OWED, scenario: str = "sepa") -> tuple[uuid.UUID, uuid.UUID]:
    """Somebody has ordered a debit for one invoice: the invoice, the payment."""
    invoice = till.invoice(minor)
    payment = till.start({invoice: minor})
    till.payer(payment).debit(scenario)
    till.sync(payment)
    return invoice, payment


def card_trouble(till: Till, api: Flask, order: Sequence[int]) -> str:
    """What went wrong when one more customer's messages came in this order; "" if nothing."""
    till.clock.advance(minutes=61)  # declined cards are counted by the hour
    before = len(till.receipts())
    _payment, messages = declined_then_paid(till.another_customer())
    _tell(till, api, [messages[place] for place in order])
    booked = till.receipts()[before:]
    return "" if booked == PAID_ONCE else f"card {order}: {booked}"


def debit_trouble(till: Till, api: Flask, order: Sequence[int]) -> str:
    """The same of a debit that was paid, then taken back by its bank."""
    one = till.another_customer()
    invoice, payment = a_debit(one)
    till.world.catch_up()
    till.world.give_back(charge_of(one))
    newest = {kind: till.world.events(kind)[-1]["id"] for kind in DEBIT_LIFE}
    _tell(till, api, [newest[DEBIT_LIFE[place]] for place in order])
    end = told(one, payment, invoice)
    return "" if end == RETURNED else f"debit {order}: {end}"


def _tell(till: Till, api: Flask, messages: Sequence[str]) -> None:
    """Each message twice in a row, then all once more, worked as they come."""
    for message in (*(one for one in messages for _ in range(2)), *messages):
        till.tell(message, api)
        till.work()
