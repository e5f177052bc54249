"""The second step of a sign-in as a procedure: a try is counted before the code is looked at."""

import datetime as dt
import uuid

from foundation.database import TransactionFactory
from foundation.deed import Deed
from foundation.limits import Limit
from people.actions.second_factors import confirm_codes, finish_sign_in
from people.attempts import QUARTER, spend_one

# A million codes, three of them right at any time: 30 tries a day find one in 90 years.
CODE_LIMITS = (
    Limit("code.person", 6, QUARTER),
    Limit("code.day", 30, dt.timedelta(days=1)),
)


def give_second_proof(
    transaction: TransactionFactory, *, code: str, session_id: uuid.UUID, deed: Deed
) -> str:
    """The new token of a sign-in that is whole now. Raises TooManyAttempts or CodeWrong."""
    _count(transaction, deed)
    with transaction(person=deed.actor_id) as session:
        return finish_sign_in(session, session_id=session_id, code=code, deed=deed)


def confirm_app(transaction: TransactionFactory, *, code: str, deed: Deed) -> tuple[str, ...]:
    """The recovery codes of an app that counts from now on.

    Raises TooManyAttempts, CodesNotBegun or CodeWrong.
    """
    _count(transaction, deed)
    with transaction(person=deed.actor_id, customer=deed.subject_id) as session:
        return confirm_codes(session, code=code, deed=deed)


def _count(transaction: TransactionFactory, deed: Deed) -> None:
    spend_one(transaction, [(limit, str(deed.actor_id)) for limit in CODE_LIMITS], at=deed.at)
