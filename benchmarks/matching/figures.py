"""Shares as they come out of jobs, added up and written as per cent."""

from collections.abc import Sequence
from typing import Any

from benchmarks.matching.judging import Share

Told = dict[str, Any]


def share(told: Told) -> Share:
    """A share as it came out of a job."""
    return Share(hits=told["hits"], of=told["of"])


def total(worlds_of_profile: Sequence[Told], field: str) -> Share:
    """The same share of several worlds, together."""
    return sum_of([share(one[field]) for one in worlds_of_profile])


def sum_of(shares: Sequence[Share]) -> Share:
    """Several shares as one."""
    return Share(hits=sum(one.hits for one in shares), of=sum(one.of for one in shares))


def percent(one: Share, places: int = 1) -> str:
    """As per cent; a dash for nothing of nothing."""
    return f"{one.rate * 100:.{places}f} %" if one.of else "-"


def interval(one: Share) -> str:
    """The Clopper-Pearson interval in per cent."""
    low, high = one.interval
    return f"[{low * 100:.2f}, {high * 100:.2f}]" if one.of else ""


def whole_cpu(told: Told, payments: int) -> float:
    """CPU seconds of index and so many payments, from what a sample of them took."""
    return float(told["index_cpu_s"] + told["cpu_s"] / told["payments"] * payments)
