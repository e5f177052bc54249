"""Limits against whoever tries out stolen cards by an account; the figures are the threat model's.

A declined card counts against the account, the place it was started from, and all together. An
account that has reached its limit opens no page, and the pages it has open are closed.
"""

import datetime as dt
import uuid
from typing import Final

from sqlalchemy.orm import Session

from foundation import limits
from foundation.limits import Limit, place_of

HOUR: Final = dt.timedelta(hours=1)
STARTS: Final = Limit("card.start", 10, HOUR)
DECLINE: Final = "card.decline"
DECLINES_OF_ACCOUNT: Final = Limit(DECLINE, 5, HOUR)
DECLINES_OF_ADDRESS: Final = Limit(DECLINE, 20, HOUR)
DECLINES_OF_ALL: Final = Limit(DECLINE, 100, HOUR)
EVERYBODY: Final = "*"


def check_start(
    session: Session,
    *,
    payer_id: uuid.UUID,
    customer_id: uuid.UUID,
    address: str,
    at: dt.datetime,
) -> None:
    """Raise TooManyAttempts where a payer, an account, a place or everybody went too far.

    The payer is a person, or a pay link.
    """
    asked = ((STARTS, str(payer_id)), *_declines(customer_id, address))
    limits.check(session, asked, at=at)


def note_start(session: Session, *, payer_id: uuid.UUID, at: dt.datetime) -> None:
    """Count one page that was asked for."""
    limits.spend(session, [(STARTS.kind, str(payer_id))], at=at)


def note_decline(
    session: Session, *, customer_id: uuid.UUID, address: str, at: dt.datetime
) -> None:
    """Count one declined card.

    Past its own limit an account counts for itself only: it cannot close the door for others.
    """
    counted = [(limit.kind, key) for limit, key in _declines(customer_id, address)]
    is_known = is_tried_out(session, customer_id=customer_id, at=at)
    limits.spend(session, counted[:1] if is_known else counted, at=at)


def is_tried_out(session: Session, *, customer_id: uuid.UUID, at: dt.datetime) -> bool:
    """Whether so many cards of this account were declined that its open pages must close, too."""
    try:
        limits.check(session, [(DECLINES_OF_ACCOUNT, str(customer_id))], at=at)
    except limits.TooManyAttempts:
        return True
    return False


def _declines(customer_id: uuid.UUID, address: str) -> tuple[tuple[Limit, str], ...]:
    return (
        (DECLINES_OF_ACCOUNT, str(customer_id)),
        (DECLINES_OF_ADDRESS, place_of(address)),
        (DECLINES_OF_ALL, EVERYBODY),
    )
