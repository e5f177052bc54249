"""Passkeys: added by their owner, signed in with once a challenge, and worth nothing elsewhere."""

import json

import pytest
import sqlalchemy as sa

from foundation.limits import TooManyAttempts
from people.actions.passkeys import remove_passkey
from people.actions.second_factors import begin_codes
from people.errors import PasskeyRefused, PasskeysFull
from people.models import CodeSecret, Face
from people.passkeys import (
    Owner,
    Site,
    add_passkey,
    options_to_add,
    options_to_sign_in,
    sign_in_by_passkey,
)
from people.queries.passkeys import PASSKEYS_MAX, passkeys_of
from people.queries.web_sessions import signed_in
from tests.people.authenticator import Device
from tests.people.people import KEYS, VISITOR, a_deed, a_person, deactivate, deed_of

SITE = Site(origin="http://localhost:8000", name="The Seller", keys=KEYS)


class Hands:
    """Marie, with a device in her hands."""

    def __init__(self, transaction, clock, person):
        self.transaction, self.clock, self.person = transaction, clock, person

    def options(self, known=()):
        owner = Owner(
            person_id=self.person.id, email=self.person.email, name=self.person.name, known=known
        )
        return options_to_add(SITE, owner, deed=deed_of(self.person.id, self.clock))

    def add(self, device, options=None):
        add_passkey(
            self.transaction,
            site=SITE,
            answer=device.make(options or self.options()),
            name="Phone",
            deed=deed_of(self.person.id, self.clock),
        )

    def challenge(self):
        return options_to_sign_in(SITE, deed=a_deed(self.clock))

    def sign_in(self, answer):
        return sign_in_by_passkey(
            self.transaction, site=SITE, answer=answer, visitor=VISITOR, deed=a_deed(self.clock)
        )


@pytest.fixture
def hands(portal_transaction, clock, marie):
    return Hands(portal_transaction, clock, marie)


@pytest.fixture
def device(hands):
    device = Device()
    hands.add(device)
    return device


def test_a_passkey_signs_its_owner_in_without_a_code(
    transaction, portal_transaction, clock, marie, hands, device
):
    with transaction() as session:
        begin_codes(session, deed=deed_of(marie.id, clock))
        session.execute(sa.update(CodeSecret).values(confirmed_at=clock.now()))

    started = hands.sign_in(device.sign(hands.challenge()))

    with portal_transaction() as session:
        seen = signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
    assert (seen.person_id, seen.proof, seen.awaits_code) == (marie.id, "passkey", False)


def test_the_options_ask_for_a_device_that_recognises_its_owner(hands):
    add, use = json.loads(hands.options(known=(b"known",))), json.loads(hands.challenge())

    assert add["rp"] == {"id": "localhost", "name": "The Seller"}
    assert add["authenticatorSelection"]["userVerification"] == "required"
    assert add["authenticatorSelection"]["residentKey"] == "required"
    assert len(add["excludeCredentials"]) == 1
    assert (use["userVerification"], use["rpId"]) == ("required", "localhost")
    assert not use.get("allowCredentials")  # nobody learns whose passkeys there are


def test_an_answer_works_once(hands, device):
    answer = device.sign(hands.challenge())
    hands.sign_in(answer)

    with pytest.raises(TooManyAttempts):
        hands.sign_in(answer)


def test_a_challenge_is_old_after_ten_minutes(hands, clock, device):
    challenge = hands.challenge()
    clock.advance(minutes=11)

    with pytest.raises(PasskeyRefused):
        hands.sign_in(device.sign(challenge))


@pytest.mark.parametrize(
    "spoiled",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://seller.evil.example"},
        {"host": "evil.example"},
        {"recognises": False},
    ],
)
def test_what_was_signed_elsewhere_or_by_anybodys_finger_is_refused(hands, device, spoiled):
    for name, value in spoiled.items():
        setattr(device, name, value)

    with pytest.raises(PasskeyRefused):
        hands.sign_in(device.sign(hands.challenge()))


def test_a_device_that_counts_backwards_was_copied(hands, device):
    hands.sign_in(device.sign(hands.challenge()))
    device.counts = 0

    with pytest.raises(PasskeyRefused):
        hands.sign_in(device.sign(hands.challenge()))


def test_another_key_under_the_same_name_is_refused(hands, device):
    forged = Device(id=device.id, owner=device.owner)

    with pytest.raises(PasskeyRefused):
        hands.sign_in(forged.sign(hands.challenge()))


def test_a_challenge_of_another_site_or_another_person_is_refused(
    transaction, portal_transaction, clock, hands, device
):
    strange = Site(origin=SITE.origin, name=SITE.name, keys=("somebody else's key",))
    with transaction() as session:
        eve = a_person(session, clock, email="eve@other.example")
    others = Hands(portal_transaction, clock, eve)

    with pytest.raises(PasskeyRefused):
        hands.sign_in(device.sign(options_to_sign_in(strange, deed=a_deed(clock))))
    with pytest.raises(PasskeyRefused):
        hands.add(Device(), options=others.options())
    with pytest.raises(PasskeyRefused):
        hands.sign_in(device.sign(hands.options()))  # a challenge for adding signs nobody in


def test_a_passkey_belongs_to_one_person(transaction, portal_transaction, clock, hands, device):
    with transaction() as session:
        eve = a_person(session, clock, email="eve@other.example")

    with pytest.raises(PasskeyRefused):
        Hands(portal_transaction, clock, eve).add(device)


def test_a_removed_passkey_and_a_disabled_person_open_nothing(
    transaction, portal_transaction, clock, marie, hands, device
):
    second = Device()
    hands.add(second)
    with portal_transaction(person=marie.id) as session:
        first_id = passkeys_of(session, marie.id)[0].id
        assert remove_passkey(session, passkey_id=first_id, deed=deed_of(marie.id, clock))
    removed = {one.sign(hands.challenge()) for one in (device,)}
    deactivate(transaction, marie.id)

    for answer in (*removed, second.sign(hands.challenge())):
        with pytest.raises(PasskeyRefused):
            hands.sign_in(answer)


def test_a_person_keeps_so_many_and_no_more(hands):
    for _ in range(PASSKEYS_MAX):
        hands.add(Device())

    with pytest.raises(PasskeysFull):
        hands.add(Device())


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"response": 1}', "\udc80", '{"id": "a"' * 3_000]
)
def test_what_no_device_answers_is_refused(hands, answer):
    with pytest.raises(PasskeyRefused):
        hands.sign_in(answer)
