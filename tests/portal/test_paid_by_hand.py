"""What a payment's page says of money that people of ours set against invoices, or exchanged."""

import uuid
from decimal import Decimal

import pytest

from foundation.money import Money
from payments.card.queries import payment_of
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.exchanges import exchange_receipt
from receivables.models import Standing
from tests.portal.test_basket import amount_of, chosen
from tests.portal.test_credit import stands
from tests.portal.test_payments import STALE, Paying


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def invoice_id(world, acme):
    return world.invoice(acme, 100_000, number="INV-1")


@pytest.fixture
def paying(world, acme, invoice_id):
    """A payment of 600 euro of the 1,000, of a customer whose money waits for a person."""
    stands(world, acme, Standing.NO_AUTO_APPLY)
    reader = world.reader(acme)
    form = chosen(reader, invoice_id).form_to("/payments")
    return Paying(world, reader, reader.send(form, {amount_of(invoice_id): "600"}))


def test_what_a_person_set_against_invoices_is_not_said_to_have_come_late(
    world, acme, paying, invoice_id
):
    paying.card.pay()
    waiting = paying.comes_back().main
    stands(world, acme, Standing.ACTIVE)
    active_again = paying.reader.get(paying.path).main
    with world.transaction() as session:
        row = payment_of(session, customer_id=acme.customer_id, payment_id=paying.id).row
        allocate_up_to(
            session,
            receipt_id=row.receipt_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(10_000, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=acme.deed(world.clock.now()),
        )
    partly = paying.reader.get(paying.path).main

    assert "our people do that by hand" in waiting
    assert "It is credit on your account." in active_again
    assert "The rest is credit on your account." in partly
    assert STALE not in waiting + active_again + partly


def test_money_that_was_exchanged_is_a_part_of_what_became_of_it(world, acme, paying):
    paying.card.pay()
    paying.comes_back()
    with world.transaction() as session:
        row = payment_of(session, customer_id=acme.customer_id, payment_id=paying.id).row
        exchange_receipt(
            session,
            receipt_id=row.receipt_id,
            into="USD",
            rate=Decimal("1.1"),
            deed=acme.deed(world.clock.now()),
        )

    page = paying.reader.get(paying.path)

    assert "Exchanged into $660.00 at 1.1" in page.main
