"""Saved methods as people see them, and as the provider knows them."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.secrets_at_rest import reveal
from payments.card.errors import MethodUnusable
from payments.card.facts import SavedRef
from payments.card.saved_method import (
    BEGUN,
    CURRENCY_OF,
    MethodKind,
    SavedMethod,
    SavedMethodState,
)
from people.queries.persons import names_of

S = SavedMethodState
SHOWN = (S.SAVED, S.LEAVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethodRow:
    """One saved method; what may be shown of it."""

    id: uuid.UUID
    state: SavedMethodState
    kind: MethodKind
    brand: str | None  # of the card, or the bank
    last_four: str | None
    expiry_month: int | None
    expiry_year: int | None
    added_by: str
    saved_at: dt.datetime | None
    page_url: str | None  # where it can still be saved

    @property
    def is_debit(self) -> bool:
        """Whether a bank account is debited: its bank answers days later."""
        return self.kind is not MethodKind.CARD

    def has_expired(self, on: dt.date) -> bool:
        """Whether the card's last month is over."""
        if self.expiry_month is None or self.expiry_year is None:
            return False
        return (self.expiry_year, self.expiry_month) < (on.year, on.month)

    def pays(self, currency: str) -> bool:
        """Whether it can be charged in that currency."""
        return CURRENCY_OF.get(self.kind, currency) == currency


def methods_of(session: Session, *, customer_id: uuid.UUID) -> tuple[SavedMethodRow, ...]:
    """What the customer has saved, oldest first; those on their way out come with their state."""
    wanted = (
        sa.select(SavedMethod)
        .where(SavedMethod.customer_id == customer_id, SavedMethod.state.in_(SHOWN))
        .order_by(SavedMethod.created_at, SavedMethod.id)
    )
    found = session.scalars(wanted).all()
    names = names_of(session, [method.added_by for method in found])
    return tuple(_row(method, names) for method in found)


def method_of(
    session: Session, *, customer_id: uuid.UUID, method_id: uuid.UUID
) -> SavedMethodRow | None:
    """One method, also one that is not saved yet or no more, if it belongs to this customer."""
    own = sa.select(SavedMethod).where(SavedMethod.customer_id == customer_id)
    method = session.scalars(own.where(SavedMethod.id == method_id)).one_or_none()
    return _row(method, names_of(session, [method.added_by])) if method else None


def owner_of_method(
    session: Session, customer_ids: Collection[uuid.UUID], *, method_id: uuid.UUID
) -> uuid.UUID | None:
    """Which of these customers the method belongs to, if any."""
    own = sa.select(SavedMethod.customer_id).where(SavedMethod.customer_id.in_(customer_ids))
    return session.scalars(own.where(SavedMethod.id == method_id)).one_or_none()


def check_usable(
    session: Session, *, customer_id: uuid.UUID, method_id: uuid.UUID, currency: str
) -> None:
    """Raise MethodUnusable unless the customer may pay in that currency by this method."""
    method = method_of(session, customer_id=customer_id, method_id=method_id)
    if method is None or method.state is not S.SAVED or not method.pays(currency):
        raise MethodUnusable


def kept_count(session: Session, *, customer_id: uuid.UUID) -> int:
    """How many methods a customer has, those begun included."""
    wanted = sa.select(sa.func.count()).where(
        SavedMethod.customer_id == customer_id, SavedMethod.state.in_((*BEGUN, S.SAVED))
    )
    return session.scalars(wanted).one()


def saved_ref(session: Session, method_id: uuid.UUID) -> SavedRef | None:
    """What the provider knows a method by, also once let go of: its charges are looked for."""
    method = session.get(SavedMethod, method_id)
    if method is None or method.method_ref is None or method.customer_ref is None:
        return None
    return SavedRef(
        method_ref=reveal(
            session, method.method_ref, column=SavedMethod.method_ref, row_key=method.id
        ),
        customer_ref=known_as(session, method) or "",
        kind=method.kind,
        is_usable=method.state == S.SAVED,
    )


def known_as(session: Session, method: SavedMethod) -> str | None:
    """As whom the provider knows the method's customer."""
    if method.customer_ref is None:
        return None
    return reveal(session, method.customer_ref, column=SavedMethod.customer_ref, row_key=method.id)


def methods_due(
    session: Session, *, now: dt.datetime, limit: int
) -> tuple[tuple[uuid.UUID, uuid.UUID], ...]:
    """Methods (and their customers) that are being saved or let go of, longest waiting first."""
    wanted = (
        sa.select(SavedMethod.id, SavedMethod.customer_id)
        .where(SavedMethod.next_check_at <= now)
        .order_by(SavedMethod.next_check_at)
        .limit(limit)
    )
    return tuple((row.id, row.customer_id) for row in session.execute(wanted))


def _row(method: SavedMethod, names: dict[uuid.UUID, str]) -> SavedMethodRow:
    return SavedMethodRow(
        id=method.id,
        state=SavedMethodState(method.state),
        kind=MethodKind(method.kind),
        brand=method.brand,
        last_four=method.last_four,
        expiry_month=method.expiry_month,
        expiry_year=method.expiry_year,
        added_by=names.get(method.added_by, ""),
        saved_at=method.saved_at,
        page_url=method.page_url,
    )
