"""Import of customers and documents from a shell: check the file, show how far it is, say it."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress as Bars

from foundation.business_clock import clock_of
from foundation.database import Transaction, engine_of
from foundation.deed import SYSTEM_ID, Deed
from foundation.files import FILES_MAX, FilesUnreadable, files_of
from foundation.i18n import LANGUAGES, best_language, speaking
from foundation.i18n import gettext as _
from foundation.settings import Settings
from receivables.imports.contacts import check_contacts
from receivables.imports.contacts import import_contacts as take_contacts
from receivables.imports.credit_notes import check_credit_notes
from receivables.imports.credit_notes import import_credit_notes as take_credit_notes
from receivables.imports.customers import check_customers
from receivables.imports.customers import import_customers as take_customers
from receivables.imports.invoices import check_invoices
from receivables.imports.invoices import import_invoices as take_invoices
from receivables.imports.originals import check_originals
from receivables.imports.originals import import_originals as take_originals
from receivables.imports.report import ImportReport, Progress
from receivables.imports.table import FILE_BYTES_MAX
from serve.household import Household

Command = TypeVar("Command", bound=Callable[..., Any])


def import_command(command: Command) -> Command:
    """What each of the commands takes."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Tell what it would do; store nothing."),
        click.option(
            "--language", type=click.Choice(LANGUAGES), help="Of the answers; else the shell's."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@import_command
def import_customers(file: Path, dry_run: bool, language: str | None) -> None:  # noqa: FBT001 (click)
    """Add the customers of a CSV file and change those that differ.

    A file with a bad line is refused whole; one that was cut short is finished by running it again.

    Columns: number, name, country, language, terms_days and, if wanted, parent_number.
    """
    with speaking(language or shell_language()), at_the_books() as (transaction, deed):
        content = content_of(file)
        with progress_bar() as progress:
            if dry_run:
                report = check_customers(transaction, content, progress=progress)
            else:
                report = take_customers(transaction, content, deed=deed, progress=progress)
        tell(report)


@click.command()
@import_command
def import_contacts(file: Path, dry_run: bool, language: str | None) -> None:  # noqa: FBT001 (click)
    """Let the people of a CSV file act for customers, and change the roles that differ.

    A file with a bad line is refused whole; one that was cut short is finished by running it again.
    New people sign in by a link in a mail. Known ones keep their name and language; access that was
    ended is not given back.

    Columns: email, name, role (viewer, payer or admin), customer_number and, if wanted, language
    (en or fr; else the customer's).
    """
    with speaking(language or shell_language()), at_the_books() as (transaction, deed):
        content = content_of(file)
        with progress_bar() as progress:
            if dry_run:
                report = check_contacts(transaction, content, progress=progress)
            else:
                report = take_contacts(transaction, content, deed=deed, progress=progress)
        tell(report)


@click.command()
@import_command
def import_invoices(file: Path, dry_run: bool, language: str | None) -> None:  # noqa: FBT001 (click)
    """Issue the new invoices of a CSV file.

    A file with a bad line is refused whole; one that was cut short is finished by running it again.

    Columns: ledger, number, customer_number, issued_on, currency; if wanted due_on,
    purchase_order, and discount_until with discount_percent or discount_amount (what is taken off
    for money that comes by that day); then either total, or a record a line with line_description,
    quantity, unit, net and tax.
    """
    with speaking(language or shell_language()), at_the_books() as (transaction, deed):
        content = content_of(file)
        with progress_bar() as progress:
            if dry_run:
                report = check_invoices(transaction, content, progress=progress)
            else:
                report = take_invoices(transaction, content, deed=deed, progress=progress)
        tell(report)


@click.command()
@import_command
def import_credit_notes(file: Path, dry_run: bool, language: str | None) -> None:  # noqa: FBT001 (click)
    """Issue the new credit notes of a CSV file; until they are used they are customers' credit.

    A file with a bad line is refused whole; one that was cut short is finished by running it again.

    Columns: ledger, number, customer_number, issued_on, currency; if wanted invoice_number (the
    invoice it corrects) and reason (goods_returned, price_corrected or other); then either total,
    or a record a line with line_description, quantity, unit, net and tax. What is credited is
    written as an amount above zero.
    """
    with speaking(language or shell_language()), at_the_books() as (transaction, deed):
        content = content_of(file)
        with progress_bar() as progress:
            if dry_run:
                report = check_credit_notes(transaction, content, progress=progress)
            else:
                report = take_credit_notes(transaction, content, deed=deed, progress=progress)
        tell(report)


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what it would do; store nothing.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the answers; else the shell's.")
def import_originals(path: Path, dry_run: bool, language: str | None) -> None:  # noqa: FBT001 (click)
    """Keep the original PDFs of a folder or ZIP for the customers of their invoices.

    A file is named for its invoice (FA-20114.pdf), where ledgers share numbers in a folder named
    for the ledger (FR01/FA-20114.pdf); or index.csv at the top names all of them, with the columns
    file, invoice_number and, if wanted, ledger. A file is a whole PDF of at most 10 MB. With one
    bad file nothing is kept; running it again finishes what was cut short.
    """
    with speaking(language or shell_language()), at_the_books() as (transaction, deed):
        try:
            with files_of(path) as files, progress_bar() as progress:
                if dry_run:
                    report = check_originals(transaction, files, progress=progress)
                else:
                    report = take_originals(transaction, files, deed=deed, progress=progress)
        except FilesUnreadable:
            words = _(
                "This is no folder and no whole ZIP, or holds more than %(most)s files.",
                most=FILES_MAX,
            )
            raise click.ClickException(words) from None
        tell(report)


def shell_language() -> str:
    """The language that the shell speaks, if it is ours."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return best_language(spoken.partition("_")[0])


def content_of(file: Path) -> bytes:
    """The file; of one that is too large just so much that the import refuses it."""
    with file.open("rb") as opened:
        return opened.read(FILE_BYTES_MAX + 1)


@contextlib.contextmanager
def at_the_books() -> Iterator[tuple[Transaction, Deed]]:
    """The books of this household as quittance_app, and what the system does there now."""
    home = Household.here()
    with home.database() as database:
        env = {"QUITTANCE_AUDIT_KEY": home.keys()["audit_key"], **os.environ}
        settings = Settings.from_environment({**env, "DATABASE_URL": database.app})
        engine = engine_of(database.app, pool=1)
        transaction = Transaction(engine, audit_key=settings.audit_key)
        clock = clock_of(settings, transaction)
        deed = Deed(
            actor_id=SYSTEM_ID,
            subject_id=None,
            request_id=uuid.uuid4().hex,
            at=clock.now(),
            on=clock.today(),
        )
        try:
            yield transaction, deed
        finally:
            engine.dispose()


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar a stage on the error output; nothing where nobody watches."""
    stages = {
        "reading": _("Reading"),
        "comparing": _("Comparing with the books"),
        "storing": _("Storing"),
    }
    console = Console(stderr=True)
    with Bars(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {
            stage: bars.add_task(words, total=None, start=False, visible=False)
            for stage, words in stages.items()
        }

        def heard(stage: str, done: int, total: int) -> None:
            bars.start_task(tasks[stage])
            bars.update(tasks[stage], completed=done, total=total or None, visible=True)

        yield heard


def tell(report: ImportReport) -> None:
    """Every sentence; a refused file ends the command with an error."""
    for sentence in report.words():
        click.echo(sentence)
    if report.is_refused:
        raise SystemExit(1)
