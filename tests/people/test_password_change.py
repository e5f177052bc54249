"""Replacing a password: proved again, told by mail, and every other place signed out."""

import pytest
import sqlalchemy as sa

from foundation.limits import TooManyAttempts
from people.actions.sign_in_links import redeem_sign_in_link
from people.errors import (
    CurrentPasswordWrong,
    FreshSignInNeeded,
    PasswordTooShort,
    SignInRefused,
)
from people.link_tokens import link_token
from people.models import Credential, Face
from people.password_change import change_password
from people.queries.web_sessions import signed_in
from people.sign_in import ask_for_link
from tests.people.people import KEYS, PASSWORD, VISITOR, a_deed, deed_of, signs_in

CHOSEN = "nine loud kingfishers"


@pytest.fixture
def change(portal_transaction, clock):
    """Change Marie's password from the place of `started`."""

    def changed(started, current=PASSWORD, chosen=CHOSEN):
        with portal_transaction() as session:
            seen = signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
        deed = deed_of(started.person_id, clock)
        return change_password(
            portal_transaction, seen=seen, current=current, chosen=chosen, deed=deed
        )

    return changed


@pytest.fixture
def by_link(portal_transaction, clock):
    """Sign Marie in by mail."""
    ask_for_link(
        portal_transaction,
        email="marie@brightwell.example",
        address="192.0.2.7",
        deed=a_deed(clock),
    )
    with portal_transaction() as session:
        link_id = session.scalars(sa.text("SELECT id FROM sign_in_link")).one()
        return redeem_sign_in_link(
            session,
            token=link_token(link_id, KEYS),
            keys=KEYS,
            visitor=VISITOR,
            deed=a_deed(clock),
        )


def test_only_the_new_password_signs_in(portal_transaction, clock, marie, change):
    change(signs_in(portal_transaction, clock))

    with pytest.raises(SignInRefused):
        signs_in(portal_transaction, clock)
    assert signs_in(portal_transaction, clock, password=CHOSEN).person_id == marie.id


def test_every_other_place_is_signed_out_and_this_one_gets_a_new_token(
    transaction, portal_transaction, clock, marie, change
):
    elsewhere, here = signs_in(portal_transaction, clock), signs_in(portal_transaction, clock)

    changed = change(here)

    with portal_transaction() as session:
        worth = [
            bool(signed_in(session, token=token, face=Face.PORTAL, at=clock.now()))
            for token in (elsewhere.token, here.token, changed.token)
        ]
    assert worth == [False, False, True]
    assert changed.ended == 1


def test_a_notice_goes_out_without_a_secret_in_it(
    transaction, portal_transaction, clock, marie, change
):
    change(signs_in(portal_transaction, clock))

    with transaction() as session:
        queued = session.execute(sa.text("SELECT topic, payload FROM outbox_message")).one()
    assert queued == ("password_changed.mail", {"person_id": str(marie.id)})


def test_the_current_password_must_be_right(portal_transaction, clock, marie, change):
    started = signs_in(portal_transaction, clock)

    with pytest.raises(CurrentPasswordWrong):
        change(started, current="wrong")

    assert signs_in(portal_transaction, clock).person_id == marie.id


def test_a_stolen_session_cannot_try_passwords_for_ever(portal_transaction, clock, marie, change):
    started = signs_in(portal_transaction, clock)
    for _ in range(10):
        with pytest.raises(CurrentPasswordWrong):
            change(started, current="wrong")

    with pytest.raises(TooManyAttempts):
        change(started)


def test_a_refused_password_changes_nothing(portal_transaction, clock, marie, change):
    started = signs_in(portal_transaction, clock)

    with pytest.raises(PasswordTooShort):
        change(started, chosen="short")

    assert signs_in(portal_transaction, clock).person_id == marie.id


def test_who_just_came_in_by_mail_needs_no_current_password(
    portal_transaction, clock, marie, by_link, change
):
    change(by_link, current="")

    assert signs_in(portal_transaction, clock, password=CHOSEN).person_id == marie.id


def test_who_came_in_by_mail_long_ago_needs_it(
    transaction, portal_transaction, clock, marie, by_link, change
):
    clock.advance(minutes=16)

    with pytest.raises(CurrentPasswordWrong):
        change(by_link, current="")
    with transaction() as session:
        session.execute(sa.update(Credential).values(secret_hash="$argon2id$broken"))
    with pytest.raises(CurrentPasswordWrong):
        change(by_link, current=PASSWORD)


def test_who_has_no_password_and_came_in_long_ago_is_asked_to_come_by_mail(
    portal_transaction, owner_engine, clock, marie, by_link, change
):
    with owner_engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM credential"))
    clock.advance(minutes=16)

    with pytest.raises(FreshSignInNeeded):
        change(by_link, current="")
