"""The processes around the database, inside this process: the worker and the face of machines."""

from functools import cache

import sqlalchemy as sa
from flask import Flask

from api.app import create_app
from foundation.clock import Clock
from foundation.database import TransactionFactory
from foundation.settings import Settings
from foundation.web.requests import Wiring
from jobs.desk import Desk
from jobs.dispatch import work_due
from payments.card.gateway import Gateway


@cache
def bare_settings() -> Settings:
    """Settings of a test's process that is handed its database; reading all time zones is slow."""
    nowhere = "postgresql+psycopg://quittance_app@/none"
    return Settings.from_environment({"QUITTANCE_MODE": "test", "DATABASE_URL": nowhere})


def an_api(desk: Desk) -> Flask:
    """The real face of machines, over what the desk works with."""
    wiring = Wiring(
        settings=desk.settings,
        clock=desk.clock,
        transaction=desk.transaction,
        gateway=desk.gateway,
    )
    return create_app(wiring)


def a_desk(
    clock: Clock,
    transaction: TransactionFactory,
    gateway: Gateway,
    settings: Settings | None = None,
) -> Desk:
    """What a worker works with."""
    return Desk(
        settings=settings or bare_settings(), clock=clock, transaction=transaction, gateway=gateway
    )


def work_card_events(desk: Desk) -> int:
    """Work everything due as a worker does, but leave letters lying; how much there was."""
    total = 0
    while worked := _work_due(desk):
        total += worked
    return total


def _work_due(desk: Desk) -> int:
    letters = "UPDATE outbox_message SET run_after = :never WHERE topic NOT LIKE :topic"
    never = desk.clock.now().replace(year=9_000)
    with desk.transaction() as session:
        session.execute(sa.text(letters), {"never": never, "topic": "card.%"})
    return work_due(desk)
