"""Card payments: what the provider told us, and what nobody told us."""

import uuid

from foundation import logs
from foundation.job_run import take_run
from jobs.celery_app import celery_app
from jobs.desk import Desk, desk_here
from jobs.schedule import CHECK_EVERY, HOUR
from jobs.work import Handler, Work
from payments.card import events
from payments.card.apply import CLOSE_TOPIC
from payments.card.errors import CardError
from payments.card.janitor import check_due
from payments.card.sweep import sweep
from payments.card.sync import close_tried_out

_log = logs.logger(__name__)


def work_event(desk: Desk, work: Work) -> None:
    """One stored message of the provider."""
    events.work_event(
        desk.transaction,
        desk.gateway,
        event_id=str(work.payload["event_id"]),
        deed=desk.deed(work.request_id),
    )


@celery_app.task(name="card.check_due")
def check_due_payments() -> None:
    """Ask the provider about payments that have been quiet for too long."""
    check_if_due(desk_here(), "beat")


def check_if_due(desk: Desk, request_id: str) -> None:
    """The same, unless another scheduler did it in this period."""
    with desk.transaction() as session:
        is_ours = take_run(session, "card.check_due", every=CHECK_EVERY, now=desk.clock.now())
    if is_ours:
        check_due(desk.transaction, desk.gateway, deed=desk.deed(request_id))


@celery_app.task(name="card.sweep")
def sweep_lists() -> None:
    """Look through the card company's lists, once an hour."""
    sweep_if_due(desk_here(), "beat")


def sweep_if_due(desk: Desk, request_id: str) -> None:
    """The same, unless another scheduler did it in this hour."""
    with desk.transaction() as session:
        is_ours = take_run(session, "card.sweep", every=HOUR, now=desk.clock.now())
    if is_ours:
        try:
            sweep(desk.transaction, desk.gateway, deed=desk.deed(request_id))
        except CardError:  # the lists could not be had: the next hour looks from where this began
            _log.exception("card.sweep")


def close_page(desk: Desk, work: Work) -> None:
    """One page of an account on which too many cards were declined."""
    close_tried_out(
        desk.transaction,
        desk.gateway,
        payment_id=uuid.UUID(work.payload["payment_id"]),
        deed=desk.deed(work.request_id),
    )


HANDLERS: dict[str, Handler] = {events.TOPIC: work_event, CLOSE_TOPIC: close_page}
