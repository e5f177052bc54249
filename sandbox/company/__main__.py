"""`python -m sandbox.company`: play a small company's year into the books and the played Stripe.

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
from foundation.money import Money
from foundation.settings import Settings
from sandbox.company.days import Year
from sandbox.company.plan import Size, plan_of
from sandbox.company.production import Production, produce
from sandbox.company.values import Plan

SEED = "quittance"


def main() -> None:
    """Read the arguments, play, say what was played."""
    settings = Settings.from_environment(os.environ)
    logs.configure(readable=True)
    given = _arguments(settings)
    size = Size(customers=given.customers, months=given.months, invoices=given.invoices)
    year = Year(now=dt.datetime.now(dt.UTC), zone=settings.zone, days=size.days)
    plan = plan_of(seed=given.seed, size=size, year=year)
    production = Production(
        settings=settings, var=given.var, sign_ins=given.sign_ins, seed=given.seed
    )
    console = Console()
    with _bar(console) as bar:
        days = bar.add_task("Playing the company", total=year.days + 1)
        taken = produce(production, plan, year, each_day=lambda: bar.advance(days))
    console.print(_told(plan, taken), highlight=False)


def _arguments(settings: Settings) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.company", description=__doc__)
    whole = Size()
    parser.add_argument(
        "--var", type=Path, default=settings.var / "sandbox", help="the sandbox's folder"
    )
    parser.add_argument(
        "--sign-ins", type=Path, default=settings.var / "company.json", help="file to write"
    )
    parser.add_argument("--seed", default=SEED, help="another seed is another company")
    parser.add_argument("--customers", type=int, default=whole.customers)
    parser.add_argument("--months", type=int, default=whole.months)
    parser.add_argument("--invoices", type=int, default=whole.invoices)
    return parser.parse_args()


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TextColumn("days"), TimeElapsedColumn(), console=console)


def _told(plan: Plan, taken: tuple[Money, ...]) -> str:
    sums = ", ".join(format_money(amount, "en") for amount in taken)
    return (
        f"{len(plan.cast.companies)} customers, {len(plan.cast.people)} people,"
        f" {len(plan.invoices):,} invoices, {len(plan.credit_notes):,} credit notes,"
        f" {len(plan.payments):,} card payments: {sums}"
    )


if __name__ == "__main__":
    try:
        main()
    except QuittanceError as refusal:
        sys.exit(str(refusal))
