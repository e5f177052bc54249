"""One-time links: once, soon, by POST, for an active person; asking tells nobody anything."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from people.actions.sign_in_links import redeem_sign_in_link
from people.errors import SignInLinkDead
from people.link_tokens import TOKEN_LENGTH, link_id_of, link_token
from people.models import Face
from people.queries.web_sessions import signed_in
from people.sign_in import ask_for_link
from tests.people.people import KEYS, VISITOR, a_deed, a_person, deactivate


@pytest.fixture
def ask(portal_transaction, clock):
    """Ask for a mail; the token that the mail would carry."""

    def asked(email: str = "marie@brightwell.example") -> str:
        ask_for_link(portal_transaction, email=email, address="192.0.2.7", deed=a_deed(clock))
        with portal_transaction() as session:
            newest = "SELECT id FROM sign_in_link WHERE used_at IS NULL ORDER BY created_at DESC"
            return link_token(session.scalars(sa.text(newest)).first(), KEYS)

    return asked


@pytest.fixture
def redeem(portal_transaction, clock):
    def redeemed(token: str):
        with portal_transaction() as session:
            return redeem_sign_in_link(
                session, token=token, keys=KEYS, visitor=VISITOR, deed=a_deed(clock)
            )

    return redeemed


def test_a_link_signs_its_person_in_once(portal_transaction, clock, marie, ask, redeem):
    token = ask(" Marie@Brightwell.example")

    started = redeem(token)

    with portal_transaction() as session:
        seen = signed_in(session, token=started.token, face=Face.PORTAL, at=clock.now())
    assert (seen.person_id, seen.proof) == (marie.id, "link")
    with pytest.raises(SignInLinkDead):
        redeem(token)


def test_a_link_lives_a_quarter_of_an_hour(clock, marie, ask, redeem):
    token = ask()

    clock.advance(minutes=15)

    with pytest.raises(SignInLinkDead):
        redeem(token)


def test_using_one_link_kills_the_older_ones(clock, marie, ask, redeem):
    older = ask()
    clock.advance(minutes=1)
    newer = ask()

    redeem(newer)

    with pytest.raises(SignInLinkDead):
        redeem(older)


def test_a_disabled_person_gets_nowhere_with_a_link(transaction, marie, ask, redeem):
    token = ask()

    deactivate(transaction, marie.id)

    with pytest.raises(SignInLinkDead):
        redeem(token)


def test_two_who_use_a_link_at_the_same_moment_get_one_session(
    portal_transaction, marie, ask, redeem
):
    tokens = [ask(), ask()] * 4

    def use(token: str) -> bool:
        try:
            redeem(token)
        except SignInLinkDead:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        used = sum(pool.map(use, tokens))

    assert used == 1


def test_asking_for_nobody_makes_the_same_rows_and_leads_nowhere(
    portal_transaction, transaction, clock, marie, ask, redeem
):
    engine = portal_transaction.engine
    statements = []
    sa.event.listen(
        engine, "before_cursor_execute", lambda c, k, text, *rest: statements.append(text)
    )

    ask_for_link(portal_transaction, email=marie.email, address="a", deed=a_deed(clock))
    known = statements.copy()
    statements.clear()
    ask_for_link(portal_transaction, email="x@y.example", address="a", deed=a_deed(clock))

    assert statements == known
    with transaction() as session:
        queued = session.scalars(sa.text("SELECT payload FROM outbox_message")).all()
        nobodys = session.scalars(sa.text("SELECT id FROM sign_in_link WHERE person_id IS NULL"))
        token = link_token(nobodys.one(), KEYS)
    assert [set(payload) for payload in queued] == [{"link_id"}, {"link_id"}]
    with pytest.raises(SignInLinkDead):
        redeem(token)


@pytest.mark.parametrize(
    "token",
    ["", "x", "A" * TOKEN_LENGTH, "é" * TOKEN_LENGTH, "=" * TOKEN_LENGTH, "\0" * TOKEN_LENGTH],
)
def test_a_made_up_token_is_worth_nothing(redeem, token):
    with pytest.raises(SignInLinkDead):
        redeem(token)


def test_a_token_is_bound_to_its_link_and_its_key():
    link_id = uuid.uuid4()
    token = link_token(link_id, KEYS)
    swapped = link_token(uuid.uuid4(), KEYS)[:21] + token[21:]

    assert len(token) == TOKEN_LENGTH
    assert link_id_of(token, KEYS) == link_id
    assert link_id_of(token, KEYS[::-1]) == link_id  # sealed with the key before this one
    assert link_id_of(token, ["another key"]) is None
    assert link_id_of(swapped, KEYS) is None
    assert link_id_of(token[:-4], KEYS) is None


def test_no_table_keeps_a_token(transaction, marie, ask):
    token = ask()

    with transaction() as session:
        rows = str(session.execute(sa.text("SELECT * FROM sign_in_link")).all())
        rows += str(session.execute(sa.text("SELECT * FROM outbox_message")).all())
        rows += str(session.execute(sa.text("SELECT * FROM audit_event")).all())
    assert token not in rows
    assert token[22:] not in rows


def test_a_link_asked_by_one_does_not_touch_those_of_another(
    transaction, clock, marie, ask, redeem
):
    with transaction() as session:
        a_person(session, clock, email="eve@other.example")
    hers = ask()
    clock.advance(minutes=1)

    redeem(ask("eve@other.example"))

    assert redeem(hers).person_id == marie.id
