"""Alembic's entry: runs the versions as quittance_owner, each in its own transaction."""

import os

import sqlalchemy as sa
from alembic import context

import foundation.audit
import foundation.business_clock
import foundation.job_run
import foundation.limits
import foundation.outbox
import payments.basket.models
import payments.card.afterwards
import payments.card.models
import payments.card.saved_method
import payments.links.models
import people.models
import receivables.models
from foundation.database import Base

# Importing them makes their tables known to Base.metadata.
MODELS = (
    foundation.audit,
    foundation.business_clock,
    foundation.job_run,
    foundation.limits,
    foundation.outbox,
    people.models,
    receivables.models,
    payments.basket.models,
    payments.card.models,
    payments.card.afterwards,
    payments.card.saved_method,
    payments.links.models,
)
LOCK_TIMEOUT = "2s"  # a migration waits for nobody: it gives up and is run again


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_OWNER_URL"]
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
