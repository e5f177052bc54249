"""Card payments as people see them."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut, Page, id_key, moment_key, page_of
from payments.card.gone_back import WentBack, Whats, gone_back
from payments.card.models import (
    SETTLED,
    CardAttempt,
    CardPayment,
    CardPaymentItem,
    CardPaymentMove,
    CardPaymentState,
    PaymentCase,
)
from payments.card.saved_method import MethodKind, SavedMethod
from payments.links.models import PayLink
from people.queries.persons import names_of
from receivables.queries.open_items import numbers_of

S = CardPaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPaymentRow:
    """One card payment in a list."""

    id: uuid.UUID
    state: CardPaymentState
    amount: Money
    started_at: dt.datetime
    started_by: str  # a person's name, or the address a pay link was mailed to
    expires_at: dt.datetime
    receipt_id: uuid.UUID | None
    decline_code: str | None
    has_page: bool  # the payer may have been on it
    is_saved: bool  # a saved method is charged; nobody types anything
    is_settled: bool
    method: str | None  # "card" or "bank_debit", once somebody tried
    gone: tuple[WentBack, ...] = ()  # what went back of it

    @property
    def may_be_taken(self) -> bool:
        """Whether money may have been taken that we do not know of yet."""
        if self.state in (S.SUBMITTING, S.UNKNOWN):
            return self.is_saved or (self.has_page and self.state is S.UNKNOWN)
        return self.state is S.PROCESSING

    @property
    def is_debit(self) -> bool:
        """Whether a bank account is debited: its bank answers days later."""
        return self.method == "bank_debit"

    @property
    def latest(self) -> str | None:
        """The latest that went back, in one word of WORDS_OF_GONE in the page's template."""
        if not self.gone:
            return None
        last = self.gone[-1]
        return f"{last.kind}_{last.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentItem:
    """One invoice of a payment and how much of it."""

    invoice_id: uuid.UUID
    number: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPaymentView:
    """One card payment whole. `page_url` is where it can still be paid."""

    row: CardPaymentRow
    items: tuple[PaymentItem, ...]
    page_url: str | None
    pay_link_id: uuid.UUID | None  # by which it was begun, if not by a contact
    is_saved_account: bool  # a saved bank account is debited, whatever came of it
    ledger_id: uuid.UUID
    declines: int
    closed_because: str | None  # why we asked for its page to be closed, if that is how it ended
    card: str | None  # "visa 4242", once it was paid


def payment_of(
    session: Session, *, customer_id: uuid.UUID, payment_id: uuid.UUID
) -> CardPaymentView | None:
    """The payment, if it belongs to this customer."""
    own = sa.select(CardPayment).where(CardPayment.customer_id == customer_id)
    payment = session.scalars(own.where(CardPayment.id == payment_id)).one_or_none()
    if payment is None:
        return None
    names = payers_of(session, [payment])
    attempts = session.scalars(
        sa.select(CardAttempt).where(CardAttempt.card_payment_id == payment_id)
    ).all()
    paid = next((attempt for attempt in attempts if attempt.is_paid), None)
    return CardPaymentView(
        row=row_of(payment, names, gone_back(session, [payment_id])),
        items=_items(session, payment),
        page_url=payment.page_url,
        pay_link_id=payment.pay_link_id,
        is_saved_account=_is_saved_account(session, payment),
        ledger_id=payment.ledger_id,
        declines=sum(not attempt.is_paid for attempt in attempts),
        closed_because=_reason(session, payment) if payment.state == S.EXPIRED else None,
        card=f"{paid.brand} {paid.last_four}" if paid and paid.last_four else None,
    )


def owner_of_payment(
    session: Session, customer_ids: Collection[uuid.UUID], *, payment_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the payment belongs to, if any."""
    own = sa.select(CardPayment.customer_id).where(CardPayment.customer_id.in_(customer_ids))
    return session.scalars(own.where(CardPayment.id == payment_id)).one_or_none()


def payment_page(session: Session, *, customer_id: uuid.UUID, cut: Cut) -> Page[CardPaymentRow]:
    """One page of the customer's card payments, newest first."""
    found = page_of(
        session,
        sa.select(CardPayment).where(CardPayment.customer_id == customer_id),
        keys=(moment_key(CardPayment.created_at), id_key(CardPayment.id)),
        is_descending=True,
        cut=cut,
        build=_payment,
    )
    names = payers_of(session, found.rows)
    gone = gone_back(session, [payment.id for payment in found.rows])
    rows = tuple(row_of(payment, names, gone) for payment in found.rows)
    return Page(rows=rows, after=found.after, before=found.before)


def due_for_check(
    session: Session, *, now: dt.datetime, limit: int
) -> tuple[tuple[uuid.UUID, uuid.UUID], ...]:
    """Payments (and their customers) that nobody told us about for too long, longest first."""
    wanted = (
        sa.select(CardPayment.id, CardPayment.customer_id)
        .where(CardPayment.next_check_at <= now)
        .order_by(CardPayment.next_check_at)
        .limit(limit)
    )
    return tuple((row.id, row.customer_id) for row in session.execute(wanted))


def open_cases(session: Session) -> tuple[PaymentCase, ...]:
    """What about money a person must look at, oldest first."""
    wanted = sa.select(PaymentCase).where(PaymentCase.closed_at.is_(None))
    return tuple(session.scalars(wanted.order_by(PaymentCase.opened_at)))


def _payment(row: sa.Row[*tuple[Any, ...]]) -> CardPayment:
    payment: CardPayment = row[0]
    return payment


def payers_of(session: Session, payments: Sequence[CardPayment]) -> dict[uuid.UUID, str]:
    """Person or pay link -> what to call who began these payments; a link by its address."""
    names = names_of(session, [payment.started_by for payment in payments])
    links = [payment.pay_link_id for payment in payments if payment.pay_link_id]
    if links:
        wanted = sa.select(PayLink.id, PayLink.email).where(PayLink.id.in_(links))
        names |= {row.id: row.email for row in session.execute(wanted)}
    return names


def row_of(
    payment: CardPayment, names: dict[uuid.UUID, str], gone: Whats | None = None
) -> CardPaymentRow:
    return CardPaymentRow(
        id=payment.id,
        state=CardPaymentState(payment.state),
        amount=payment.amount,
        started_at=payment.created_at,
        started_by=names.get(payment.pay_link_id or payment.started_by, ""),
        expires_at=payment.expires_at,
        receipt_id=payment.receipt_id,
        decline_code=payment.decline_code,
        has_page=payment.session_ref is not None,
        is_saved=payment.saved_method_id is not None,
        is_settled=payment.state in SETTLED,
        method=payment.method,
        gone=(gone or {}).get(payment.id, ()),
    )


def _is_saved_account(session: Session, payment: CardPayment) -> bool:
    """Whether a saved bank account was to be debited, also where no try came of it."""
    method = session.get(SavedMethod, payment.saved_method_id) if payment.saved_method_id else None
    return method is not None and method.kind != MethodKind.CARD


def _reason(session: Session, payment: CardPayment) -> str | None:
    """The reason of the latest change of state, if it had one."""
    wanted = sa.select(CardPaymentMove.reason).where(CardPaymentMove.card_payment_id == payment.id)
    return session.scalars(wanted.order_by(CardPaymentMove.version.desc()).limit(1)).one_or_none()


def _items(session: Session, payment: CardPayment) -> tuple[PaymentItem, ...]:
    items = session.scalars(
        sa.select(CardPaymentItem)
        .where(CardPaymentItem.card_payment_id == payment.id)
        .order_by(CardPaymentItem.position)
    ).all()
    numbers = numbers_of(session, [item.invoice_id for item in items])
    return tuple(
        PaymentItem(
            invoice_id=item.invoice_id,
            number=numbers[item.invoice_id],
            amount=Money(item.amount_minor, item.currency),
        )
        for item in items
    )
