"""Codes of an app and recovery codes: recognised however they are typed, and never twice."""

import datetime as dt

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.limits import TooManyAttempts
from people.actions.second_factors import begin_codes, begun_secret, confirm_codes, finish_sign_in
from people.codes import address_of, new_recovery_codes, new_secret, recovery_hash, step_of
from people.errors import CodesAlreadySetUp, CodeWrong
from people.models import Face
from people.queries.web_sessions import signed_in
from people.second_step import CODE_LIMITS, give_second_proof
from tests.people.people import deed_of, signs_in
from tests.races import at_once

# The key of RFC 6238, appendix B, and its eight-digit codes cut to the last six digits.
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


@pytest.mark.parametrize(("second", "code"), RFC_CODES.items())
def test_the_codes_of_the_standard_are_ours(second, code):
    at = dt.datetime.fromtimestamp(second, dt.UTC)

    assert step_of(RFC_KEY, code, at=at) == second // 30
    assert step_of(RFC_KEY, f" {code[:3]} {code[3:]}", at=at) == second // 30


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_half_a_minute_apart_still_agree(seconds, fits):
    at = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
    code = pyotp.TOTP(RFC_KEY).at(at + dt.timedelta(seconds=seconds))

    assert (step_of(RFC_KEY, code, at=at) is not None) == fits


@given(st.text(max_size=60))
def test_nothing_else_that_is_typed_is_a_code(typed):
    at = dt.datetime(2026, 11, 12, tzinfo=dt.UTC)
    digits = "".join(sign for sign in typed if sign in "0123456789")

    assert step_of(RFC_KEY, typed, at=at) is None or len(digits) == 6
    recovery_hash(typed)


def test_a_recovery_code_is_known_however_it_is_typed():
    code = new_recovery_codes()[0]

    spellings = (code, code.lower(), code.replace("-", " "), f" {code} ", code.replace("O", "0"))
    assert len({recovery_hash(one) for one in spellings}) == 1
    assert len(set(new_recovery_codes())) == 10


def test_the_address_for_the_app_names_seller_and_person():
    address = address_of(RFC_KEY, email="marie@brightwell.example", seller="Halden & Vries: SA")

    assert address.startswith("otpauth://totp/Halden%20%26%20Vries%20%20SA:marie%40brightwell")
    assert f"secret={RFC_KEY}" in address
    assert len(new_secret()) == 32


class App:
    """Marie's app, confirmed; its recovery codes."""

    def __init__(self, transaction, clock, person_id):
        self.clock, self.person_id = clock, person_id
        with transaction() as session:
            begin_codes(session, deed=deed_of(person_id, clock))
            self.secret = begun_secret(session, deed=deed_of(person_id, clock))
            self.recovery = confirm_codes(session, code=self.code(), deed=deed_of(person_id, clock))
        clock.advance(seconds=60)

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now())


@pytest.fixture
def app(portal_transaction, transaction, clock, marie):
    return App(transaction, clock, marie.id)


@pytest.fixture
def proves(portal_transaction, clock, app):
    """Type a code at the second step of that sign-in."""

    def proved(started, code):
        return give_second_proof(
            portal_transaction,
            code=code,
            session_id=started.session_id,
            deed=deed_of(started.person_id, clock),
        )

    return proved


def seen(transaction, clock, token):
    with transaction() as session:
        return signed_in(session, token=token, face=Face.PORTAL, at=clock.now())


def test_a_password_alone_is_half_a_sign_in(portal_transaction, clock, app, proves):
    started = signs_in(portal_transaction, clock)
    before = seen(portal_transaction, clock, started.token)

    token = proves(started, app.code())

    assert before.awaits_code
    assert not seen(portal_transaction, clock, token).awaits_code
    assert seen(portal_transaction, clock, started.token) is None  # its token is worth nothing


def test_a_code_is_taken_once_even_at_the_same_moment(portal_transaction, clock, app, proves):
    both = [signs_in(portal_transaction, clock) for _ in range(2)]
    code = app.code()

    outcomes = at_once([lambda one=one: proves(one, code) for one in both])

    assert sorted(type(one).__name__ for one in outcomes) == ["CodeWrong", "str"]


def test_an_older_code_is_not_taken_after_a_newer_one(portal_transaction, clock, app, proves):
    old = app.code()
    clock.advance(seconds=30)
    proves(signs_in(portal_transaction, clock), app.code())

    with pytest.raises(CodeWrong):
        proves(signs_in(portal_transaction, clock), old)


def test_each_recovery_code_works_once(portal_transaction, clock, app, proves):
    first, second = app.recovery[:2]

    assert proves(signs_in(portal_transaction, clock), first.lower())
    with pytest.raises(CodeWrong):
        proves(signs_in(portal_transaction, clock), first)
    assert proves(signs_in(portal_transaction, clock), second)


def test_who_guesses_is_stopped_before_a_right_code_is_looked_at(
    portal_transaction, clock, app, proves
):
    started = signs_in(portal_transaction, clock)
    for _ in range(CODE_LIMITS[0].count):
        with pytest.raises(CodeWrong):
            proves(started, "000000" if app.code() != "000000" else "111111")

    with pytest.raises(TooManyAttempts):
        proves(started, app.code())


def test_an_app_in_use_is_not_replaced_by_beginning_another(transaction, clock, app, marie):
    with pytest.raises(CodesAlreadySetUp), transaction() as session:
        begin_codes(session, deed=deed_of(marie.id, clock))


def test_a_code_of_somebody_elses_app_finishes_nobodys_sign_in(
    portal_transaction, transaction, clock, app
):
    """The session of the act's own person is upgraded, no other."""
    started = signs_in(portal_transaction, clock)
    stranger, code = deed_of(started.session_id, clock), app.code()  # nobody has this id

    with transaction() as session, pytest.raises(CodeWrong):
        finish_sign_in(session, session_id=started.session_id, code=code, deed=stranger)

    assert seen(portal_transaction, clock, started.token).awaits_code
