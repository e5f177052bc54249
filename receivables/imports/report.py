"""What an import found and did, for whoever gave us the file."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.amounts import format_day
from foundation.audit import Fact, record
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.i18n import gettext as _
from foundation.i18n import language, ngettext
from receivables.models import ImportRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong on a line of the file; without a column it is the line as a whole."""

    line: int
    column: str | None
    sentence: str

    def __str__(self) -> str:
        values = {"line": self.line, "column": self.column, "sentence": self.sentence}
        if self.column is None:
            return _("Line %(line)s: %(sentence)s", **values)
        return _("Line %(line)s, %(column)s: %(sentence)s", **values)


class Progress(Protocol):
    """Hears how far an import is: a stage, and how much of it is done."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def unheard(stage: str, done: int, total: int) -> None:
    """Nobody wants to know how far we are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Customers or documents of a file by what becomes of them, and the lines of the new ones."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    new_rows: int = 0
    unchanged_rows: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            new_rows=self.new_rows + other.new_rows,
            unchanged_rows=self.unchanged_rows + other.unchanged_rows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A file as we read it. With problems nothing of it was stored."""

    kind: str  # "customers", "invoices" or "credit_notes"
    sha256: str
    rows_read: int
    counts: Counts
    problems: tuple[Problem, ...]
    seen_on: dt.date | None  # the day this very file was imported for the first time
    is_dry: bool

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with the file."""
        return bool(self.problems)

    @property
    def lines_refused(self) -> int:
        """Lines that have to be put right."""
        return len({problem.line for problem in self.problems})

    def words(self) -> list[str]:
        """What there is to say, a sentence each, in the language spoken."""
        said = [str(problem) for problem in self.problems]
        said.append(
            ngettext("%(num)s line could be read.", "%(num)s lines could be read.", self.rows_read)
        )
        if self.seen_on and not self.is_refused:
            day = format_day(self.seen_on, language())
            said.append(_("This very file was imported on %(day)s.", day=day))
        said.append(self._outcome())
        return said

    def _outcome(self) -> str:
        if self.is_refused:
            return ngettext(
                "Nothing was stored: put %(num)s line right, then import the file again.",
                "Nothing was stored: put %(num)s lines right, then import the file again.",
                self.lines_refused,
            )
        if self.kind == "invoices":
            return self._of_invoices()
        if self.kind == "credit_notes":
            return self._of_credit_notes()
        return self._of_customers()

    def _of_invoices(self) -> str:
        new, known = self.counts.new, self.counts.unchanged
        if self.is_dry:
            return ngettext(
                "It would issue %(num)s invoice; known already: %(known)s.",
                "It would issue %(num)s invoices; known already: %(known)s.",
                new,
                known=known,
            )
        return ngettext(
            "%(num)s invoice issued; known before: %(known)s.",
            "%(num)s invoices issued; known before: %(known)s.",
            new,
            known=known,
        )

    def _of_credit_notes(self) -> str:
        new, known = self.counts.new, self.counts.unchanged
        if self.is_dry:
            return ngettext(
                "It would issue %(num)s credit note; known already: %(known)s.",
                "It would issue %(num)s credit notes; known already: %(known)s.",
                new,
                known=known,
            )
        return ngettext(
            "%(num)s credit note issued; known before: %(known)s.",
            "%(num)s credit notes issued; known before: %(known)s.",
            new,
            known=known,
        )

    def _of_customers(self) -> str:
        new = self.counts.new
        others = {"changed": self.counts.changed, "same": self.counts.unchanged}
        if self.is_dry:
            return ngettext(
                "It would add %(num)s customer; to change: %(changed)s; the same: %(same)s.",
                "It would add %(num)s customers; to change: %(changed)s; the same: %(same)s.",
                new,
                **others,
            )
        return ngettext(
            "%(num)s customer added; changed: %(changed)s; the same: %(same)s.",
            "%(num)s customers added; changed: %(changed)s; the same: %(same)s.",
            new,
            **others,
        )


def ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """By line, as found within a line."""
    return tuple(sorted(problems, key=lambda problem: problem.line))


def first_seen(session: Session, sha256: str) -> dt.date | None:
    """The day this very file was imported for the first time."""
    runs = sa.select(sa.func.min(ImportRun.created_at)).where(ImportRun.sha256 == sha256)
    moment = session.scalars(runs).one()
    return moment.date() if moment else None


@retried
def note_run(transaction: TransactionFactory, report: ImportReport, deed: Deed) -> None:
    """Remember an accepted file; one that was imported before and adds nothing adds no row."""
    if report.seen_on and not (report.counts.new or report.counts.changed):
        return
    run = ImportRun(
        id=uuid.uuid4(),
        kind=report.kind,
        sha256=report.sha256,
        rows_read=report.rows_read,
        rows_added=report.counts.new_rows,
        rows_unchanged=report.counts.unchanged_rows,
        actor_id=deed.actor_id,
        created_at=deed.at,
    )
    with transaction() as session:
        session.add(run)
        facts: dict[str, Fact] = {
            "kind": report.kind,
            "sha256": report.sha256,
            "rows": report.rows_read,
        }
        record(session, "file.imported", object_id=run.id, deed=deed, facts=facts)
