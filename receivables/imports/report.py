"""What an import found and did, for whoever gave us the file."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.amounts import format_day
from foundation.audit import Fact, record
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from foundation.i18n import gettext as _
from foundation.i18n import language
from receivables.imports.outcome import Counts, outcome_words, read_words, refused_words
from receivables.models import ImportRun

NO_LINE: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong on a line of the file; without a column it is the line as a whole.

    Where files are given and not lines, `line` is NO_LINE and the column is the file's name.
    """

    line: int
    column: str | None
    sentence: str

    def __str__(self) -> str:
        if self.line == NO_LINE:
            return f"{self.column}: {self.sentence}"
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
class ImportReport:
    """A file as we read it. With problems nothing of it was stored."""

    kind: str  # a key of OUTCOMES
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
        """Lines, or files, that have to be put right."""
        where = {(one.line, one.column if one.line == NO_LINE else "") for one in self.problems}
        return len(where)

    def words(self) -> list[str]:
        """What there is to say, a sentence each, in the language spoken."""
        said = [str(problem) for problem in self.problems]
        said.append(read_words(self.kind, self.rows_read))
        if self.seen_on and not self.is_refused:
            day = format_day(self.seen_on, language())
            said.append(_("This very file was imported on %(day)s.", day=day))
        if self.is_refused:
            said.append(refused_words(self.kind, self.lines_refused))
        else:
            said.append(outcome_words(self.kind, self.counts, is_dry=self.is_dry))
        return said


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
