"""Day after day: invoices go out in the morning, people pay, what was left open is looked at."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from foundation.audit import Fact, record
from foundation.outbox import finish, lease
from payments.card.janitor import check_due
from payments.card.sweep import sweep
from sandbox.company.bookkeeper import look_at_the_late
from sandbox.company.days import EVENING, MORNING, Year
from sandbox.company.habits import FRIDAY
from sandbox.company.payers import pay
from sandbox.company.saving import save_methods
from sandbox.company.seller import credit, issue, open_business
from sandbox.company.stage import Stage
from sandbox.company.values import Plan, PlannedPayment

MAILS_KEPT: Final = dt.timedelta(days=3)
LEASED_AT_ONCE: Final = 500


def play(stage: Stage, plan: Plan, year: Year, *, each_day: Callable[[], object]) -> None:
    """Let the plan happen; `each_day` is called as each day ends."""
    issued, credited, paid = defaultdict(list), defaultdict(list), defaultdict(list)
    for invoice in plan.invoices:
        issued[invoice.issued_on].append(invoice)
    for note in plan.credit_notes:
        credited[note.issued_on].append(note)
    for payment in plan.payments:
        paid[payment.at.astimezone(year.zone).date()].append(payment)
    stage.clock.at = year.moment(year.first, 0)
    open_business(stage, plan.cast)
    for day in year.all_days():
        stage.clock.at = year.moment(day, MORNING)
        issue(stage, issued[day])
        credit(stage, credited[day])
        look_at_the_late(stage, day)
        _spend_the_day(stage, paid[day])
        if day < year.today:
            stage.clock.at = year.moment(day, EVENING)
            stage.agenda.carry_out(day)
            _end_the_day(stage, is_payday=day.weekday() == FRIDAY)
        each_day()
    stage.clock.at = year.now
    save_methods(stage)


def end(stage: Stage, plan: Plan, year: Year, *, seed: str) -> None:
    """Put old mail away and let the audit chain say that these books are a play."""
    facts: dict[str, Fact] = {
        "seed": seed,
        "customers": len(plan.cast.companies),
        "invoices": len(plan.invoices),
        "credit_notes": len(plan.credit_notes),
        "payments": len(plan.payments),
        "mails_never_sent": forget_old_mail(stage, before=year.now - MAILS_KEPT),
    }
    with stage.books() as session:
        record(session, "company.played", object_id=None, deed=stage.deed(), facts=facts)


def _spend_the_day(stage: Stage, payments: Sequence[PlannedPayment]) -> None:
    for payment in payments:
        stage.clock.at = payment.at
        pay(stage, payment)


def _end_the_day(stage: Stage, *, is_payday: bool) -> None:
    """Banks answer, the week's money leaves for our bank; then the janitor looks, and the sweep."""
    stage.world.catch_up(asked=False)
    if is_payday:
        stage.world.pay_out_all()
    check_due(stage.books, stage.gateway, deed=stage.deed())
    sweep(stage.books, stage.gateway, deed=stage.deed())


def forget_old_mail(stage: Stage, *, before: dt.datetime) -> int:
    """Mark mail of the played past as sent, which it never was: how many.

    Nobody was there to read it, and a year of receipts on the first day would bury the ones a
    visitor of the demo causes. The rows stay, as those of sent mail do; what was written since
    `before` is left to the real workers.
    """
    marked = 0
    while True:
        with stage.books() as session:
            rows = lease(session, now=before, limit=LEASED_AT_ONCE)
            for row in rows:
                finish(session, row, now=before)
        if not rows:
            return marked
        marked += len(rows)
