"""Tables, targets and the page say what was measured, and say it when a target is missed."""

import copy

import pytest

from benchmarks.matching import bench, page
from benchmarks.matching.keeping import engine_hash, fingerprint, kept
from benchmarks.matching.running import LARGE, STANDARD, job_of
from benchmarks.matching.tables import all_tables
from benchmarks.matching.targets import best_peer, targets


def share(hits: int, of: int) -> dict[str, int]:
    return {"hits": hits, "of": of}


def judged(auto: int, wrong: int = 0) -> dict:
    """A world of 1,000 payments."""
    right = share(auto - wrong, auto)
    return {
        "seed": 101,
        "payments": 1_000,
        "digest": "d1",
        "auto": share(auto, 1_000),
        "precision": right,
        "harmless": right,
        "twins": right,
        "customers": right,
        "lane": share(250, 250),
        "minutes": 900.0,
        "by_channel": {"sepa": [share(auto, 1_000), right, share(850, 1_000)]},
        "first_right": share(850, 900),
        "first_right_many": share(180, 200),
        "ece": 0.002,
        "by_scenario": {"one_ref": [share(auto, 1_000), right, share(850, 1_000)]},
        "cpu_s": 0.1,
        "index_cpu_s": 0.1,
    }


@pytest.fixture
def told() -> dict:
    """A run as it comes from the jobs, with round figures."""
    library = judged(300) | {"frontier": share(320, 1_000)}
    weak = judged(400, wrong=40) | {"frontier": share(100, 1_000)}
    timed = {"cpu_s": 0.8, "payments": 1_000}
    return {
        "date": "2025-03-03",
        "machine": "2 cores",
        "engine": "e1",
        "size": {"customers": 100, "items": 100_000, "payments": 1_000},
        "quality": {"tuned": [judged(800), judged(800, wrong=1)]},
        "oracle": {"tuned": {"by_scenario": {"one_ref": share(90, 100)}}},
        "peers": {
            "splink": {"tuned": {"alone": library, "lent": library}},
            "linkage": {"tuned": {"alone": weak, "lent": weak}},
            "odoo": {"tuned": judged(600, wrong=60)},
        },
        "speed": [
            {
                "size": {"items": 100_000},
                "engine": judged(800),
                "floor": {"cpu_s": 0.01, "payments": 1_000},
                "splink": timed,
                "erpnext": {"index_cpu_s": 2.0, "cpu_s": 10.0, "payments": 100},
            }
        ],
        "memory": [{"items": 1_000_000, "megabytes": 400.0}],
        "changes": {"add": 3.0, "close": 1.0, "reprice": 30.0, "one_by_itself": 9.0},
    }


def met(told: dict) -> dict[str, tuple[str, str]]:
    return {row[0]: (row[2], row[3]) for row in targets(told).rows}


def test_targets_stand_beside_what_was_measured(told):
    rows = met(told)

    assert rows["tuned: strictly right of auto"] == ("99.938 % of 1,600", "yes")
    assert rows["tuned: auto of all payments"] == ("80.000 % of 2,000", "yes")
    assert rows["reference lane: wrong"] == ("0 of 500", "yes")
    assert rows["tuned: auto over best peer (splink)"] == ("2.667", "NO")
    most = rows["tuned: the same if all that is proposed at all were known to be right"]
    assert most == ("3.000", "")
    assert rows["100,000 items: CPU of Splink over ours"] == ("4", "yes")
    assert rows["100,000 items: CPU of ERPNext-like over ours"] == ("510", "yes")
    assert rows["100,000 items: payments a CPU s over the floor"] == ("0.1", "yes")
    assert rows["add, close or reprice one item, us"] == ("30", "NO")
    assert rows["index of 1,000,000 items, MB"] == ("400", "yes")


def test_a_peer_below_the_precision_counts_with_what_it_could_apply_at_best(told):
    assert best_peer(told["peers"], "tuned") == ("splink", 0.3)

    without = {name: one for name, one in told["peers"].items() if name != "splink"}

    assert best_peer(without, "tuned") == ("linkage", 0.1)


def test_every_figure_of_the_engine_is_on_the_page(told):
    shown = page.text(told, [*all_tables(told), targets(told)], "--full")

    assert "python3 dev.py bench matching --full" in shown
    assert "`e1`" in shown
    assert "| tuned | 2 | 2,000 | 80.0 % | 99.938 % [99.65, 100.00] | 1 of 1,600 |" in shown
    assert "| one_ref | 80.0 % (1) / 85.0 % / 90.0 % |" in shown
    assert "Odoo-like (restated)" in shown


def test_without_peers_nothing_is_said_of_them(told):
    alone = copy.deepcopy(told)
    alone["peers"] = {}
    del alone["speed"][0]["splink"], alone["speed"][0]["erpnext"]

    shown = page.text(alone, [*all_tables(alone), targets(alone)], "")

    assert "Odoo" not in shown
    assert "best peer" not in shown


def test_the_full_run_has_five_worlds_of_each_profile_and_the_large_one():
    scope = bench.scope_of(bench.parser().parse_args(["--full"]))

    assert (scope.seeds, scope.rounds, scope.is_large, scope.size) == (5, 3, True, STANDARD)
    assert LARGE.items == 1_000_000


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ("--full --resume --page out.md", "--full"),
        ("--json out.json", "--seeds 3"),
        ("--seeds 1 --items 500 --no-peers", "--seeds 1 --items 500 --no-peers"),
        ("--profiles shifted", "--seeds 3 --profiles shifted"),
    ],
)
def test_the_page_says_how_to_measure_the_same_again(given, again):
    assert bench.repeating(bench.parser().parse_args(given.split())) == again


def test_the_engine_is_named_by_a_hash_that_stays():
    assert engine_hash() == engine_hash()
    assert len(engine_hash()) == 64


def test_a_figure_is_asked_for_once_as_long_as_nothing_changed(tmp_path):
    job = job_of("rule", "tuned", 0, STANDARD, {"name": "odoo"})
    figures = iter([{"auto": 1}, {"auto": 2}])

    told = [kept(job, lambda: next(figures), tmp_path) for _ in range(2)]
    other = kept(job | {"seed": 7}, lambda: next(figures), tmp_path)

    assert told == [{"auto": 1}, {"auto": 1}]
    assert other == {"auto": 2}


def test_another_profile_has_another_fingerprint():
    job = job_of("rule", "tuned", 0, STANDARD, {})

    assert fingerprint(job) == fingerprint(dict(job))
    assert fingerprint(job) != fingerprint(job | {"profile": "shifted"})
