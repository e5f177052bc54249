"""An authenticator app is set up, used and taken away; recovery codes stand in for it."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.outbox import enqueue
from foundation.secrets_at_rest import conceal, reveal
from people.actions.web_sessions import give_code
from people.codes import new_recovery_codes, new_secret, recovery_hash, step_of
from people.errors import CodesAlreadySetUp, CodesNotBegun, CodeWrong
from people.models import CodeSecret, RecoveryCode

BEGUN_FOR = dt.timedelta(minutes=15)
NOTICE_TOPIC = "second_factor.mail"


def begin_codes(session: Session, *, deed: Deed) -> None:
    """Make a fresh secret for the actor's app; it counts once it was confirmed.

    Raises CodesAlreadySetUp: what is in use is taken away first.
    """
    row = insert(CodeSecret).values(
        person_id=deed.actor_id,
        secret=conceal(session, new_secret(), column=CodeSecret.secret, row_key=deed.actor_id),
        created_at=deed.at,
        last_step=0,
    )
    made = session.execute(
        row.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"secret": row.excluded.secret, "created_at": deed.at},
            where=CodeSecret.confirmed_at.is_(None),
        ).returning(CodeSecret.person_id)
    ).one_or_none()
    if made is None:
        raise CodesAlreadySetUp("confirmed before")
    record(session, "codes.begun", object_id=deed.actor_id, deed=deed)


def begun_secret(session: Session, *, deed: Deed) -> str:
    """The secret to show while the actor sets up the app. Raises CodesNotBegun."""
    return _secret(session, _begun(session.get(CodeSecret, deed.actor_id), deed))


def confirm_codes(session: Session, *, code: str, deed: Deed) -> tuple[str, ...]:
    """From now on a sign-in asks for a code; the recovery codes, told this once only.

    Raises CodesNotBegun or CodeWrong.
    """
    row = _begun(_locked(session, deed.actor_id), deed)
    _use(session, row, code, deed)
    row.confirmed_at = deed.at
    session.flush()
    notify(session, "app_added", deed)
    record(session, "codes.set_up", object_id=deed.actor_id, deed=deed)
    return renew_recovery_codes(session, deed=deed)


def renew_recovery_codes(session: Session, *, deed: Deed) -> tuple[str, ...]:
    """Ten new codes, told this once only; all before are worth nothing. Raises CodesNotBegun."""
    row = _locked(session, deed.actor_id)
    if row is None or row.confirmed_at is None:
        raise CodesNotBegun("no app to stand in for")
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == deed.actor_id))
    codes = new_recovery_codes()
    session.add_all(
        RecoveryCode(
            id=uuid.uuid4(),
            person_id=deed.actor_id,
            code_hash=recovery_hash(code) or b"",
            created_at=deed.at,
        )
        for code in codes
    )
    session.flush()
    record(session, "recovery_codes.made", object_id=deed.actor_id, deed=deed)
    return codes


def end_codes(session: Session, *, deed: Deed) -> None:
    """A sign-in asks for no code any more. Raises CodesNotBegun."""
    gone = session.scalars(
        sa.delete(CodeSecret)
        .where(CodeSecret.person_id == deed.actor_id)
        .returning(CodeSecret.confirmed_at)
    ).all()
    if not gone:
        raise CodesNotBegun("nothing to end")
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == deed.actor_id))
    if gone[0] is not None:
        notify(session, "app_removed", deed)
    record(session, "codes.ended", object_id=deed.actor_id, deed=deed)


def finish_sign_in(session: Session, *, session_id: uuid.UUID, code: str, deed: Deed) -> str:
    """Let a sign-in that waits for its code go on; its new token. Raises CodeWrong.

    The code of the app, or one of the recovery codes; neither works twice.
    """
    row = _locked(session, deed.actor_id)
    if row is None or row.confirmed_at is None:
        raise CodeWrong("no app")
    if not _is_recovery_code(session, code, deed):
        _use(session, row, code, deed)
    return give_code(session, session_id=session_id, deed=deed)


def _begun(row: CodeSecret | None, deed: Deed) -> CodeSecret:
    """What was begun a short while ago and not confirmed: nobody finds a secret lying about."""
    if row is None or row.confirmed_at is not None or deed.at - row.created_at > BEGUN_FOR:
        raise CodesNotBegun("nothing to confirm")
    return row


def _locked(session: Session, person_id: uuid.UUID) -> CodeSecret | None:
    """Two who type the same code at once queue up."""
    return session.get(CodeSecret, person_id, with_for_update=True, populate_existing=True)


def _secret(session: Session, row: CodeSecret) -> str:
    return reveal(session, row.secret, column=CodeSecret.secret, row_key=row.person_id)


def _use(session: Session, row: CodeSecret, code: str, deed: Deed) -> None:
    step = step_of(_secret(session, row), code, at=deed.at)
    if step is None or step <= row.last_step:
        raise CodeWrong("not this one, or not again")
    row.last_step = step
    session.flush()


def _is_recovery_code(session: Session, code: str, deed: Deed) -> bool:
    hashed = recovery_hash(code)
    if hashed is None:
        return False
    used = session.scalars(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == deed.actor_id,
            RecoveryCode.code_hash == hashed,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=deed.at)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used:
        record(session, "recovery_code.used", object_id=used, deed=deed)
    return used is not None


def notify(session: Session, what: str, deed: Deed) -> None:
    """Tell the actor by mail what was added or removed, in case it was not them."""
    enqueue(
        session,
        NOTICE_TOPIC,
        {"person_id": str(deed.actor_id), "what": what},
        deed=deed,
        dedupe_key=f"{NOTICE_TOPIC}:{what}:{deed.actor_id}:{deed.at.isoformat()}",
    )
