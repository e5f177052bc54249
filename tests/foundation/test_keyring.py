"""Secrets at rest: readable with the ring and in their place only, and written anew by rotation."""

import base64

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from foundation.database import Transaction
from foundation.keyring import Concealed, KeyRing, KeyUnusable, SecretUnreadable
from foundation.secrets_at_rest import rotate, secret_columns
from people.actions.second_factors import begin_codes, begun_secret
from people.models import CodeSecret
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.factories.books import a_deed, a_person

OLD, NEW, STRANGE = (base64.b64encode(bytes([at]) * 32).decode() for at in (1, 2, 3))
PLACE = "code_secret.secret:1"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_concealed_is_revealed_in_its_place(text):
    ring = KeyRing.of([OLD])

    stored = ring.conceal(text, place=PLACE)

    assert ring.reveal(stored, place=PLACE) == text
    assert len(text) < 4 or text.encode() not in stored.stored


def test_the_same_text_never_looks_the_same():
    ring = KeyRing.of([OLD])

    assert ring.conceal("once", place=PLACE) != ring.conceal("once", place=PLACE)


@pytest.mark.parametrize("at", [0, 1, 6, 17, -1])
def test_a_value_that_was_touched_opens_nothing(at):
    ring = KeyRing.of([OLD])
    bent = bytearray(ring.conceal("a secret", place=PLACE).stored)
    bent[at] ^= 1

    with pytest.raises(SecretUnreadable):
        ring.reveal(Concealed(bytes(bent)), place=PLACE)


def test_a_value_moved_to_another_row_opens_nothing():
    ring = KeyRing.of([OLD])

    with pytest.raises(SecretUnreadable):
        ring.reveal(ring.conceal("a secret", place=PLACE), place="code_secret.secret:2")


def test_the_first_key_writes_and_all_read():
    old = KeyRing.of([OLD]).conceal("before", place=PLACE)
    both = KeyRing.of([NEW, OLD])

    assert both.reveal(old, place=PLACE) == "before"
    assert both.conceal("now", place=PLACE).key_id == KeyRing.of([NEW]).newest_id
    with pytest.raises(SecretUnreadable):
        KeyRing.of([STRANGE]).reveal(old, place=PLACE)


@pytest.mark.parametrize("written", ["", "short", "dG9vLXNob3J0", OLD[:-4], OLD + "===="])
def test_a_key_is_the_base64_of_32_bytes(written):
    with pytest.raises(KeyUnusable):
        KeyRing.of([written])


def test_no_key_and_no_secret_shows_in_a_repr():
    ring = KeyRing.of([OLD])

    assert "\\x01\\x01" not in repr(ring)
    assert repr(ring.conceal("a secret", place=PLACE)) == "Concealed()"


@pytest.fixture
def with_keys(database):
    """`with_keys(ring...)` opens transactions that hold these keys, the newest first."""
    engine = database.engine(postgres.APP)
    return lambda *keys: Transaction(engine, audit_key=AUDIT_KEY, keyring=KeyRing.of(keys))


def test_a_column_of_secrets_takes_no_plain_text(with_keys):
    with (
        pytest.raises(sa.exc.StatementError, match="takes what `conceal` returns"),
        with_keys(OLD)() as session,
    ):
        session.execute(sa.update(CodeSecret).values(secret="plain"))


def test_rotation_lets_the_old_key_go_and_keeps_every_secret(with_keys):
    deeds, secrets = [], {}
    with with_keys(OLD)() as session:
        for _ in range(3):
            deeds.append(a_deed(actor_id=a_person(session)))
            begin_codes(session, deed=deeds[-1])
            secrets[deeds[-1].actor_id] = begun_secret(session, deed=deeds[-1])

    told = list(rotate(with_keys(NEW, OLD)))
    again = list(rotate(with_keys(NEW, OLD)))

    assert "code_secret.secret: 3 written with the newest key" in told
    assert "code_secret.secret: 0 written with the newest key" in again
    with with_keys(NEW)() as session:
        found = {deed.actor_id: begun_secret(session, deed=deed) for deed in deeds}
    assert found == secrets
    with pytest.raises(SecretUnreadable), with_keys(OLD)() as session:
        begun_secret(session, deed=deeds[0])


def test_rotation_names_what_no_key_opens_and_goes_on(with_keys):
    with with_keys(STRANGE)() as session:
        lost = a_deed(actor_id=a_person(session))
        begin_codes(session, deed=lost)
    with with_keys(OLD)() as session:
        begin_codes(session, deed=a_deed(actor_id=a_person(session)))

    told = list(rotate(with_keys(NEW, OLD)))

    assert any(f"code_secret.secret:{lost.actor_id}: cannot be read" in line for line in told)
    assert "code_secret.secret: 1 written with the newest key" in told


def test_a_secret_put_into_another_persons_row_is_not_theirs(with_keys, owner_engine):
    """Whoever may write the table still cannot lend one person another one's app."""
    with with_keys(OLD)() as session:
        for deed in (deeds := [a_deed(actor_id=a_person(session)) for _ in range(2)]):
            begin_codes(session, deed=deed)
    copied = (
        "UPDATE code_secret SET secret = (SELECT secret FROM code_secret WHERE person_id = :mine)"
    )
    with owner_engine.begin() as connection:
        connection.execute(sa.text(copied), {"mine": deeds[0].actor_id})

    with pytest.raises(SecretUnreadable), with_keys(OLD)() as session:
        begun_secret(session, deed=deeds[1])


def test_every_column_of_secrets_stands_under_one_key(with_keys):
    columns = secret_columns()

    assert [f"{one.table.name}.{one.name}" for one in columns] == [
        "code_secret.secret",
        "saved_method.customer_ref",
        "saved_method.method_ref",
        "card_payment.return_token",
    ]
    assert all(len(one.table.primary_key.columns) == 1 for one in columns)
