"""Saving a method on the provider's page, and letting go of it.

Procedures: commit what we intend, ask with no transaction open, commit what came of it. Whoever
asks (return, message, janitor), the same sync_method applies what the provider says.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from payments.card.errors import GatewayRefused, GatewayUnreachable, MethodUnusable
from payments.card.facts import SetupFact, SetupWish
from payments.card.gateway import Gateway
from payments.card.saved_method import BEGUN, SavedMethod, SavedMethodState
from payments.card.saved_moves import apply_setup, let_go, next_check, take_to
from payments.card.saved_queries import known_as, saved_ref

S = SavedMethodState
KEY_LIFE: Final = dt.timedelta(hours=23)  # the provider forgets a key after 24 hours
STALE_MAX: Final = 8  # how often somebody else may be faster before we leave it to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A method as it was when we asked about it."""

    method_id: uuid.UUID
    customer_id: uuid.UUID
    state: SavedMethodState
    version: int
    session_ref: str | None
    method_ref: str | None
    created_at: dt.datetime
    wish: SetupWish


def sync_method(
    transaction: TransactionFactory, gateway: Gateway, *, method_id: uuid.UUID, deed: Deed
) -> SavedMethodState:
    """Bring a method to what the provider says, or to what we want of it; the state it is in then.

    Safe to call at any time, by anybody, at once. Raises MethodUnusable where there is none.
    """
    for _ in range(STALE_MAX):
        seen = _see(transaction, method_id)
        if seen.state is S.LEAVING:
            return _let_go(transaction, gateway, seen, deed)
        if seen.state in (S.SAVED, S.REMOVED):
            return seen.state
        try:
            fact = _look(gateway, seen, deed.at)
        except (GatewayUnreachable, GatewayRefused):  # refused: it denies a page it has named
            return _wait(transaction, seen, deed)
        state = _write(transaction, seen, fact, deed)
        if state is not None:
            return state
    return _see(transaction, method_id).state


def sync_setup_for_sure(
    transaction: TransactionFactory, gateway: Gateway, *, method_id: uuid.UUID, deed: Deed
) -> None:
    """Like sync_method for whoever must not forget to ask again: the janitor's next look is set.

    A method we do not know (books older than the provider's) is nobody's here: nothing is kept.
    """
    try:
        sync_method(transaction, gateway, method_id=method_id, deed=deed)
    except MethodUnusable:
        return


def remove_method(
    transaction: TransactionFactory, gateway: Gateway, *, method_id: uuid.UUID, deed: Deed
) -> SavedMethodState:
    """Pay by it no more, from this moment, and have the provider let go of it.

    Where no answer comes it stays on its way out, and the provider is told again. Raises
    MethodUnusable where the customer has no such method.
    """
    _send_away(transaction, method_id, deed)
    return sync_method(transaction, gateway, method_id=method_id, deed=deed)


@retried
def note_detached(transaction: TransactionFactory, *, digest: str, deed: Deed) -> None:
    """The provider has let go of a method, whoever told it to."""
    wanted = sa.select(SavedMethod.id, SavedMethod.customer_id)
    with transaction() as session:
        row = session.execute(wanted.where(SavedMethod.method_digest == digest)).one_or_none()
    if row is None:
        return
    with transaction(lock={"customer": [row.customer_id]}) as session:
        method = session.get_one(SavedMethod, row.id)
        if method.state in (S.SAVED, S.LEAVING):
            let_go(session, method, deed)


@retried
def _see(transaction: TransactionFactory, method_id: uuid.UUID) -> Seen:
    with transaction() as session:
        method = session.get(SavedMethod, method_id)
        if method is None:
            raise MethodUnusable
        known = saved_ref(session, method_id)
        return Seen(
            method_id=method.id,
            customer_id=method.customer_id,
            state=SavedMethodState(method.state),
            version=method.version,
            session_ref=method.session_ref,
            method_ref=known.method_ref if known else None,
            created_at=method.created_at,
            wish=SetupWish(
                setup_id=method.id,
                kind=method.kind,
                customer_ref=known_as(session, method),
                language=method.language,
                return_url=method.return_url,
                expires_at=method.expires_at,
            ),
        )


def _look(gateway: Gateway, seen: Seen, now: dt.datetime) -> SetupFact | None:
    """What the provider has of this saving; None when it never made a page for it."""
    if seen.session_ref:
        return gateway.fetch_setup(seen.session_ref)
    if seen.state is S.LAPSED or now - seen.created_at > KEY_LIFE:
        return gateway.find_setup(seen.wish, since=seen.created_at)
    try:
        opened = gateway.open_setup(seen.wish)
        # What is kept under the key is as old as its first sending: we look at it anew.
        return gateway.fetch_setup(opened.session_ref)
    except GatewayRefused:
        return gateway.find_setup(seen.wish, since=seen.created_at)
    except GatewayUnreachable as doubt:
        if not doubt.has_answered and now <= seen.wish.expires_at:
            raise
        return gateway.find_setup(seen.wish, since=seen.created_at)


@retried
def _write(
    transaction: TransactionFactory, seen: Seen, fact: SetupFact | None, deed: Deed
) -> SavedMethodState | None:
    """Apply an answer to the very version it was asked for; None when somebody was faster."""
    with transaction(lock={"customer": [seen.customer_id]}) as session:
        method = session.get_one(SavedMethod, seen.method_id)
        if method.version != seen.version:
            return None
        if fact is None:
            take_to(session, method, S.LAPSED, deed)
        else:
            apply_setup(session, method, fact, deed)
        return SavedMethodState(method.state)


@retried
def _send_away(transaction: TransactionFactory, method_id: uuid.UUID, deed: Deed) -> None:
    customer_id = deed.subject_id
    if customer_id is None:
        raise ValueError("a method is a customer's")
    with transaction(lock={"customer": [customer_id]}) as session:
        own = sa.select(SavedMethod).where(SavedMethod.customer_id == customer_id)
        method = session.scalars(own.where(SavedMethod.id == method_id)).one_or_none()
        if method is None or method.state in (*BEGUN, S.LAPSED):
            raise MethodUnusable
        if method.state == S.SAVED:
            take_to(session, method, S.LEAVING, deed)


def _let_go(
    transaction: TransactionFactory, gateway: Gateway, seen: Seen, deed: Deed
) -> SavedMethodState:
    try:
        gateway.detach_method(seen.method_ref or "")
    except (GatewayUnreachable, GatewayRefused):
        return _wait(transaction, seen, deed)
    return _note_gone(transaction, seen, deed)


@retried
def _note_gone(transaction: TransactionFactory, seen: Seen, deed: Deed) -> SavedMethodState:
    with transaction(lock={"customer": [seen.customer_id]}) as session:
        method = session.get_one(SavedMethod, seen.method_id)
        if method.state != S.REMOVED:
            let_go(session, method, deed)
    return S.REMOVED


@retried
def _wait(transaction: TransactionFactory, seen: Seen, deed: Deed) -> SavedMethodState:
    """No sure answer: ask again later."""
    with transaction(lock={"customer": [seen.customer_id]}) as session:
        method = session.get_one(SavedMethod, seen.method_id)
        if method.version == seen.version:
            method.version += 1
            method.next_check_at = next_check(method.checks, deed.at)
            method.checks += 1
        return SavedMethodState(method.state)
