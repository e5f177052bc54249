"""A signed-in person replaces their password. A procedure: nothing is hashed in a transaction."""

import datetime as dt
from dataclasses import dataclass

from foundation.database import TransactionFactory
from foundation.deed import Deed
from foundation.outbox import enqueue
from people.actions.credentials import set_password
from people.actions.sign_in_links import use_up_links
from people.actions.web_sessions import end_other_sessions, renew_session
from people.attempts import CHANGE_LIMITS, spend_one
from people.errors import CurrentPasswordWrong, FreshSignInNeeded, PasswordUnchanged
from people.models import Proof
from people.passwords import is_password, password_hash
from people.queries.persons import password_hash_of
from people.queries.web_sessions import SignedIn

FRESH = dt.timedelta(minutes=15)
NOTICE_TOPIC = "password_changed.mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPassword:
    """What follows for the browser: a new token, and how many other places were signed out."""

    token: str
    ended: int


def needs_current(seen: SignedIn, *, at: dt.datetime) -> bool:
    """Whether the current password must be typed: not shortly after a sign-in by mail link.

    Otherwise nobody who forgot a password could ever set another.
    """
    return seen.proof != Proof.LINK or at - seen.created_at > FRESH


def change_password(
    transaction: TransactionFactory, *, seen: SignedIn, current: str, chosen: str, deed: Deed
) -> ChangedPassword:
    """Set the actor's password, end other sessions and open links, renew this session, mail it.

    Shortly after a sign-in by mail link the same password may be set again: who forgot it cannot
    know, and everybody else is signed out all the same.

    Raises TooManyAttempts, CurrentPasswordWrong, PasswordUnchanged, FreshSignInNeeded (there is no
    password yet, and the sign-in by mail is long ago), SignInBusy and what `password_hash` raises.
    """
    limits = tuple((limit, str(deed.actor_id)) for limit in CHANGE_LIMITS)
    spend_one(transaction, limits, at=deed.at)
    if needs_current(seen, at=deed.at):
        _check_current(transaction, current, deed)
        if chosen == current:
            raise PasswordUnchanged("the new one is the current one")
    secret_hash = password_hash(chosen, email=seen.email, name=seen.name)
    with transaction(person=deed.actor_id, customer=deed.subject_id) as session:
        set_password(session, person_id=deed.actor_id, secret_hash=secret_hash, deed=deed)
        use_up_links(session, deed=deed)
        ended = end_other_sessions(session, kept_id=seen.session_id, deed=deed)
        token = renew_session(session, session_id=seen.session_id, deed=deed)
        enqueue(
            session,
            NOTICE_TOPIC,
            {"person_id": str(deed.actor_id)},
            deed=deed,
            dedupe_key=f"{NOTICE_TOPIC}:{deed.actor_id}:{deed.at.isoformat()}",
        )
    return ChangedPassword(token=token, ended=ended)


def _check_current(transaction: TransactionFactory, current: str, deed: Deed) -> None:
    with transaction(person=deed.actor_id) as session:
        stored = password_hash_of(session, deed.actor_id)
    if stored is None:
        raise FreshSignInNeeded("no password yet")
    if not is_password(current, stored):
        raise CurrentPasswordWrong("not the current one")
