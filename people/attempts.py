"""How often a stranger may try: per e-mail address, per network address, and all together.

Counted as rows, so a limit holds over many processes, and before anything costly happens. Reaching
the limit of one e-mail address closes only this way in; the other way stays open to its owner.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from foundation.database import TransactionFactory
from foundation.limits import Limit, check, place_of, spend

EVERYBODY = "*"
QUARTER = dt.timedelta(minutes=15)
HOUR = dt.timedelta(hours=1)

# All together 3,000 checks a quarter of an hour are 90 s of CPU: a tenth of one core.
PASSWORD_LIMITS = (
    Limit("sign_in.email", 10, QUARTER),
    Limit("sign_in.address", 60, QUARTER),
    Limit("sign_in.all", 3_000, QUARTER),
)
LINK_LIMITS = (
    Limit("sign_in_link.email", 5, HOUR),
    Limit("sign_in_link.address", 20, HOUR),
    Limit("sign_in_link.all", 1_000, HOUR),
)
CHANGE_LIMITS = (Limit("password.person", 10, QUARTER),)

Counted = Sequence[tuple[Limit, str]]


def stranger(limits: Sequence[Limit], *, email: str, address: str) -> Counted:
    """What one try of a stranger counts against, in the order of LIMITS."""
    return tuple(zip(limits, (key_of(email), place_of(address), EVERYBODY), strict=True))


def key_of(email: str) -> str:
    """A hash: people type passwords into the wrong field, and this row would keep them."""
    return hashlib.sha256(email.encode(errors="surrogatepass")).hexdigest()


def note(session: Session, counted: Counted, *, at: dt.datetime) -> None:
    """Refuse with TooManyAttempts or note one more try; a refused try is not noted."""
    check(session, counted, at=at)
    spend(session, [(limit.kind, key) for limit, key in counted], at=at)


def spend_one(transaction: TransactionFactory, counted: Counted, *, at: dt.datetime) -> None:
    """Commit one try and make sure it still fits. Raises TooManyAttempts.

    Tries that commit at the same moment do not see each other in the first transaction; in the
    second, the last of them sees all, so that never more than the limit get through.
    """
    with transaction() as session:
        note(session, counted, at=at)
    with transaction() as session:
        one_more = [(replace(limit, count=limit.count + 1), key) for limit, key in counted]
        check(session, one_more, at=at)
