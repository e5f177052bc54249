"""What may be forgotten is, and nothing else."""

import datetime as dt
import uuid

import sqlalchemy as sa

from foundation.deed import Deed
from foundation.job_run import take_run
from foundation.outbox import enqueue, finish, lease
from jobs.upkeep import forget_all
from people.actions.sign_in_links import request_sign_in_link
from people.actions.web_sessions import Visitor, start_session
from people.models import Face, Proof
from tests.factories.books import an_account

DAY = dt.timedelta(days=1)
VISITOR = Visitor(face=Face.PORTAL, address="192.0.2.7", agent="Firefox on a test")


def leave_traces(session, deed: Deed) -> None:
    """One of everything that ends: a session, a link, a run, work that is done."""
    start_session(session, language="en", proof=Proof.PASSWORD, visitor=VISITOR, deed=deed)
    request_sign_in_link(session, email="nobody@nowhere.example", deed=deed)
    take_run(session, "upkeep.forget", every=DAY, now=deed.at)
    enqueue(session, "receipt.mail", {}, deed=deed, dedupe_key=f"done:{uuid.uuid4()}")
    for message in lease(session, now=deed.at):
        finish(session, message, now=deed.at)
    enqueue(session, "receipt.mail", {}, deed=deed, dedupe_key=f"waits:{uuid.uuid4()}")


def test_what_ended_long_ago_is_dropped_and_what_waits_or_is_recent_stays(transaction, clock):
    with transaction() as session:
        account = an_account(session)
        for age in (100, 1):
            leave_traces(session, account.deed(clock.now() - age * DAY))

    forget_all(transaction, now=clock.now())

    with transaction() as session:
        left = {
            table: session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("web_session", "sign_in_link", "job_run")
        }
        work = session.execute(
            sa.text("SELECT split_part(dedupe_key, ':', 1), done_at IS NULL FROM outbox_message")
        ).all()
    assert left == {"web_session": 1, "sign_in_link": 1, "job_run": 1}
    assert sorted(key for key, waits in work if waits) == ["waits"]
