"""`python -m sandbox.company`: play a company's year into the books and the played Stripe.

Reads the environment like every process of ours. The last thing written is the file of sign-ins:
where it lies, the company is whole.
"""

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from foundation import logs
from foundation.amounts import format_money
from foundation.errors import QuittanceError
from foundation.settings import Settings
from sandbox.company.days import Year
from sandbox.company.plan import SMALL, WHOLE, Size, plan_of
from sandbox.company.production import Made, Production, produce
from sandbox.company.values import Plan

SEED = "quittance"


def main() -> None:
    """Read the arguments, play, say what was played."""
    settings = Settings.from_environment(os.environ)
    logs.configure(readable=True)
    given = _arguments(settings)
    size = _size(given)
    year = Year(now=given.until, zone=settings.zone, days=size.days)
    plan = plan_of(seed=given.seed, size=size, year=year)
    production = Production(
        settings=settings, var=given.var, sign_ins=given.sign_ins, seed=given.seed
    )
    console = Console()
    with _bar(console) as bar:
        days = bar.add_task("Playing the company", total=year.days + 1)
        made = produce(production, plan, year, each_day=lambda: bar.advance(days))
    console.print(_told(plan, made), highlight=False)


def _arguments(settings: Settings) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.company", description=__doc__)
    parser.add_argument(
        "--var", type=Path, default=settings.var / "sandbox", help="the sandbox's folder"
    )
    parser.add_argument(
        "--sign-ins", type=Path, default=settings.var / "company.json", help="file to write"
    )
    parser.add_argument("--seed", default=SEED, help="another seed is another company")
    parser.add_argument("--full", action="store_true", help="a whole company, not a small one")
    for name in ("customers", "months", "invoices"):
        parser.add_argument(f"--{name}", type=int, help="instead of what its size says")
    parser.add_argument(
        "--until", type=_moment, default=dt.datetime.now(dt.UTC), help="the end; now unless said"
    )
    return parser.parse_args()


def _moment(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("say the zone too, such as 2026-11-30T15:00+00:00")
    return at.astimezone(dt.UTC)


def _size(given: argparse.Namespace) -> Size:
    usual = WHOLE if given.full else SMALL
    return Size(
        customers=given.customers or usual.customers,
        months=given.months or usual.months,
        invoices=given.invoices or usual.invoices,
    )


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TextColumn("days"), TimeElapsedColumn(), console=console)


def _told(plan: Plan, made: Made) -> str:
    sums = ", ".join(format_money(amount, "en") for amount in made.taken)
    return (
        f"{len(plan.cast.companies)} customers, {len(plan.cast.people)} people,"
        f" {len(plan.invoices):,} invoices, {len(plan.credit_notes):,} credit notes,"
        f" {len(plan.payments):,} payments: {sums}; the books' digest is {made.digest}"
    )


if __name__ == "__main__":
    try:
        main()
    except QuittanceError as refusal:
        sys.exit(str(refusal))
