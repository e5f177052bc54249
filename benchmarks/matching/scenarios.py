"""Payments that settle invoices to the cent: one or many, with numbers, without, less credits."""

import random
from dataclasses import replace

from benchmarks.matching.numbering import rf_reference
from benchmarks.matching.picking import Desk, Plan, Quote, batch_size
from matching.values import OpenItem

NEIGHBOURS_MAX = 400  # between two numbers of one range


def one_ref(desk: Desk) -> list[Plan]:
    """One invoice, its number written."""
    return _single(desk, "one_ref")


def one_noref(desk: Desk) -> list[Plan]:
    """One invoice and no number: the oldest of that amount."""
    found = desk.someone(1)
    if not found:
        return []
    payer, free = found
    places = desk.oldest_twins(free, desk.some(payer, free, 1))
    return [settling(desk, "one_noref", payer, places)]


def one_rf(desk: Desk) -> list[Plan]:
    """One invoice by its creditor reference."""
    plans = _single(desk, "one_rf")
    return [
        replace(p, quotes=tuple(replace(q, text=rf_reference(q.text), kind="rf") for q in p.quotes))
        for p in plans
    ]


def po_ref(desk: Desk) -> list[Plan]:
    """What one purchase order of the payer was billed with, under the order's number."""
    found = desk.someone(1, fits=_has_order)
    if not found:
        return []
    payer, free = found
    order = desk.item(desk.rng.choice(free)).po
    places = [place for place in free if desk.item(place).po == order]
    plan = settling(desk, "po_ref", payer, places)
    return [replace(plan, quotes=(Quote(text=order, kind="order"),))]


def batch_refs(desk: Desk) -> list[Plan]:
    """Several invoices, all numbers written; sometimes only the first ones, and a word for more."""
    found = desk.someone(2)
    if not found:
        return []
    payer, free = found
    places = desk.some(payer, free, batch_size(desk.rng, len(free)))
    plan = settling(desk, "batch_refs", payer, places, quoted=1.0)
    if desk.rng.random() < desk.profile.incomplete_lists:
        kept = plan.quotes[: max(len(plan.quotes) // 2, 1)]
        return [replace(plan, quotes=kept, words="more")]
    return [plan]


def batch_noref(desk: Desk) -> list[Plan]:
    """Several invoices and no number: the oldest, all that is due, all that is open, or any."""
    found = desk.someone(2)
    if not found:
        return []
    payer, free = found
    places = _unnamed(desk, payer, free)
    return [settling(desk, "batch_noref", payer, desk.oldest_twins(free, places))]


def batch_credit(desk: Desk) -> list[Plan]:
    """Several invoices less one or two credit notes."""
    for _ in range(60):
        credit = desk.rng.choice(desk.credits) if desk.credits else -1
        if credit < 0 or not desk.books.free[credit]:
            continue
        payer = desk.books.owners[credit]
        notes, free = desk.books.free_credits_of(payer), desk.books.free_of(payer)
        if not notes or not free:
            continue
        notes = notes[: desk.rng.choice((1, 1, 1, 2))]
        places = desk.some(payer, free, min(batch_size(desk.rng, len(free)), 8))
        if desk.sum_of([*places, *notes]) > 0:
            return [_less_credit(desk, payer, places, notes)]
    return []


def batch_range(desk: Desk) -> list[Plan]:
    """Neighbours in the series of numbers, written as first and last."""
    for _ in range(60):
        found = desk.someone(3)
        if not found:
            return []
        payer, free = found
        places = _neighbours(desk, payer, desk.rng.choice(free))
        if len(places) >= 3:
            plan = settling(desk, "batch_range", payer, places)
            ends = (desk.quote(places[0]), desk.quote(places[-1]))
            return [replace(plan, quotes=ends, words="range")]
    return []


def settling(
    desk: Desk, scenario: str, payer: int, places: list[int], *, quoted: float = 0.0
) -> Plan:
    """A plan that settles these items in full; they are taken."""
    desk.take(places)
    return Plan(
        scenario=scenario,
        payer=payer,
        amount_minor=desk.sum_of(places),
        currency=desk.item(places[0]).currency,
        day=desk.day,
        claims=desk.claims(places),
        quotes=desk.quotes(places, share=quoted),
    )


def _single(desk: Desk, scenario: str) -> list[Plan]:
    found = desk.someone(1)
    if not found:
        return []
    payer, free = found
    return [settling(desk, scenario, payer, desk.some(payer, free, 1), quoted=1.0)]


def _has_order(item: OpenItem) -> bool:
    return bool(item.po)


def _unnamed(desk: Desk, payer: int, free: list[int]) -> list[int]:
    kind, books = desk.rng.random(), desk.books
    due = [place for place in free if books.due_on(place) <= books.today]
    if kind < 0.2 and len(due) >= 2:
        return due
    if kind < 0.35 and len(free) == len(books.owned[payer]):
        return free
    count = min(batch_size(desk.rng, len(free)), 8)
    if kind < 0.8:
        return free[:count]
    return desk.rng.sample(free, k=count)


def _less_credit(desk: Desk, payer: int, places: list[int], notes: list[int]) -> Plan:
    plan = settling(desk, "batch_credit", payer, [*places, *notes])
    kind = desk.rng.random()
    shown = [] if kind > 0.85 else places if kind > 0.65 else [*places, *notes]
    return replace(plan, quotes=desk.quotes(shown))


def _neighbours(desk: Desk, payer: int, start: int) -> list[int]:
    """Free invoices of the customer around this one, with nothing of its own left out between."""
    shape = _shape(desk.item(start).number)
    row = [n for n in sorted(desk.books.owned[payer]) if _shape(desk.item(n).number) == shape]
    run = [start]
    for place in row[row.index(start) + 1 :][: 1 + batch_size(desk.rng, 8)]:
        if not (desk.books.free[place] and _follows(desk.item(run[-1]), desk.item(place))):
            break
        run.append(place)
    return run


def _follows(before: OpenItem, item: OpenItem) -> bool:
    """Whether this number comes so soon after that one that somebody writes "from, to"."""
    ahead = int("".join(filter(str.isdigit, item.number)) or "0")
    ahead -= int("".join(filter(str.isdigit, before.number)) or "0")
    return 0 < ahead <= NEIGHBOURS_MAX and item.open_minor > 0 and item.currency == before.currency


def _shape(number: str) -> str:
    return "".join("9" if letter.isdigit() else letter for letter in number)


def random_part(rng: random.Random, low: float, high: float) -> float:
    """A share between the two."""
    return low + (high - low) * rng.random()
