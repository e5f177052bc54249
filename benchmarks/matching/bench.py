"""`dev.py bench matching`: how right and how fast the engine is, beside its peers."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.matching import page
from benchmarks.matching.running import STANDARD, Run, Scope, Size
from benchmarks.matching.tables import Table, all_tables
from benchmarks.matching.targets import targets
from benchmarks.matching.worlds import PROFILES

FULL_SEEDS, FULL_ROUNDS = 5, 3


def main(words: Sequence[str] = ()) -> int:
    """Measure what the options ask for, print the tables, write the page if one is named."""
    wanted = parser().parse_args(words)
    told = Run(scope_of(wanted), say).all()
    tables = [*all_tables(told), targets(told)]
    console = Console(width=None if sys.stdout.isatty() else 220)
    for table in tables:
        console.print(f"\n[bold]{table.title}[/bold]", _rich(table), table.note, sep="\n")
    if wanted.json:
        Path(wanted.json).write_text(json.dumps(told, indent=1) + "\n")
    if wanted.page:
        Path(wanted.page).write_text(page.text(told, tables, repeating(wanted)))
    return 0


def say(sentence: str) -> None:
    """Tell what is being measured."""
    print(sentence, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options."""
    asked = argparse.ArgumentParser(prog="dev.py bench matching", description=__doc__)
    asked.add_argument("--profiles", nargs="+", choices=[*PROFILES], default=[*PROFILES])
    asked.add_argument("--seeds", type=int, default=3, help="worlds of each profile")
    asked.add_argument("--customers", type=int, default=STANDARD.customers)
    asked.add_argument("--items", type=int, default=STANDARD.items)
    asked.add_argument("--payments", type=int, default=STANDARD.payments)
    asked.add_argument("--no-peers", action="store_true", help="the engine and the floor only")
    asked.add_argument("--full", action="store_true", help="five seeds, 1,000,000 items, medians")
    asked.add_argument("--resume", action="store_true", help="keep rates that are known already")
    asked.add_argument("--json", metavar="OUT", help="write every figure to this file")
    asked.add_argument("--page", metavar="OUT", help="write the page of results to this file")
    return asked


def repeating(wanted: argparse.Namespace) -> str:
    """The options that measure the same again; where figures are written is nobody's business."""
    words = ["--full"] if wanted.full else ["--seeds", str(wanted.seeds)]
    if wanted.profiles != [*PROFILES]:
        words += ["--profiles", *wanted.profiles]
    for name, value in asdict(STANDARD).items():
        if getattr(wanted, name) != value:
            words += [f"--{name}", str(getattr(wanted, name))]
    return " ".join([*words, *(["--no-peers"] if wanted.no_peers else [])])


def scope_of(wanted: argparse.Namespace) -> Scope:
    """What the options mean."""
    size = Size(customers=wanted.customers, items=wanted.items, payments=wanted.payments)
    return Scope(
        profiles=tuple(wanted.profiles),
        seeds=FULL_SEEDS if wanted.full else wanted.seeds,
        size=size,
        has_peers=not wanted.no_peers,
        is_large=wanted.full,
        rounds=FULL_ROUNDS if wanted.full else 1,
        is_resumed=wanted.resume,
    )


def _rich(table: Table) -> RichTable:
    shown = RichTable()
    for number, column in enumerate(table.columns):
        shown.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*row)
    return shown
