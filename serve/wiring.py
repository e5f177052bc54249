"""Build what a process of ours works with, out of its settings: one engine, one role, one clock."""

import datetime as dt
import os
import threading
import time

from foundation import logs
from foundation.business_clock import business_offset
from foundation.clock import Clock, SystemClock
from foundation.database import Transaction, TransactionFactory, engine_of
from foundation.settings import Settings, UnsafeSettings
from foundation.web.requests import Wiring
from payments.card.gateway import Gateway, StripeGateway

OFFSET_SECONDS_KEPT = 1.0  # how long a process may not notice that the sandbox moved the day


def settings_here() -> Settings:
    """The settings of this process; its log is set up on the way. Raises UnsafeSettings."""
    settings = Settings.from_environment(os.environ)
    logs.configure(readable=not settings.is_production)
    return settings


def wired(settings: Settings, *, database_url: str) -> Wiring:
    """Everything a face is built with. The address says which role it works as."""
    if not database_url:
        raise UnsafeSettings(("The database address of this process is not set.",))
    transaction = Transaction(engine_of(database_url), audit_key=settings.audit_key)
    return Wiring(
        settings=settings,
        clock=clock_of(settings, transaction),
        transaction=transaction,
        gateway=gateway_of(settings),
    )


def clock_of(settings: Settings, transaction: TransactionFactory) -> Clock:
    """The machine's clock; the business day follows the sandbox where that may move it."""
    if settings.clock_may_move:
        return SystemClock(settings.zone, offset=MovedDay(transaction))
    return SystemClock(settings.zone)


def gateway_of(settings: Settings) -> Gateway:
    """The card company at its own address, or the sandbox that plays it."""
    return StripeGateway.at(
        settings.stripe_key,
        url=settings.stripe_url,
        webhook_secrets=settings.stripe_webhook_secrets,
    )


class MovedDay:
    """How far the sandbox moved the business day; read now and then, not at each question."""

    def __init__(self, transaction: TransactionFactory) -> None:
        self._transaction = transaction
        self._lock = threading.Lock()
        self._offset, self._read_at = dt.timedelta(0), float("-inf")

    def __call__(self) -> dt.timedelta:
        with self._lock:
            if time.monotonic() - self._read_at > OFFSET_SECONDS_KEPT:
                with self._transaction() as session:
                    self._offset = business_offset(session)
                self._read_at = time.monotonic()
            return self._offset
