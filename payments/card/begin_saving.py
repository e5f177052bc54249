"""Beginning to save a method: commit what we intend, ask for the page, commit what came of it."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.secrets_at_rest import conceal
from payments.card.card_testing import check_start, note_start
from payments.card.errors import MethodUnusable, OperationReused, TooManyMethods
from payments.card.gateway import Gateway
from payments.card.saved_method import MethodKind, SavedMethod, SavedMethodState
from payments.card.saved_moves import next_check
from payments.card.saved_queries import kept_count, known_as
from payments.card.saving import sync_method

METHODS_MAX: Final = 20  # of one customer
PAGE_LIFE: Final = dt.timedelta(minutes=60)
OPERATION_KEY: Final = "uq_saved_method_operation_id"
S = SavedMethodState


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupOrder:
    """What a contact asks for by one press; `operation_id` was made with the page."""

    operation_id: uuid.UUID
    contact_id: uuid.UUID
    kind: MethodKind
    language: str
    address: str
    return_url: Callable[[uuid.UUID], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Where the saving of a method stands; `page_url` is where the contact goes next."""

    method_id: uuid.UUID
    state: SavedMethodState
    page_url: str | None


def begin_saving(
    transaction: TransactionFactory, gateway: Gateway, *, order: SetupOrder, deed: Deed
) -> Saving:
    """Open the provider's page for saving a method. Pressing twice opens one; nothing is taken.

    Raises OperationReused, TooManyMethods, TooManyAttempts or MethodUnusable.
    """
    method_id = _intend(transaction, order, deed)
    sync_method(transaction, gateway, method_id=method_id, deed=deed)
    return _standing(transaction, method_id)


@retried
def _intend(transaction: TransactionFactory, order: SetupOrder, deed: Deed) -> uuid.UUID:
    customer_id = deed.subject_id
    if customer_id is None:
        raise ValueError("a method is a customer's")
    with transaction(lock={"customer": [customer_id]}) as session:
        known = _known(session, order, customer_id)
        if known:
            return known
        check_start(
            session,
            payer_id=deed.actor_id,
            customer_id=customer_id,
            address=order.address,
            at=deed.at,
        )
        if kept_count(session, customer_id=customer_id) >= METHODS_MAX:
            raise TooManyMethods(METHODS_MAX)
        method = _new(session, order, customer_id, deed)
        note_start(session, payer_id=deed.actor_id, at=deed.at)
        record(
            session,
            "saved_method.begun",
            object_id=method.id,
            deed=deed,
            facts={"kind": order.kind},
        )
        return method.id


def _known(session: Session, order: SetupOrder, customer_id: uuid.UUID) -> uuid.UUID | None:
    """The saving that this press began already, if the press is the same and the same person's."""
    wanted = sa.select(SavedMethod).where(SavedMethod.operation_id == order.operation_id)
    method = session.scalars(wanted).one_or_none()
    if method is None:
        return None
    if (method.customer_id, method.contact_id) != (customer_id, order.contact_id):
        raise MethodUnusable
    if method.kind != order.kind:
        raise OperationReused
    return method.id


def _new(session: Session, order: SetupOrder, customer_id: uuid.UUID, deed: Deed) -> SavedMethod:
    method_id = uuid.uuid4()
    known = _known_already_as(session, customer_id)
    method = SavedMethod(
        id=method_id,
        customer_id=customer_id,
        contact_id=order.contact_id,
        added_by=deed.actor_id,
        operation_id=order.operation_id,
        kind=order.kind,
        state=S.ASKED,
        version=1,
        return_url=order.return_url(method_id),
        language=order.language,
        customer_ref=conceal(session, known, column=SavedMethod.customer_ref, row_key=method_id)
        if known
        else None,
        created_at=deed.at,
        expires_at=deed.at + PAGE_LIFE,
        next_check_at=next_check(0, deed.at),
        checks=0,
    )
    session.add(method)
    try:
        session.flush()
    except IntegrityError as error:
        if OPERATION_KEY in str(error.orig):  # somebody else's, whom this role cannot even see
            raise MethodUnusable from error
        raise
    return method


def _known_already_as(session: Session, customer_id: uuid.UUID) -> str | None:
    """As whom the provider knows this customer by an earlier method."""
    wanted = (
        sa.select(SavedMethod)
        .where(SavedMethod.customer_id == customer_id, SavedMethod.customer_ref.is_not(None))
        .order_by(SavedMethod.created_at.desc(), SavedMethod.id)
        .limit(1)
    )
    method = session.scalars(wanted).one_or_none()
    return known_as(session, method) if method else None


def _standing(transaction: TransactionFactory, method_id: uuid.UUID) -> Saving:
    with transaction() as session:
        method = session.get_one(SavedMethod, method_id)
        return Saving(
            method_id=method.id, state=SavedMethodState(method.state), page_url=method.page_url
        )
