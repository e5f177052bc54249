"""Starting card payments in tests, and telling which page of the provider belongs to one."""

import uuid

import sqlalchemy as sa

from foundation.database import TransactionFactory
from foundation.money import Money
from payments.card.checkout import PaymentOrder, Started, start_payment
from payments.card.gateway import Gateway
from payments.card.models import CardPayment
from receivables.actions.allocation import Claim
from tests.factories.books import NOW, Account


def an_order(
    account: Account, items: dict[uuid.UUID, int], *, currency: str = "EUR", **wanted
) -> PaymentOrder:
    """A press of "Pay" for these invoices and minor units."""
    values = {
        "operation_id": uuid.uuid4(),
        "contact_id": account.contact_id,
        "ledger_id": account.ledger_id,
        "items": [Claim(invoice_id=i, amount=Money(m, currency)) for i, m in items.items()],
        "language": "en",
        "address": "203.0.113.9",
        "return_url": lambda payment_id: f"http://localhost:8000/payments/{payment_id}/return",
    }
    return PaymentOrder(**{**values, **wanted})


def start(
    transaction: TransactionFactory,
    gateway: Gateway,
    account: Account,
    items: dict[uuid.UUID, int],
    *,
    at=NOW,
    **wanted,
) -> Started:
    """Start a payment as the account's contact."""
    order = an_order(account, items, **wanted)
    return start_payment(transaction, gateway, order=order, deed=account.deed(at))


def session_of(transaction: TransactionFactory, payment_id: uuid.UUID) -> str:
    """The provider's page of a payment."""
    with transaction() as session:
        wanted = sa.select(CardPayment.session_ref).where(CardPayment.id == payment_id)
        return session.scalars(wanted).one()
