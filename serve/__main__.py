"""`python -m serve COMMAND`: what an operator does from a shell."""

import shutil

import click

from serve import postgres
from serve.household import Household
from serve.migrations import compare as compare_with_models
from serve.migrations import migrate as bring_to_head
from serve.postgres_binaries import readable_folder


@click.group()
def commands() -> None:
    """Quittance from a shell. Without DATABASE_URL the demo's own database is used."""


@commands.command()
def migrate() -> None:
    """Bring the database to the newest shape, as quittance_owner."""
    with Household.here().database() as addresses:
        bring_to_head(addresses["DATABASE_OWNER_URL"])
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


if __name__ == "__main__":
    commands(prog_name="python -m serve")
