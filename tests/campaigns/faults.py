"""Kill the payment at every point, then at random points in bad weather; judge after each."""

import contextlib
import time
from argparse import Namespace
from collections.abc import Iterator
from itertools import count

from tests.campaigns.lives import LifeBroke, Scene, a_life, lived, spoil
from tests.campaigns.oracle import Judgement
from tests.campaigns.plans import WAYS, Every, Plan, drawn, payer_of
from tests.campaigns.points import Points
from tests.campaigns.records import Record
from tests.campaigns.stage import Company, a_company, a_server

SCHEDULES_A_COMPANY = 40  # `verify` reads the whole books after each, so they are kept small
RETRY_MINUTES = 1


def run(wanted: Namespace) -> int:
    """The campaign; 0 when nothing failed."""
    record = Record.kept("faults", wanted.seed, is_kept=not (wanted.share or wanted.only))
    ends = time.monotonic() + wanted.minutes * 60
    with a_server(wanted.server) as (server, template):
        with a_company(server, template) as company:
            warm_up(company)
            points = {way: passed(company, way) for way in WAYS}
        every = Every(points, share=wanted.share or 1)
        if wanted.only:
            plans = iter([_named(wanted.only, every, points)])
        else:
            plans = _plans(every, record, points, is_share=bool(wanted.share))
        while time.monotonic() < ends and (batch := _some(plans)):
            with a_company(server, template) as company:
                for plan in batch:
                    if time.monotonic() < ends:
                        _play_and_note(company, plan, record)
    total = sum(len(labels) for labels in points.values())
    record.close(f"of {total} points {min(record.done, len(every))} were hit one by one")
    return 1 if record.failed else 0


def warm_up(company: Company) -> None:
    """Walk once in this very process: what is compiled and read then, no life does again."""
    for way in WAYS:
        plan = Plan(name=way, way=way, payer=payer_of(way))
        with a_life(company.scene(), plan, Points(), 0) as life:
            life.take_payment()
            life.recover()


def passed(company: Company, way: str) -> list[str]:
    """The points of one way, by walking it once unharmed."""
    plan = Plan(name=f"{way} unharmed", way=way, payer=payer_of(way))
    found = _life(company.scene(), plan, Points(), 0)
    if found is None:
        raise LifeBroke(way)
    return found


def _plans(
    every: Every, record: Record, points: dict[str, list[str]], *, is_share: bool
) -> Iterator[Plan]:
    """Every point first; then random ones without end, from where the last run stopped."""
    yield from list(every)[record.done :]
    if is_share:
        return
    most = max(map(len, points.values()))
    for number in count(max(0, record.done - len(every))):
        yield drawn(record.seed, number, most)


def _named(name: str, every: Every, points: dict[str, list[str]]) -> Plan:
    """The schedule of that name, as it stands in a report."""
    for plan in every:
        if plan.name == name:
            return plan
    seed, _, number = name.partition(":")
    return drawn(int(seed), int(number), max(map(len, points.values())))


def _some(plans: Iterator[Plan]) -> list[Plan]:
    return [plan for plan, _ in zip(plans, range(SCHEDULES_A_COMPANY), strict=False)]


def _play_and_note(company: Company, plan: Plan, record: Record) -> None:
    try:
        kills, judgement = play(company, plan)
    except LifeBroke as broke:
        record.note(plan.name, {"broken": 1}, f"{plan.told()}\n{broke}")
        return
    wrong = {
        "lost": len(judgement.lost),
        "doubled": len(judgement.doubled),
        "stuck": len(judgement.stuck),
        "unsound": len(judgement.unsound),
    }
    trouble = "" if judgement.is_good else f"{plan.told()}\n{judgement}"
    record.note(plan.name, {"kills": kills, **wrong}, trouble)


def play(company: Company, plan: Plan) -> tuple[int, Judgement]:
    """One schedule: lives that end by a kill, then one that recovers; how many kills there were."""
    scene, kills = company.scene(), 0
    with contextlib.closing(company.world()) as world:
        world.faults.clear()
        spoil(world, plan)
    for turn, kill_at in enumerate(plan.kills):
        if _life(scene, plan, Points(kill_at), turn * RETRY_MINUTES) is None:
            kills += 1
    lived(lambda: _recovery(scene, plan))
    return kills, company.judge()


def _life(scene: Scene, plan: Plan, points: Points, minutes: int) -> list[str] | None:
    def work() -> list[str]:
        with a_life(scene, plan, points, minutes) as life:
            life.take_payment()
        return points.labels

    return lived(work)


def _recovery(scene: Scene, plan: Plan) -> list[str]:
    points = Points()
    with a_life(scene, plan, points, len(plan.kills) * RETRY_MINUTES) as life:
        life.recover()
    return points.labels
