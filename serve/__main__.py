"""`python -m serve COMMAND`: what an operator does from a shell."""

import contextlib
import datetime as dt
import os
import shutil
import uuid
from collections.abc import Iterator

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import Transaction, engine_of
from foundation.keyring import KeyRing
from foundation.outbox import dead_letters, revive
from foundation.secrets_at_rest import rotate
from payments.card.queries import open_cases
from payments.card.verify import findings
from receivables.queries.clearing import clearing_of
from serve import postgres
from serve.bookkeeping import COMMANDS as BOOKKEEPING
from serve.cash import COMMANDS as CASH
from serve.household import Household
from serve.imports import (
    import_contacts,
    import_credit_notes,
    import_customers,
    import_invoices,
    import_originals,
)
from serve.migrations import compare as compare_with_models
from serve.migrations import migrate as bring_to_head
from serve.postgres_binaries import readable_folder

STATEMENT_SECONDS_MAX = 600  # of a check that reads the whole journal


@click.group()
def commands() -> None:
    """Quittance from a shell. Without DATABASE_URL the demo's own database is used."""


@commands.command()
def migrate() -> None:
    """Bring the database to the newest shape, as quittance_owner."""
    with Household.here().database() as database:
        bring_to_head(database.owner)
    click.echo("The database has the newest shape.")


@commands.command()
def compare() -> None:
    """Prove on an empty database that the migrations make exactly what the models say."""
    folder = readable_folder("quittance-compare-")
    try:
        with postgres.start(folder / "data", durable=False) as server:
            bring_to_head(server.url(postgres.OWNER))
            compare_with_models(server.url(postgres.OWNER))
    finally:
        shutil.rmtree(folder)
    click.echo("Models and migrations agree.")


@commands.command()
@click.option("--database", "address", metavar="URL", help="Instead of the demo's.")
def verify(address: str | None) -> None:
    """Check invariants, projections and the audit chain; name every row that breaks one."""
    count = 0
    with books(address) as session:
        for finding in findings(session, session.info["audit_key"]):
            count += 1
            click.echo(finding)
    if count:
        raise click.ClickException(f"{count} of the above must not be.")
    click.echo("Everything agrees.")


@commands.command()
def cases() -> None:
    """List the payments and the work given up that a person must look at, oldest first."""
    with books() as session:
        found, dead = open_cases(session), dead_letters(session)
        for case in found:
            click.echo(f"{case.opened_at:%Y-%m-%d %H:%M} {case.kind} {case.object_ref}")
            click.echo("".join(f"    {name}: {value}\n" for name, value in case.facts.items()))
        for work in dead:
            click.echo(f"{work.created_at:%Y-%m-%d %H:%M} given up: {work.topic} {work.id}")
            click.echo(f"    {work.error}\n")
    click.echo(f"{len(found) + len(dead)} to look at.")


@commands.command()
def clearing() -> None:
    """List what waits on clearing accounts, and for how many days: the longest first."""
    with books() as session:
        found = clearing_of(session, on=dt.datetime.now(dt.UTC).date())
        for one in found:
            click.echo(f"{one.account:<18} {one.balance!s:>18}  since {one.since}, {one.days} days")
    click.echo(f"{len(found)} not even.")


@commands.command()
@click.argument("work", type=click.UUID)
def retry(work: uuid.UUID) -> None:
    """Let work that was given up be tried again; `cases` names it."""
    with books() as session:
        if not revive(session, work, now=dt.datetime.now(dt.UTC)):
            raise click.ClickException("There is no such work that was given up.")
    click.echo("It is tried again within seconds.")


@commands.command("rotate-keys")
def rotate_keys() -> None:
    """Write every secret at rest with the first key of QUITTANCE_DATA_KEYS."""
    trouble = 0
    with factory() as transaction:
        for told in rotate(transaction):
            trouble += "cannot be read" in told
            click.echo(told)
    if trouble:
        raise click.ClickException("Put the key they were made with back at the end of the list.")
    click.echo("The other keys are needed no more.")


@contextlib.contextmanager
def books(address: str | None = None) -> Iterator[Session]:
    """One transaction as quittance_app on a given database, else on this household's."""
    with factory(address) as transaction, transaction() as session:
        if not session.scalar(sa.text("SELECT to_regclass('alembic_version')")):
            raise click.ClickException("This database is empty. Run the demo or `migrate` first.")
        yield session


@contextlib.contextmanager
def factory(address: str | None = None) -> Iterator[Transaction]:
    """Opens transactions as quittance_app, with the keys of this household or environment."""
    home = Household.here()
    key = os.environ.get("QUITTANCE_AUDIT_KEY") or home.keys()["audit_key"]
    data_keys = os.environ.get("QUITTANCE_DATA_KEYS") or home.keys()["data_key"]
    with contextlib.ExitStack() as stack:
        url = address or stack.enter_context(home.database()).app
        engine = engine_of(url, pool=1, statement_seconds=STATEMENT_SECONDS_MAX)
        stack.callback(engine.dispose)
        ring = KeyRing.of([one.strip() for one in data_keys.split(",")])
        yield Transaction(engine, audit_key=key.encode(), keyring=ring)


commands.add_command(import_customers)
commands.add_command(import_contacts)
commands.add_command(import_invoices)
commands.add_command(import_credit_notes)
commands.add_command(import_originals)
for command in (*BOOKKEEPING, *CASH):
    commands.add_command(command)

if __name__ == "__main__":
    commands(prog_name=os.environ.get("QUITTANCE_TYPED", "python -m serve"))
