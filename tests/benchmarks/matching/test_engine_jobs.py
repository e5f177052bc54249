"""The engine under measurement, on a world that takes a second."""

from functools import cache

from benchmarks.matching.engine_jobs import changes, memory, oracle, quality
from benchmarks.matching.worlds import World, make_world

PAYMENTS = 300


@cache
def world() -> World:
    return make_world("tuned", 8, customers=400, items=4_000, payments=PAYMENTS)


def test_every_payment_is_decided_and_its_lane_makes_no_mistake():
    told = quality(world())

    assert told["auto"]["of"] == PAYMENTS
    assert told["lane"]["hits"] == told["lane"]["of"]
    assert told["digest"] == world().digest
    assert sum(parts[0]["of"] for parts in told["by_channel"].values()) == PAYMENTS


def test_most_true_sets_are_among_the_proposals():
    shares = oracle(world(), 100)["by_scenario"].values()

    asked = sum(share["of"] for share in shares)

    assert asked == 100
    assert sum(share["hits"] for share in shares) >= 0.85 * asked


def test_index_and_its_changes_are_measured():
    took = changes(world())

    assert memory(world())["megabytes"] >= 0
    assert set(took) == {"add", "close", "reprice", "one_by_itself"}
    assert all(microseconds > 0 for microseconds in took.values())
