"""Signing in as a stranger. A known and an unknown address cost the same and answer the same.

These are procedures: a try is committed before it is judged, and no transaction is open while a
password is hashed.
"""

import uuid
from dataclasses import replace

from foundation.audit import record
from foundation.database import TransactionFactory, restrict
from foundation.deed import Deed
from people.actions.sign_in_links import request_sign_in_link
from people.actions.web_sessions import StartedSession, Visitor, start_session
from people.attempts import LINK_LIMITS, PASSWORD_LIMITS, spend_one, stranger
from people.emails import one_spelling
from people.errors import SignInRefused
from people.models import Proof
from people.passwords import is_password
from people.queries.persons import PersonSeen, password_hash_of, person_with_email


def sign_in(
    transaction: TransactionFactory, *, email: str, password: str, visitor: Visitor, deed: Deed
) -> StartedSession:
    """Start a session for whom e-mail address and password name.

    Raises TooManyAttempts before anything is hashed, SignInBusy, or SignInRefused, which is the
    same for an unknown address, a wrong password, no password and a person who may not sign in.
    """
    typed = one_spelling(email)
    counted = stranger(PASSWORD_LIMITS, email=typed, address=visitor.address)
    spend_one(transaction, counted, at=deed.at)
    person, secret_hash = _known(transaction, typed)
    fits = is_password(password, secret_hash)
    if person is None or not fits or not person.is_active:
        _note_refusal(transaction, visitor, deed, known_id=person.id if person else None)
        raise SignInRefused("not these words")
    acting = replace(deed, actor_id=person.id)
    with transaction(person=person.id) as session:
        return start_session(
            session, language=person.language, proof=Proof.PASSWORD, visitor=visitor, deed=acting
        )


def _known(transaction: TransactionFactory, email: str) -> tuple[PersonSeen | None, str | None]:
    """The person of this address and the stored hash; the same statements when there is neither."""
    with transaction() as session:
        person = person_with_email(session, email)
        person_id = person.id if person else uuid.uuid4()
        restrict(session, person=person_id)
        return person, password_hash_of(session, person_id)


def _note_refusal(
    transaction: TransactionFactory, visitor: Visitor, deed: Deed, *, known_id: uuid.UUID | None
) -> None:
    """Keep that somebody tried; for an unknown address too, so that both take the same time."""
    with transaction() as session:
        facts = {"address": visitor.address}
        record(session, "sign_in.refused", object_id=known_id, deed=deed, facts=facts)


def ask_for_link(transaction: TransactionFactory, *, email: str, address: str, deed: Deed) -> None:
    """Send a one-time link if this address has an account. Raises TooManyAttempts."""
    typed = one_spelling(email)
    spend_one(transaction, stranger(LINK_LIMITS, email=typed, address=address), at=deed.at)
    with transaction() as session:
        request_sign_in_link(session, email=typed, deed=deed)
