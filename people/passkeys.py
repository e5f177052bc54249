"""Passkeys (WebAuthn): added, and signed in with. Procedures: a try is counted before it is judged.

The device must have recognised its owner (user verification), so a passkey is a whole sign-in: it
asks for no code of an app.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from foundation.audit import record
from foundation.database import TransactionFactory
from foundation.deed import Deed
from foundation.limits import Limit, place_of
from people.actions.passkeys import keep_passkey, locked_passkey, use_passkey
from people.actions.web_sessions import StartedSession, Visitor, start_session
from people.attempts import EVERYBODY, QUARTER, spend_one
from people.challenges import SIGN_IN, adding, new_challenge, signed_challenge, spend_challenge
from people.errors import PasskeyRefused
from people.models import Proof
from people.queries.persons import person_of

LENGTH_MAX: Final = 10_000  # characters of an answer; real ones have about 1,000
LIMITS: Final = (Limit("passkey.address", 60, QUARTER), Limit("passkey.all", 3_000, QUARTER))
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """For whom a passkey is: the portal's address, the seller's name, our keys for challenges."""

    origin: str
    name: str
    keys: Sequence[str]

    @property
    def host(self) -> str:
        """What the device binds a passkey to."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who adds a passkey, and what their devices hold already."""

    person_id: uuid.UUID
    email: str
    name: str
    known: Sequence[bytes]


def options_to_add(site: Site, owner: Owner, *, deed: Deed) -> str:
    """What a browser needs to make a passkey, as JSON."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=owner.person_id.bytes,
            user_name=owner.email,
            user_display_name=owner.name,
            challenge=new_challenge(adding(owner.person_id), keys=site.keys, at=deed.at),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in owner.known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
        )
    )


def options_to_sign_in(site: Site, *, deed: Deed) -> str:
    """What a browser needs to sign in with whichever passkey it has for us, as JSON."""
    challenge = new_challenge(SIGN_IN, keys=site.keys, at=deed.at)
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host, challenge=challenge, user_verification=_VERIFIED
        )
    )


def add_passkey(
    transaction: TransactionFactory, *, site: Site, answer: str, name: str, deed: Deed
) -> None:
    """Keep the passkey that the actor's device made.

    Raises PasskeyRefused, PasskeysFull or TooManyAttempts.
    """
    challenge = signed_challenge(
        answer[:LENGTH_MAX], adding(deed.actor_id), keys=site.keys, at=deed.at
    )
    spend_challenge(transaction, challenge, at=deed.at)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused("not what a device makes") from error
    with transaction(person=deed.actor_id, customer=deed.subject_id) as session:
        keep_passkey(
            session,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name,
            deed=deed,
        )


def sign_in_by_passkey(
    transaction: TransactionFactory, *, site: Site, answer: str, visitor: Visitor, deed: Deed
) -> StartedSession:
    """Start a session for whose passkey answered. Raises PasskeyRefused or TooManyAttempts."""
    counted = ((LIMITS[0], place_of(visitor.address)), (LIMITS[1], EVERYBODY))
    spend_one(transaction, counted, at=deed.at)
    challenge = signed_challenge(answer[:LENGTH_MAX], SIGN_IN, keys=site.keys, at=deed.at)
    spend_challenge(transaction, challenge, at=deed.at)
    credential_id, person_id = _named(answer)
    acting = replace(deed, actor_id=person_id)
    with transaction(person=person_id) as session:
        _verify(session, site, answer, challenge, credential_id, acting)
        person = person_of(session, person_id)
        if person is None or not person.is_active:
            raise PasskeyRefused("may not sign in")
        return start_session(
            session, language=person.language, proof=Proof.PASSKEY, visitor=visitor, deed=acting
        )


def _named(answer: str) -> tuple[bytes, uuid.UUID]:
    """Which passkey of whom a device says it answered with; nothing of it is proved yet."""
    try:
        credential = parse_authentication_credential_json(answer)
        handle = credential.response.user_handle or b""
        return credential.raw_id, uuid.UUID(bytes=bytes(handle))
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused("no answer of a device") from error


def _verify(
    session: Session, site: Site, answer: str, challenge: bytes, credential_id: bytes, deed: Deed
) -> None:
    row = locked_passkey(session, person_id=deed.actor_id, credential_id=credential_id)
    if row is None:
        raise PasskeyRefused("not (any more) a passkey of this person")
    try:
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused("not signed by it") from error
    use_passkey(session, row, sign_count=proved.new_sign_count, deed=deed)
    record(session, "passkey.used", object_id=row.id, deed=deed)
