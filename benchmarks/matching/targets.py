"""The targets of the engine, each beside what this run measured. They are never moved to fit."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.matching.figures import percent, share, total, whole_cpu
from benchmarks.matching.judging import Share
from benchmarks.matching.tables import Table

Told = dict[str, Any]
PRECISION, FIRST_OF_MANY, ECE = 0.999, 0.88, 0.005
AUTO: Mapping[str, float] = {"tuned": 0.76, "shifted": 0.76, "untouched": 0.68}
OVER_BEST_PEER = 3.0
SPLINK: Mapping[int, float] = {100_000: 3.0, 1_000_000: 4.0}
ERPNEXT = 120.0  # at 100,000 items
OF_THE_FLOOR = 1 / 20
MEGABYTES = 500.0  # index of 1,000,000 items
CHANGE_US = 20.0
LEAST_RATE = 1e-6  # nothing is divided by nothing
REACH = (
    "Where the best peer is not outdone as far even if all that is proposed were known to be "
    "right, no rule and no ranking gets there: only more sets that are found."
)
Row = tuple[str, str, str, str]


def targets(told: Told) -> Table:
    """Every target that this run can speak of."""
    rows = [row for one, worlds in told["quality"].items() for row in _of_profile(one, worlds)]
    rows.append(_of_lane([one for worlds in told["quality"].values() for one in worlds]))
    if told["peers"]:
        for one in told["quality"]:
            rows += [_over_best(one, told), _most_over_best(one, told)]
        rows.append(_over_best_lent(next(iter(told["quality"])), told))
    rows += [row for one in told["speed"] for row in _of_speed(one)]
    rows += [
        _row(f"index of {one['items']:,} items, MB", MEGABYTES, one["megabytes"], is_most=True)
        for one in told["memory"]
        if one["items"] == 1_000_000
    ]
    slowest = max(told["changes"][act] for act in ("add", "close", "reprice"))
    rows.append(_row("add, close or reprice one item, us", CHANGE_US, slowest, is_most=True))
    columns = ("target", "must", "measured", "met")
    return Table(title="Targets", columns=columns, rows=rows, note=REACH if told["peers"] else "")


def peer_rate(one: Told, kind: str = "alone") -> tuple[float, bool]:
    """What a peer applies by itself, and whether at 99.9 % and more it is right in that.

    A library that misses it with its own threshold is taken at the best it could have had.
    """
    if "alone" in one:
        mine = one[kind]
        is_right = share(mine["precision"]).rate >= PRECISION
        return share(mine["auto"] if is_right else mine["frontier"]).rate, True
    return share(one["auto"]).rate, share(one["precision"]).rate >= PRECISION


def best_peer(peers: Told, profile: str, kind: str = "alone") -> tuple[str, float]:
    """The peer that applies most at 99.9 %, and how much."""
    rates = {name: peer_rate(by_profile[profile], kind) for name, by_profile in peers.items()}
    able = {name: rate for name, (rate, is_right) in rates.items() if is_right}
    name = max(able, key=lambda one: (able[one], one))
    return name, max(able[name], LEAST_RATE)


def _of_profile(profile: str, worlds: Sequence[Told]) -> list[Row]:
    right, auto = total(worlds, "precision"), total(worlds, "auto")
    low, _high = right.interval
    ece = sum(one["ece"] for one in worlds) / len(worlds)
    rows = [
        _row(f"{profile}: strictly right of auto", PRECISION, right.rate, as_share=right),
        _row(f"{profile}: auto of all payments", AUTO[profile], auto.rate, as_share=auto),
        _row(
            f"{profile}: first suggestion right of 1:n",
            FIRST_OF_MANY,
            total(worlds, "first_right_many").rate,
        ),
        _row(f"{profile}: calibration error", ECE, ece, is_most=True),
    ]
    bound = (f"{profile}: lower bound of strictly right", "", f"{low:.4f}", "")
    return [rows[0], bound, *rows[1:]]


def _of_lane(worlds: Sequence[Told]) -> Row:
    lane = total(worlds, "lane")
    wrong = lane.of - lane.hits
    return "reference lane: wrong", "0", f"{wrong} of {lane.of:,}", "NO" if wrong else "yes"


def _over_best(profile: str, told: Told) -> Row:
    own = share(told["quality"][profile][0]["auto"]).rate
    name, rate = best_peer(told["peers"], profile)
    return _row(f"{profile}: auto over best peer ({name})", OVER_BEST_PEER, own / rate)


def _most_over_best(profile: str, told: Told) -> Row:
    """The same if whatever is among the proposals were known to be right: no rule and no ranking
    could apply more."""
    first, proposed = told["quality"][profile][0], told["oracle"][profile]["by_scenario"]
    most = sum(
        share(parts[0]).of * share(proposed[name]).rate
        for name, parts in first["by_scenario"].items()
        if name in proposed
    )
    _name, rate = best_peer(told["peers"], profile)
    what = f"{profile}: the same if all that is proposed at all were known to be right"
    return what, "", f"{most / first['payments'] / rate:.3f}", ""


def _over_best_lent(profile: str, told: Told) -> Row:
    """The same where peers are lent our closing rule: told, not aimed at."""
    own = share(told["quality"][profile][0]["auto"]).rate
    name, rate = best_peer(told["peers"], profile, "lent")
    what = f"{profile}: auto over best peer with our closing rule ({name})"
    return what, "", f"{own / rate:.3f}", ""


def _of_speed(one: Told) -> list[Row]:
    engine, items = one["engine"], one["size"]["items"]
    whole = engine["cpu_s"] + engine["index_cpu_s"]
    per_second = engine["payments"] / engine["cpu_s"]
    of_floor = per_second / (one["floor"]["payments"] / one["floor"]["cpu_s"])
    rows = [_row(f"{items:,} items: payments a CPU s over the floor", OF_THE_FLOOR, of_floor)]
    if "splink" in one and items in SPLINK:
        ratio = one["splink"]["cpu_s"] / whole
        rows.append(_row(f"{items:,} items: CPU of Splink over ours", SPLINK[items], ratio))
    if "erpnext" in one and items == 100_000:
        party = whole_cpu(one["erpnext"], engine["payments"])
        rows.append(_row(f"{items:,} items: CPU of ERPNext-like over ours", ERPNEXT, party / whole))
    return rows


def _row(
    what: str, must: float, found: float, *, is_most: bool = False, as_share: Share | None = None
) -> Row:
    is_met = found <= must if is_most else found >= must
    shown = f"{percent(as_share, 3)} of {as_share.of:,}" if as_share else f"{found:,.4g}"
    sign = "at most" if is_most else "at least"
    return what, f"{sign} {must:g}", shown, "yes" if is_met else "NO"
