"""What a run measured, as tables: the same for the terminal and for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.matching.figures import interval, percent, share, sum_of, total, whole_cpu

Told = dict[str, Any]
NAMES = {
    "splink": "Splink 5 on DuckDB",
    "linkage": "recordlinkage, logistic regression",
    "erpnext": "ERPNext-like (restated)",
    "odoo": "Odoo-like (restated)",
    "stripe": "Stripe-like (restated)",
    "fuzzy": "plain RapidFuzz, all pairs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a sentence that says what it shows, columns, rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""


def all_tables(told: Told) -> list[Table]:
    """Every table of a run."""
    own = told["quality"]
    found = [quality(own), beyond(own), scenarios(own, told["oracle"]), channels(own)]
    if told["peers"]:
        found.append(peers(told["peers"], told["quality"]))
    return [*found, speed(told["speed"]), index_table(told), worlds(told["quality"])]


def quality(worlds_of: Mapping[str, Sequence[Told]]) -> Table:
    """The engine on every profile."""
    return Table(
        title="The engine, all worlds of a profile together",
        columns=(
            *("profile", "worlds", "payments", "auto", "strictly right [95 %]", "wrong"),
            *("no wrong item", "first right", "of 1:n", "ECE"),
        ),
        rows=[_quality_row(profile, worlds) for profile, worlds in worlds_of.items()],
        note="Strictly right: the very set of items (and the amount, of an instalment). "
        "First right and 1:n are of what can be matched.",
    )


def _quality_row(profile: str, worlds: Sequence[Told]) -> tuple[str, ...]:
    auto, right = total(worlds, "auto"), total(worlds, "precision")
    ece = sum(one["ece"] for one in worlds) / len(worlds)
    return (
        profile,
        str(len(worlds)),
        f"{auto.of:,}",
        percent(auto),
        f"{percent(right, 3)} {interval(right)}",
        f"{right.of - right.hits} of {right.of:,}",
        percent(total(worlds, "harmless"), 3),
        percent(total(worlds, "first_right")),
        percent(total(worlds, "first_right_many")),
        f"{ece:.4f}",
    )


def beyond(worlds_of: Mapping[str, Sequence[Told]]) -> Table:
    """What else can be asked of the engine's own applications, and what work is left."""
    return Table(
        title="Of what the engine applies by itself, and the work it leaves",
        columns=("profile", "right but for equal twins", "right customers", "min / 1,000 payments"),
        rows=[
            (
                profile,
                percent(total(worlds, "twins"), 3),
                percent(total(worlds, "customers"), 3),
                f"{sum(one['minutes'] for one in worlds) / len(worlds):,.0f}",
            )
            for profile, worlds in worlds_of.items()
        ],
        note="Minutes, assumed: a wrong application 150, a search by hand 6, a right suggestion 1, "
        "a wrong one 7; all by hand is 6,000.",
    )


def scenarios(worlds_of: Mapping[str, Sequence[Told]], oracle: Mapping[str, Told]) -> Table:
    """The engine by scenario: auto, wrong, first right, and what could be right at all."""
    names = sorted({name for worlds in worlds_of.values() for name in worlds[0]["by_scenario"]})
    rows = [
        (
            name,
            *(
                _cell("scenario", name, worlds) + _among(name, oracle[profile])
                for profile, worlds in worlds_of.items()
            ),
        )
        for name in names
    ]
    return Table(
        title="By scenario: auto (wrong) / first right / among the proposals",
        columns=("scenario", *worlds_of),
        rows=rows,
        note="dup_closed, prepay and foreign settle nothing: every auto there is wrong, and a "
        "suggestion is right when there is none. Among the proposals: of a sample of the first "
        "world, how often the true set is proposed at all; ranking cannot do better.",
    )


def channels(worlds_of: Mapping[str, Sequence[Told]]) -> Table:
    """The engine by the way the money came."""
    names = sorted({name for worlds in worlds_of.values() for name in worlds[0]["by_channel"]})
    rows = [(n, *(_cell("channel", n, worlds) for worlds in worlds_of.values())) for n in names]
    title = "By channel: auto (wrong) / first suggestion right, of its payments"
    return Table(title=title, columns=("channel", *worlds_of), rows=rows)


def _cell(kind: str, name: str, worlds: Sequence[Told]) -> str:
    parts = [one[f"by_{kind}"][name] for one in worlds if name in one[f"by_{kind}"]]
    auto, right, first = (sum_of([share(part[n]) for part in parts]) for n in range(3))
    return f"{percent(auto)} ({right.of - right.hits}) / {percent(first)}"


def _among(name: str, oracle: Told) -> str:
    found = oracle["by_scenario"].get(name)
    return f" / {percent(share(found))}" if found else ""


def peers(told: Told, own: Mapping[str, Sequence[Told]]) -> Table:
    """Every peer on the first world of each profile, and the engine there."""
    rows = []
    for profile, worlds in own.items():
        rows.append(_peer_row(profile, "this engine", worlds[0]))
        for name, by_profile in told.items():
            rows += _rows_of_peer(profile, name, by_profile[profile])
    return Table(
        title="Peers on the same payments (first world of each profile)",
        columns=(
            *("profile", "matcher", "auto", "strictly right [95 %]", "no wrong item"),
            *("first right", "of 1:n", "min / 1,000", "most at 99.9 %"),
        ),
        rows=rows,
        note="Libraries are trained on one tuned world and take the threshold for 99.9 % from a "
        "second. 'With our closing rule': sets that do not sum to the payment count for nothing, "
        "a rule of our engine lent to them. 'Most at 99.9 %': the threshold chosen on the very "
        "world it is measured on, an upper bound that nobody can ship.",
    )


def _rows_of_peer(profile: str, name: str, one: Told) -> list[tuple[str, ...]]:
    if "alone" not in one:
        return [_peer_row(profile, NAMES[name], one)]
    return [
        _peer_row(profile, NAMES[name], one["alone"]),
        _peer_row(profile, f"{NAMES[name]}, with our closing rule", one["lent"]),
    ]


def _peer_row(profile: str, name: str, one: Told) -> tuple[str, ...]:
    right = share(one["precision"])
    return (
        profile,
        name,
        percent(share(one["auto"])),
        f"{percent(right, 2)} {interval(right)} n={right.of:,}",
        percent(share(one["harmless"]), 2),
        percent(share(one["first_right"])),
        percent(share(one["first_right_many"])),
        f"{one['minutes']:,.0f}",
        percent(share(one["frontier"])) if "frontier" in one else "",
    )


def speed(sizes: Sequence[Told]) -> Table:
    """CPU of engine and peers in the same run."""
    return Table(
        title="CPU, each in a fresh process on one thread",
        columns=(
            *("open items", "payments", "engine index s", "engine decide s", "payments a CPU s"),
            *("floor, payments a CPU s", "engine : floor", "Splink s", "Splink : engine"),
            *("ERPNext-like s", "ERPNext-like : engine"),
        ),
        rows=[_speed_row(one) for one in sizes],
        note="Engine against Splink and against ERPNext-like: index, tables and decisions "
        "together; ERPNext-like from a sample of the payments. Floor: references only, its index "
        "left aside, against decisions without index.",
    )


def _speed_row(one: Told) -> tuple[str, ...]:
    engine, floor = one["engine"], one["floor"]
    whole = engine["cpu_s"] + engine["index_cpu_s"]
    own, least = (each["payments"] / each["cpu_s"] for each in (engine, floor))
    head = (f"{one['size']['items']:,}", f"{engine['payments']:,}", f"{engine['index_cpu_s']:.2f}")
    middle = (f"{engine['cpu_s']:.2f}", f"{own:,.0f}", f"{least:,.0f}", f"1/{least / own:.1f}")
    if "splink" not in one:
        return (*head, *middle, "", "", "", "")
    party = whole_cpu(one["erpnext"], engine["payments"])
    return (
        *(*head, *middle),
        f"{one['splink']['cpu_s']:.2f}",
        f"{one['splink']['cpu_s'] / whole:.1f}x",
        f"{party:,.0f}",
        f"{party / whole:.0f}x",
    )


def index_table(told: Told) -> Table:
    """What the index takes and how quickly it changes."""
    changes = told["changes"]
    rows = [
        (f"index of {one['items']:,} items, MB above the values", f"{one['megabytes']:.0f}")
        for one in told["memory"]
    ]
    rows += [(f"{act} one item, us of CPU", f"{changes[act]:.2f}") for act in ("add", "close")]
    rows.append(("reprice one item, us of CPU", f"{changes['reprice']:.2f}"))
    rows.append(("a change of a single item by itself, us", f"{changes['one_by_itself']:.0f}"))
    return Table(
        title="Index",
        columns=("what", "measured"),
        rows=rows,
        note="Memory: VmHWM of a fresh process less VmRSS before. Changes: a thousand at once, "
        "median of five.",
    )


def worlds(worlds_of: Mapping[str, Sequence[Told]]) -> Table:
    """The digest of every world, to compare with one's own run."""
    rows = [
        (profile, str(one["seed"]), f"{one['payments']:,}", one["digest"])
        for profile, made in worlds_of.items()
        for one in made
    ]
    return Table(title="Worlds", columns=("profile", "seed", "payments", "sha256"), rows=rows)
