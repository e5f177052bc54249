"""A payer's own open card pages are closed before the same invoices are paid another way.

A procedure: it talks to the provider with no transaction open.
"""

import uuid
from collections.abc import Sequence

from foundation.database import TransactionFactory
from foundation.deed import Deed
from payments.card.errors import EarlierPaymentUnsettled, EarlierPaymentWentThrough
from payments.card.gateway import Gateway
from payments.card.models import PAID, UNDERWAY
from payments.card.sync import abandon_payment
from payments.card.underway import own_underway


def close_own_pages(
    transaction: TransactionFactory,
    gateway: Gateway,
    *,
    contact_id: uuid.UUID,
    invoice_ids: Sequence[uuid.UUID],
    deed: Deed,
) -> None:
    """Close the contact's open pages for these invoices before they are settled another way.

    Raises EarlierPaymentUnsettled or EarlierPaymentWentThrough; talks to the provider.
    """
    with transaction() as session:
        earlier = own_underway(session, payer_id=contact_id, invoice_ids=invoice_ids)
    close_pages(transaction, gateway, earlier, deed)


def close_pages(
    transaction: TransactionFactory, gateway: Gateway, earlier: Sequence[uuid.UUID], deed: Deed
) -> None:
    """Close these pages. Raises EarlierPaymentUnsettled or EarlierPaymentWentThrough."""
    for payment_id in earlier:
        state = abandon_payment(transaction, gateway, payment_id=payment_id, deed=deed)
        if state in UNDERWAY:
            raise EarlierPaymentUnsettled(payment_id)
        if state in PAID:
            raise EarlierPaymentWentThrough(payment_id)
