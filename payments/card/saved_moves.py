"""How a saved method changes: each change a version, each change of state an audit row.

The caller holds the customer's lock.
"""

import datetime as dt
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.secrets_at_rest import conceal
from payments.card.errors import IllegalMove
from payments.card.facts import MethodFact, SetupFact
from payments.card.saved_method import BEGUN, MOVES, SavedMethod, SavedMethodState
from payments.card.without_refs import digest_of

S = SavedMethodState
PAUSES: Final = (2, 5, 15, 60, 1_440)  # minutes until we ask by ourselves, by number of checks


def apply_setup(session: Session, method: SavedMethod, fact: SetupFact, deed: Deed) -> None:
    """Bring a method to what the provider says of its page."""
    method.session_ref = fact.session_ref
    method.page_url = None
    if fact.setup_id == method.id and fact.method and fact.customer_ref:
        _keep(session, method, fact.customer_ref, fact.method, deed)
    else:
        # One that lapsed here stays so, even where its page turns up still open.
        is_open = fact.status == "open" and method.state != S.LAPSED
        method.page_url = fact.page_url if is_open else None
        take_to(session, method, S.OPEN if is_open else S.LAPSED, deed)


def _keep(
    session: Session, method: SavedMethod, customer_ref: str, found: MethodFact, deed: Deed
) -> None:
    key = method.id
    method.customer_ref = conceal(
        session, customer_ref, column=SavedMethod.customer_ref, row_key=key
    )
    method.method_ref = conceal(
        session, found.method_ref, column=SavedMethod.method_ref, row_key=key
    )
    method.method_digest = digest_of(found.method_ref)
    method.kind, method.brand, method.last_four = found.kind, found.brand, found.last_four
    method.expiry_month, method.expiry_year = found.expiry or (None, None)
    method.saved_at = deed.at
    take_to(session, method, S.SAVED, deed)


def let_go(session: Session, method: SavedMethod, deed: Deed) -> None:
    """The provider has let go of it."""
    method.removed_at = deed.at
    take_to(session, method, S.REMOVED, deed)


def take_to(session: Session, method: SavedMethod, new: SavedMethodState, deed: Deed) -> None:
    """Take a method to another state, or only note that it was looked at."""
    old = SavedMethodState(method.state)
    if new is not old and new not in MOVES[old]:
        raise IllegalMove(old, new)
    is_waiting = new in (*BEGUN, S.LEAVING)
    method.state = new
    method.version += 1
    method.checks = method.checks + 1 if new is old else 0
    method.next_check_at = next_check(method.checks, deed.at) if is_waiting else None
    if new is not old:
        record(
            session,
            f"saved_method.{new}",
            object_id=method.id,
            deed=replace(deed, subject_id=method.customer_id),
            facts={"kind": method.kind, "last_four": method.last_four},
        )


def next_check(checks: int, now: dt.datetime) -> dt.datetime:
    """When to ask again by ourselves."""
    return now + dt.timedelta(minutes=PAUSES[min(checks, len(PAUSES) - 1)])
