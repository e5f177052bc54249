"""Card payments: what the provider told us, and what nobody told us."""

from jobs.celery_app import celery_app
from jobs.desk import Desk, desk_here
from jobs.work import Handler, Work
from payments.card import events
from payments.card.janitor import check_due


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
    check_due(desk_here().transaction, desk_here().gateway, deed=desk_here().deed("janitor"))


HANDLERS: dict[str, Handler] = {events.TOPIC: work_event}
