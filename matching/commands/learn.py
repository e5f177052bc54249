"""`learn`: what people decided becomes memory, and a calibration with its certificate."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from matching.commands.arguments import add_sources, sources
from matching.commands.knowledge import Knowledge, read_knowledge, write_knowledge
from matching.commands.ledgers import Ledger, read_claims, read_ledgers
from matching.commands.progress import progress
from matching.commands.reviewing import Review
from matching.engine import Calibration, Model, Policy, Reviewed, calibrate, load_model
from matching.values import Claim


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `learn` is asked with."""
    parser.add_argument("reviewed", type=Path, metavar="REVIEWED", help="what payments settled")
    add_sources(parser)
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        required=True,
        metavar="MEMORY",
        help="the file to write, for `--memory`; what `--memory` knew is kept in it",
    )


def run(wanted: argparse.Namespace) -> str:
    """Decide the reviewed payments as if new, learn from each day, write what was learned.

    Payments nobody reviewed teach nothing. Raises FileRefused.
    """
    known = read_knowledge(wanted.memory)
    ledgers = read_ledgers(sources(wanted))
    claims = read_claims(wanted.reviewed, ledgers)
    model = known.applied_to(load_model())
    reviews = {
        name: Review(ledger, _of(name, claims), known.memory_of(name), model, Policy())
        for name, ledger in ledgers.items()
    }
    _walk(reviews.values(), ledgers.values())
    reviewed = [one for review in reviews.values() for one in review.reviewed]
    calibration = calibrate(model, reviewed)
    memories = {**known.memories, **{name: one.memory for name, one in reviews.items()}}
    write_knowledge(wanted.output, Knowledge(memories, calibration))
    return _certificate(model, calibration, reviewed)


def _of(ledger: str, claims: dict[tuple[str, str], list[Claim]]) -> dict[str, Sequence[Claim]]:
    return {payment_id: found for (name, payment_id), found in claims.items() if name == ledger}


def _walk(reviews: Iterable[Review], ledgers: Iterable[Ledger]) -> None:
    done = 0
    with progress("Learning", sum(len(ledger.payments) for ledger in ledgers)) as tick:
        for review in reviews:
            for day in review.days():
                done += len(day.payments)
                tick(done)


def _certificate(model: Model, calibration: Calibration, reviewed: Sequence[Reviewed]) -> str:
    """What was learned, and what may be relied on from now."""
    lines = [f"Learned from {len(reviewed):,} reviewed payments."]
    if calibration == model.calibration:
        return lines[0] + " They are too few to change how probable things are."
    lines.append(f"The calibration rests on {calibration.reviewed:,} of them.")
    if calibration.auto_floor > 1:
        lines.append("They certify no automatic application: everything will be suggested.")
    else:
        lines.append(
            f"Applied automatically from probability {calibration.auto_floor:.4f}; of those at "
            f"least {calibration.precision_bound:.3%} were right, with 95 % confidence."
        )
    return "\n".join(lines)
