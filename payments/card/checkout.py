"""Starting a card payment: commit what we intend, ask the provider, commit what came of it."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.currency import currency
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.money import Money
from foundation.secrets_at_rest import conceal
from payments.basket.errors import AmountExceedsOpen, AmountNotPositive, InvoiceNotPayable
from payments.card.card_testing import check_start, note_start
from payments.card.errors import (
    AmountOutOfRange,
    NothingToPay,
    OperationReused,
    PaymentUnknown,
)
from payments.card.gateway import Gateway
from payments.card.leaving import close_pages
from payments.card.models import CardPayment, CardPaymentItem, CardPaymentState
from payments.card.moves import next_check, note_move
from payments.card.saved_queries import check_usable
from payments.card.sync import confirm_payment, sync_payment
from payments.card.underway import own_underway
from receivables.actions.allocation import Claim
from receivables.queries.open_items import payable_of

PAGE_LIFE = dt.timedelta(minutes=60)  # the provider allows 30 minutes to 24 hours
OPERATION_KEY = "uq_card_payment_operation_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """What a contact, or the holder of a pay link, asks for by one press of "Pay".

    `operation_id` was made with the page.
    """

    operation_id: uuid.UUID
    contact_id: uuid.UUID | None
    ledger_id: uuid.UUID
    items: Sequence[Claim]
    language: str
    address: str
    return_url: Callable[[uuid.UUID], str]
    pay_link_id: uuid.UUID | None = None
    return_token: str | None = None  # secret: for the "{token}" of the return address
    saved_method_id: uuid.UUID | None = None  # to be charged at once, instead of a page

    @property
    def payer_id(self) -> uuid.UUID:
        """The contact, or the link whose holder pays."""
        payer_id = self.contact_id or self.pay_link_id
        if payer_id is None:
            raise ValueError("a payment is begun by a contact or by a pay link")
        return payer_id

    @property
    def body_hash(self) -> str:
        """What was asked, in one line; the same press always gives the same."""
        lines = sorted(f"{item.invoice_id} {item.amount}" for item in self.items)
        by = [str(self.saved_method_id)] if self.saved_method_id else []
        whole = "\n".join((str(self.payer_id), str(self.ledger_id), *by, *lines))
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Where a payment stands after it was started; `page_url` is where the payer goes next."""

    payment_id: uuid.UUID
    state: CardPaymentState
    page_url: str | None


def start_payment(
    transaction: TransactionFactory, gateway: Gateway, *, order: PaymentOrder, deed: Deed
) -> Started:
    """Open the provider's page for these amounts, or charge a saved method. Pressing twice starts
    one payment.

    Where the bank wants to hear from the payer before it lets a saved method be charged, nothing
    is taken, and the payment has a page on which that very charge is confirmed.

    Earlier pages of the same contact or pay link for the same invoices are closed first, so that
    going back and paying again cannot pay twice. Raises OperationReused, EarlierPaymentUnsettled,
    EarlierPaymentWentThrough, InvoiceNotPayable, AmountExceedsOpen, AmountOutOfRange, NothingToPay,
    MethodUnusable or TooManyAttempts.
    """
    with transaction() as session:
        known, earlier = _standing(session, order, deed)
    while known is None:
        close_pages(transaction, gateway, earlier, deed)
        known, earlier = _intend(transaction, order, deed)
        if known:
            state = sync_payment(transaction, gateway, payment_id=known, deed=deed)
            if order.saved_method_id and state is CardPaymentState.AWAITING_PAYER:
                confirm_payment(transaction, gateway, payment_id=known, deed=deed)
    with transaction() as session:
        payment = session.get_one(CardPayment, known)
        return Started(
            payment_id=payment.id,
            state=CardPaymentState(payment.state),
            page_url=payment.page_url,
        )


def _standing(
    session: Session, order: PaymentOrder, deed: Deed
) -> tuple[uuid.UUID | None, Sequence[uuid.UUID]]:
    """The payment this press already started, else the payer's open ones for these invoices."""
    invoice_ids = [item.invoice_id for item in order.items]
    earlier = own_underway(session, payer_id=order.payer_id, invoice_ids=invoice_ids)
    # Asked last: a payment the same press began in the meantime must be found here, never above,
    # or a press would close the page its own twin has just opened.
    known = _known(session, order, deed)
    return (known, ()) if known else (None, earlier)


def _known(session: Session, order: PaymentOrder, deed: Deed) -> uuid.UUID | None:
    """The payment of this press, if the press is the same and the same person's."""
    wanted = sa.select(CardPayment).where(CardPayment.operation_id == order.operation_id)
    payment = session.scalars(wanted).one_or_none()
    if payment is None:
        return None
    payer_id = payment.contact_id or payment.pay_link_id
    if (payment.customer_id, payer_id) != (deed.subject_id, order.payer_id):
        raise PaymentUnknown(order.operation_id)
    if payment.body_hash != order.body_hash:
        raise OperationReused
    return payment.id


@retried
def _intend(
    transaction: TransactionFactory, order: PaymentOrder, deed: Deed
) -> tuple[uuid.UUID | None, Sequence[uuid.UUID]]:
    """Check everything under the customer's lock and commit the intent, before anybody is asked.

    When another tab of the same contact was faster, its payment is named instead, to be closed.
    """
    customer_id = deed.subject_id
    if customer_id is None:
        raise ValueError("a payment is for a customer")
    with transaction(lock={"customer": [customer_id]}) as session:
        known, earlier = _standing(session, order, deed)
        if known or earlier:
            return known, earlier
        check_start(
            session,
            payer_id=order.pay_link_id or deed.actor_id,
            customer_id=customer_id,
            address=order.address,
            at=deed.at,
        )
        amount = _checked_total(session, order, customer_id)
        if order.saved_method_id:
            check_usable(
                session,
                customer_id=customer_id,
                method_id=order.saved_method_id,
                currency=amount.currency,
            )
        payment = _row(order, customer_id, amount, deed)
        if order.return_token:
            payment.return_token = conceal(
                session,
                order.return_token,
                column=CardPayment.return_token,
                row_key=payment.id,
            )
        _add(session, payment)
        _add_items(session, payment, order)
        note_move(session, payment, None, CardPaymentState.SUBMITTING, deed=deed)
        note_start(session, payer_id=order.pay_link_id or deed.actor_id, at=deed.at)
        facts: dict[str, Fact] = {"amount": str(amount), "invoices": len(order.items)}
        record(session, "card_payment.started", object_id=payment.id, deed=deed, facts=facts)
        return payment.id, ()


def _add(session: Session, payment: CardPayment) -> None:
    session.add(payment)
    try:
        session.flush()  # items and history name it
    except IntegrityError as error:
        if OPERATION_KEY in str(error.orig):  # somebody else's, whom this role cannot even see
            raise PaymentUnknown(payment.operation_id) from error
        raise


def _checked_total(session: Session, order: PaymentOrder, customer_id: uuid.UUID) -> Money:
    if not order.items:
        raise NothingToPay
    payable = payable_of(
        session,
        customer_id=customer_id,
        ledger_id=order.ledger_id,
        invoice_ids=[item.invoice_id for item in order.items],
    )
    code = order.items[0].amount.currency
    for item in order.items:
        still_open = payable.get(item.invoice_id)
        if still_open is None or still_open.is_zero or still_open.currency != code:
            raise InvoiceNotPayable(item.invoice_id)
        if not item.amount.is_positive:
            raise AmountNotPositive(item.invoice_id)
        if item.amount > still_open:
            raise AmountExceedsOpen(item.invoice_id, item.amount, still_open)
    total = Money.total((item.amount for item in order.items), code)
    check_range(total)
    return total


def check_range(total: Money) -> None:
    """Raise AmountOutOfRange for what the provider does not take at once."""
    bounds = currency(total.currency)
    fits_steps = total.minor % bounds.charge_step == 0
    if not (fits_steps and bounds.charge_min <= total.minor <= bounds.charge_max):
        least = Money(bounds.charge_min, total.currency)
        raise AmountOutOfRange(total, least, Money(bounds.charge_max, total.currency))


def _row(order: PaymentOrder, customer_id: uuid.UUID, amount: Money, deed: Deed) -> CardPayment:
    payment_id = uuid.uuid4()
    return CardPayment(
        id=payment_id,
        customer_id=customer_id,
        ledger_id=order.ledger_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        state=CardPaymentState.SUBMITTING,
        version=1,
        operation_id=order.operation_id,
        body_hash=order.body_hash,
        saved_method_id=order.saved_method_id,
        return_url=order.return_url(payment_id),
        language=order.language,
        contact_id=order.contact_id,
        pay_link_id=order.pay_link_id,
        started_by=deed.actor_id,
        address=order.address,
        created_at=deed.at,
        expires_at=deed.at + PAGE_LIFE,
        next_check_at=next_check(CardPaymentState.SUBMITTING, 0, deed.at),
        checks=0,
    )


def _add_items(session: Session, payment: CardPayment, order: PaymentOrder) -> None:
    rows = [
        {
            "card_payment_id": payment.id,
            "invoice_id": item.invoice_id,
            "customer_id": payment.customer_id,
            "position": position,
            "amount_minor": item.amount.minor,
            "currency": item.amount.currency,
        }
        for position, item in enumerate(order.items, start=1)
    ]
    session.execute(sa.insert(CardPaymentItem).values(rows).inline())
