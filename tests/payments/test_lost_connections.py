"""F16, F17: the line to the database breaks around COMMIT; two wait for each other in a circle."""

import tempfile
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from foundation.database import ATTEMPTS_MAX, Transaction, engine_of, retried
from payments.card.checkout import start_payment
from payments.card.models import CardPaymentState as S
from payments.card.sync import sync_payment
from tests.databases import AUDIT_KEY
from tests.factories.card import an_order
from tests.factories.work import a_desk, an_api, work_card_events
from tests.postgres_line import Cut, breakable_line
from tests.races import at_once

COMMITS_OF_START = 5  # known, earlier ones, intent, seen, written; then the answer is read


@pytest.fixture
def line(server):
    """A breakable line in a folder whose path is short enough for a socket."""
    with (
        tempfile.TemporaryDirectory(prefix="line-") as folder,
        breakable_line(Path(folder), server.socket_folder) as line,
    ):
        line.folder = folder
        yield line


@pytest.fixture
def shaky(line, database):
    """Transactions over the line that breaks."""
    url = sa.make_url(database.app_url).update_query_dict({"host": line.folder})
    engine = engine_of(url.render_as_string(hide_password=False))
    yield Transaction(engine, audit_key=AUDIT_KEY)
    engine.dispose()


@pytest.mark.parametrize("how", Cut)
@pytest.mark.parametrize("at", range(1, COMMITS_OF_START + 1))
def test_a_press_survives_a_broken_line_and_starts_one_payment(till, shaky, line, at, how):
    order = an_order(till.account, {till.invoice(): 10_000})
    line.cut(at, how)

    started = retried(start_payment)(
        shaky, till.gateway, order=order, deed=till.account.deed(till.clock.now())
    )

    assert line.broken == 1
    assert started.state is S.AWAITING_PAYER
    assert till.count("card_payment") == 1
    assert len(till.world.client().v1.checkout.sessions.list().data) == 1


@pytest.mark.parametrize("how", Cut)
@pytest.mark.parametrize("at", [1, 2])
def test_money_is_booked_once_though_the_line_breaks(till, shaky, line, at, how):
    payment = till.start({till.invoice(): 10_000})
    till.payer(payment).pay()
    line.cut(at, how)

    state = sync_payment(
        shaky, till.gateway, payment_id=payment, deed=till.account.deed(till.clock.now())
    )

    assert (state, line.broken) == (S.SUCCEEDED, 1)
    assert till.receipts() == [(10_000, 0, True)]
    assert till.findings() == []


@pytest.mark.parametrize("how", Cut)
def test_a_message_is_kept_once_though_the_line_breaks(till, shaky, line, how):
    payment = till.start({till.invoice(): 10_000})
    till.payer(payment).pay()
    api = an_api(a_desk(till.clock, shaky, till.gateway))
    line.cut(1, how)

    status = till.tell(till.world.events()[-1]["id"], api)
    till.work()

    assert (status, line.broken, till.count("provider_event")) == (200, 1, 1)
    assert till.receipts() == [(10_000, 0, True)]


@pytest.mark.parametrize("how", Cut)
@pytest.mark.parametrize("at", range(1, 7))
def test_the_worker_loses_no_work_though_the_line_breaks(till, api, shaky, line, at, how):
    payment = till.start({till.invoice(): 10_000})
    till.payer(payment).pay()
    till.tell(till.world.events()[-1]["id"], api)
    line.cut(at, how)

    retried(work_card_events)(a_desk(till.clock, shaky, till.gateway))
    till.clock.advance(minutes=3)  # a lease whose answer was lost runs out
    till.work()

    assert till.state(payment) == S.SUCCEEDED
    assert till.receipts() == [(10_000, 0, True)]
    with till.transaction() as session:
        waiting = session.execute(
            sa.text(
                "SELECT count(*) FROM outbox_message WHERE topic = 'card.event' AND done_at IS NULL"
            )
        ).scalar_one()
    assert waiting == 0


def test_two_who_wait_for_each_other_are_both_done_in_the_end(till):
    """F17: a circle on purpose, past our lock order; PostgreSQL ends one, we run it again."""
    met, tries = threading.Barrier(2), []

    @retried
    def take(one, other):
        tries.append(1)
        is_first_try = len(tries) <= 2
        with till.transaction() as session:
            session.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": one})
            if is_first_try:
                met.wait(10)
            session.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": other})
        return "done"

    assert at_once([lambda: take(1, 2), lambda: take(2, 1)]) == ["done", "done"]
    assert len(tries) == 3


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_a_conflict_is_tried_again_at_most_five_times(till, state):
    tries = []

    @retried
    def conflict():
        tries.append(1)
        with till.transaction() as session:
            session.execute(
                sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
            )

    with pytest.raises(DBAPIError):
        conflict()

    assert len(tries) == ATTEMPTS_MAX


def test_a_broken_rule_is_not_tried_again(till):
    tries = []

    @retried
    def broken_rule():
        tries.append(1)
        with till.transaction() as session:
            session.execute(
                sa.text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '23505'; END $$")
            )

    with pytest.raises(IntegrityError):
        broken_rule()

    assert len(tries) == 1
