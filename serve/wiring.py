"""Build what a process of ours works with, out of its settings: one engine, one role, one clock."""

import os

from foundation import logs
from foundation.business_clock import clock_of
from foundation.database import Transaction, engine_of
from foundation.settings import Settings, UnsafeSettings
from foundation.web.requests import Wiring
from jobs.wake import wake
from payments.card.gateway import Gateway, StripeGateway


def settings_here() -> Settings:
    """The settings of this process; its log is set up on the way. Raises UnsafeSettings."""
    settings = Settings.from_environment(os.environ)
    logs.configure(readable=not settings.is_production)
    return settings


def wired(settings: Settings, *, database_url: str) -> Wiring:
    """Everything a face is built with. The address says which role it works as."""
    if not database_url:
        raise UnsafeSettings(("The database address of this process is not set.",))
    transaction = Transaction(
        engine_of(database_url),
        audit_key=settings.audit_key,
        keyring=settings.keyring,
        after_enqueue=wake,
    )
    return Wiring(
        settings=settings,
        clock=clock_of(settings, transaction),
        transaction=transaction,
        gateway=gateway_of(settings),
    )


def gateway_of(settings: Settings) -> Gateway:
    """The card company at its own address, or the sandbox that plays it."""
    return StripeGateway.at(
        settings.stripe_key,
        url=settings.stripe_url,
        webhook_secrets=settings.stripe_webhook_secrets,
    )
