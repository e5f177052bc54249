"""What a job works with, built once a process from the environment."""

import os
from dataclasses import dataclass
from functools import cache

from foundation import logs
from foundation.business_clock import clock_of
from foundation.clock import Clock
from foundation.database import Transaction, TransactionFactory, engine_of
from foundation.deed import SYSTEM_ID, Deed
from foundation.settings import Settings
from payments.card.gateway import Gateway, StripeGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Settings, clock, books and card company of a worker; it works as quittance_app."""

    settings: Settings
    clock: Clock
    transaction: TransactionFactory
    gateway: Gateway

    def deed(self, request_id: str) -> Deed:
        """Something the system does now, on nobody's account yet."""
        return Deed(
            actor_id=SYSTEM_ID,
            subject_id=None,
            request_id=request_id,
            at=self.clock.now(),
            on=self.clock.today(),
        )


@cache
def desk_here() -> Desk:
    """The desk of this process. Raises UnsafeSettings."""
    settings = Settings.from_environment(os.environ)
    logs.configure(readable=not settings.is_production)
    transaction = Transaction(
        engine_of(settings.database_url), audit_key=settings.audit_key, keyring=settings.keyring
    )
    return Desk(
        settings=settings,
        clock=clock_of(settings, transaction),
        transaction=transaction,
        gateway=StripeGateway.at(
            settings.stripe_key,
            url=settings.stripe_url,
            webhook_secrets=settings.stripe_webhook_secrets,
        ),
    )
