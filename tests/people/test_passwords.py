"""Which passwords we take, and that a check costs the same whether or not there is one."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import passwords
from people.errors import (
    PasswordNamesPerson,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
    SignInBusy,
)
from people.guesses import is_common
from people.passwords import NOBODYS_HASH, is_password, password_hash

OWN = {"email": "marie.roche@brightwell.example", "name": "Marie Roche"}


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("elevensigns", PasswordTooShort),
        ("", PasswordTooShort),
        ("h" * 257, PasswordTooLong),
        ("seven quiet\0herons", PasswordUnreadable),
        ("seven quiet\nherons", PasswordUnreadable),
        ("seven quiet \ud800herons", PasswordUnreadable),
        ("Password2026!", PasswordTooCommon),
        ("P@ssw0rd123456", PasswordTooCommon),
        ("MotDePasse-2026", PasswordTooCommon),
        ("azertyuiop1234", PasswordTooCommon),
        ("123456789012", PasswordTooCommon),
        ("aaaaaaaaaaaaaaaa", PasswordTooCommon),
        ("xk7xk7xk7xk7xk7", PasswordTooCommon),
        ("correct horse battery staple", PasswordTooCommon),
        ("Été-soleil-2026", PasswordTooCommon),
        ("Marie.Roche-2026", PasswordNamesPerson),
        ("brightwell-4711", PasswordNamesPerson),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password, refusal):
    with pytest.raises(refusal):
        password_hash(password, **OWN)


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet herons",
        "9f#2K-71x!4Q",
        "xK7vQm29LpTz",
        "le héron mange à midi",
        "marie likes a violin at dusk",
        "七只安静的苍鹭站在湖边上",
        "🦩🌊🪵🌾🪁🧭🪨🌦🍄🛶🪶🐚",
        "h3r0n" + "-lake" * 50,
    ],
)
def test_a_password_nobody_guesses_is_taken_and_fits_only_itself(password):
    stored = password_hash(password, **OWN)

    assert is_password(password, stored)
    assert not is_password(password + " ", stored)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_accent_typed_in_two_signs_is_the_same_password():
    stored = password_hash("la rivie\u0300re dort encore", **OWN)

    assert is_password("la rivi\u00e8re dort encore", stored)


def test_what_follows_the_longest_password_is_not_ignored():
    longest = "".join(map(chr, range(0x100, 0x100 + passwords.LENGTH_MAX)))
    stored = password_hash(longest, **OWN)

    assert is_password(longest, stored)
    assert not is_password(longest + "x", stored)


@given(st.text(max_size=300))
def test_guessability_is_decided_for_any_text(password):
    assert is_common(password) in (True, False)


def test_nobodys_hash_fits_nothing_and_costs_as_much_as_a_real_one():
    stored = password_hash("seven quiet herons", **OWN)

    real = min(_cpu(stored) for _ in range(5))
    nobody = min(_cpu(None) for _ in range(5))

    assert not is_password("", NOBODYS_HASH)
    assert not is_password("seven quiet herons", None)
    assert 0.5 < nobody / real < 2


def _cpu(stored: str | None) -> float:
    began = time.process_time()
    is_password("another guess entirely", stored)
    return time.process_time() - began


def test_only_so_many_passwords_are_hashed_at_once(monkeypatch):
    monkeypatch.setattr(passwords, "WAIT_SECONDS_MAX", 0.01)
    stored = password_hash("seven quiet herons", **OWN)
    busy, release = threading.Barrier(passwords.CONCURRENT_MAX + 1), threading.Event()
    threads = [
        threading.Thread(target=_hold_a_slot, args=(busy, release))
        for _ in range(passwords.CONCURRENT_MAX)
    ]
    for thread in threads:
        thread.start()
    busy.wait(5)

    try:
        with pytest.raises(SignInBusy):
            is_password("seven quiet herons", stored)
    finally:
        release.set()
        for thread in threads:
            thread.join(5)
    assert is_password("seven quiet herons", stored)


def _hold_a_slot(busy: threading.Barrier, release: threading.Event) -> None:
    with passwords._slot():
        busy.wait(5)
        release.wait(5)
