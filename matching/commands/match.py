"""`match`: what becomes of every payment, as a file."""

import argparse
from collections import Counter
from pathlib import Path

from matching.commands.arguments import add_sources, sources
from matching.commands.deciding import Decided, decided
from matching.commands.decisions import write_decisions
from matching.commands.knowledge import read_knowledge
from matching.commands.ledgers import read_ledgers
from matching.commands.progress import progress
from matching.engine import Policy, load_model
from matching.values import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `match` is asked with."""
    add_sources(parser)
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        required=True,
        metavar="DECISIONS",
        help="the file to write: a row for each item a payment is said to settle",
    )


def run(wanted: argparse.Namespace) -> str:
    """Decide every payment and write the decisions; how many of each kind. Raises FileRefused."""
    knowledge = read_knowledge(wanted.memory)
    with progress("Reading") as tick:
        ledgers = read_ledgers(sources(wanted), tick)
    model = knowledge.applied_to(load_model())
    found: list[Decided] = []
    with progress("Matching", sum(len(ledger.payments) for ledger in ledgers.values())) as tick:
        for ledger in ledgers.values():
            memory = knowledge.memory_of(ledger.name)
            for one in decided(ledger, memory, model, Policy()):
                found.append(one)
                tick(len(found))
    write_decisions(wanted.output, found)
    return _counted(found)


def _counted(found: list[Decided]) -> str:
    counts = Counter(one.decision.verdict for one in found)
    words = ", ".join(f"{counts[verdict]:,} {verdict.value}" for verdict in Verdict)
    return f"{len(found):,} payments: {words}."
