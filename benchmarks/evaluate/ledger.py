"""Real open items through the product's own import, then every balance against polars.

For each set: customers, invoices and credit notes are imported by the same procedures as by the
commands; the same files again must add nothing; what each customer owes in each currency, overdue,
by age and after its credit must be what a separate calculation says, today and, for each account
with each ledger, on two past days; 25 invoices are paid by card and the
balance must drop by exactly their sum; and no check of the books may find anything.
"""

import datetime as dt
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from benchmarks.evaluate.expected import Figures, expected, expected_then
from benchmarks.evaluate.paying import basket_for, pay
from benchmarks.evaluate.stage import Stage, a_server, a_stage
from benchmarks.evaluate.truth import SETS, Truth, read_truth
from payments.card.verify import findings
from receivables.actions.customers import open_ledger
from receivables.imports.credit_notes import import_credit_notes
from receivables.imports.customers import import_customers
from receivables.imports.invoices import import_invoices
from receivables.imports.report import ImportReport
from receivables.models import Customer, Ledger
from receivables.queries.aging import Aged
from receivables.queries.balances import CurrencyBalance, balances_of
from receivables.queries.standing import Standing, books_of, standing_of
from serve import postgres

SHOWN_MAX = 10  # disagreements of one kind that are told one by one

Outcome = tuple[dict[str, Any], list[str]]  # figures, and a sentence for each disagreement


def evaluate(folder: Path) -> Outcome:
    """Every set of the folder, a database each. Raises TruthMissing."""
    truths = [read_truth(folder, name) for name in SETS]
    figures: dict[str, Any] = {}
    wrong: list[str] = []
    with a_server() as server:
        for truth in truths:
            figures[truth.name], found = evaluate_set(server, truth)
            wrong += [f"{truth.name}: {sentence}" for sentence in found]
    show(figures)
    return figures, wrong


def evaluate_set(server: postgres.Server, truth: Truth) -> Outcome:
    """One set in a database of its own."""
    started = time.monotonic()
    as_of = truth.as_of
    with a_stage(server, f"truth_{truth.name}") as stage:
        figures, wrong = imported(stage, truth)
        if not wrong:
            for step in (compared, looked_back, paid, verified):
                found, sentences = step(stage, truth, as_of)
                figures |= found
                wrong += sentences
    say(f"{truth.name}: done in {time.monotonic() - started:.0f} s")
    described = {
        "items": truth.items.height,
        "credit_notes": truth.notes.height,
        "customers": truth.items["customer_id"].n_unique(),
        "days_filled": truth.days_filled,
        "numbers_made_unique": truth.numbers_made_unique,
        "as_of": as_of.isoformat(),
        "seconds": round(time.monotonic() - started, 1),
    }
    return {**described, **figures}, wrong


def imported(stage: Stage, truth: Truth) -> Outcome:
    """All files, and the documents once more."""
    with stage.app() as session:
        for code in truth.ledgers():
            open_ledger(session, code=code, name=f"Ledger {code}", country="US")
    customers = import_customers(stage.app, truth.customers_csv(), deed=stage.deed())
    content = truth.invoices_csv()
    started = time.monotonic()
    first = import_invoices(stage.app, content, deed=stage.deed())
    seconds = time.monotonic() - started
    say(f"{truth.name}: {first.counts.new} invoices imported in {seconds:.0f} s")
    again = import_invoices(stage.app, content, deed=stage.deed())
    figures = {
        "import_seconds": round(seconds, 1),
        "rows_per_second": round(first.rows_read / seconds),
        "again_adds_nothing": not again.counts.new and not again.is_refused,
    }
    notes = truth.credit_notes_csv()
    credited = import_credit_notes(stage.app, notes, deed=stage.deed())
    credited_again = import_credit_notes(stage.app, notes, deed=stage.deed())
    reports = (customers, first, again, credited, credited_again)
    wrong = [sentence for report in reports for sentence in refused(report)]
    if credited.counts.new != truth.notes.height or credited_again.counts.new:
        wrong.append(
            f"{credited.counts.new} of {truth.notes.height} credit notes were new, then"
            f" {credited_again.counts.new}"
        )
    if first.counts.new != truth.items.height or again.counts.new:
        wrong.append(
            f"{first.counts.new} of {truth.items.height} invoices were new, then {again.counts.new}"
        )
    return figures, wrong


def refused(report: ImportReport) -> list[str]:
    """Why the import did not take the file."""
    return [str(problem) for problem in report.problems[:SHOWN_MAX]]


def compared(stage: Stage, truth: Truth, as_of: dt.date) -> Outcome:
    """Every customer and currency: what the books say against what polars says."""
    wanted = expected(truth.items, truth.notes, as_of)
    said = said_by_the_books(stage, as_of)
    differing = differences(wanted, said, "")
    figures = {"balances_compared": len(wanted), "totals_agree": not differing}
    return figures, differing[:SHOWN_MAX]


def differences(
    wanted: Mapping[tuple[str, ...], Figures], said: Mapping[tuple[str, ...], Figures], when: str
) -> list[str]:
    """Each account of which the two say something else."""
    return [
        f"customer {', '.join(key)}{when}: the books say {said.get(key)}, "
        f"polars says {wanted.get(key)}"
        for key in sorted(set(wanted) | set(said))
        if wanted.get(key) != said.get(key)
    ]


def looked_back(stage: Stage, truth: Truth, _as_of: dt.date) -> Outcome:
    """Every account on days in the past, as its statement says it: from the journal alone."""
    differing: list[str] = []
    accounts = 0
    for day in truth.days_before:
        wanted = expected_then(truth.items, truth.notes, day)
        accounts += len(wanted)
        differing += differences(wanted, said_then(stage, day), f" on {day}")
    return {"statements_compared": accounts, "statements_agree": not differing}, differing[
        :SHOWN_MAX
    ]


def said_then(stage: Stage, day: dt.date) -> dict[tuple[str, ...], Figures]:
    """`standing_of` for every account there is, where anything was open."""
    said: dict[tuple[str, ...], Figures] = {}
    with stage.app() as session:
        ledgers = session.execute(sa.select(Ledger.id, Ledger.code))
        codes = {row.id: row.code for row in ledgers}
        for number, customer_id in session.execute(sa.select(Customer.number, Customer.id)):
            for books in books_of(session, customer_id=customer_id):
                then = standing_of(session, books=books, on=day)
                figures = figures_of_standing(then)
                if any(figures.values()):
                    said[number, codes[books.ledger_id], books.currency] = figures
    return said


def said_by_the_books(stage: Stage, as_of: dt.date) -> dict[tuple[str, ...], Figures]:
    """`balances_of` for every customer there is."""
    said: dict[tuple[str, ...], Figures] = {}
    with stage.app() as session:
        for number, customer_id in session.execute(sa.select(Customer.number, Customer.id)):
            for balance in balances_of(session, customer_id=customer_id, on=as_of):
                said[number, balance.currency] = figures_of(balance)
    return said


def figures_of(balance: CurrencyBalance) -> Figures:
    """A balance in the words of the separate calculation."""
    figures = {
        "still_open": balance.still_open.minor,
        "overdue": balance.overdue.minor,
        "not_yet_due": balance.not_yet_due.minor,
        "open_count": balance.open_count,
        "overdue_count": balance.overdue_count,
        "credit": balance.credit.minor,
        "owed": balance.owed.minor,
    }
    counts = {f"{bucket.code}.count": bucket.count for bucket in balance.aging}
    return figures | sums_of_aging(balance.aging) | counts


def figures_of_standing(then: Standing) -> Figures:
    """What was open on a day in the same words."""
    figures = {
        "still_open": then.still_open.minor,
        "overdue": then.overdue.minor,
        "not_yet_due": then.aging[0].amount.minor,
        "credit": then.credit.minor,
        "owed": then.owed.minor,
    }
    return figures | sums_of_aging(then.aging)


def sums_of_aging(aging: Sequence[Aged]) -> Figures:
    """The sum of each bucket."""
    return {f"{bucket.code}.amount": bucket.amount.minor for bucket in aging}


def paid(stage: Stage, truth: Truth, as_of: dt.date) -> Outcome:
    """A basket of real invoices through the whole card path."""
    result = pay(stage, basket_for(truth), as_of=as_of)
    figures = {
        "paid_items": result.items,
        "paid": str(result.amount),
        "payment_agrees": not result.disagreements,
    }
    return figures, result.disagreements


def verified(stage: Stage, _truth: Truth, _as_of: dt.date) -> Outcome:
    """Every check that `dev.py verify` makes."""
    with stage.app() as session:
        found = list(findings(session, stage.audit_key))
    return {"findings": len(found)}, found[:SHOWN_MAX]


def show(figures: dict[str, Any]) -> None:
    """The figures side by side."""
    table = Table(title="Real open items in the books", title_justify="left")
    table.add_column("")
    for name in figures:
        table.add_column(name, justify="right")
    for row in dict.fromkeys(key for columns in figures.values() for key in columns):
        table.add_row(row.replace("_", " "), *(_cell(c.get(row, "-")) for c in figures.values()))
    Console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,}" if isinstance(value, int) else str(value)


def say(sentence: str) -> None:
    """How far we are, for whoever waits."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
