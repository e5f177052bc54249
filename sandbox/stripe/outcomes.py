"""How an attempt on the hosted page ended."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.stripe.cards import Decline
from sandbox.stripe.store import Obj


class Result(StrEnum):
    """How an attempt ended."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    REQUIRES_ACTION = "requires_action"
    DECLINED = "declined"
    CLOSED = "closed"  # paid or expired before; nothing was tried
    STALE = "stale"  # the page was older than the last attempt; nothing was tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt, and the session after it."""

    result: Result
    session: Obj
    decline: Decline | None = None


def not_now(session: Obj, seen_attempts: int | None) -> Outcome | None:
    """Why nothing is tried: the page is closed, or older than the last attempt."""
    if session["status"] != "open":
        return Outcome(result=Result.CLOSED, session=session)
    if seen_attempts is not None and seen_attempts != session["_attempts"]:
        return Outcome(result=Result.STALE, session=session)
    return None
