"""Splink on DuckDB: pairs of payment and open item, m from labels, u from random pairs.

It gets our numbers and names; blocks are a shared number, the amount with the currency, the
account, the name. Trained on one world, used on others, on one thread.
"""

import logging
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.peers.rows import item_rows, payment_rows, truth_labels
from benchmarks.matching.peers.sets import Pair, answers_from
from benchmarks.matching.worlds import World
from matching.values import Payment

PAIRS_MAX = 2e6  # random pairs that u is estimated from
KEPT_FROM = 1e-4
Model = dict[str, Any]


class SplinkPeer:
    """Splink over one world, with a trained model."""

    def __init__(self, world: World, model: Model) -> None:
        self.world = world
        self.model = model
        self.items = item_rows(world, {})

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        linker = _linker(payment_rows(payments, {}), self.items, self.model)
        found = linker.inference.predict(threshold_match_probability=KEPT_FROM)
        wanted = "unique_id_l, unique_id_r, match_weight, mw_numbers"
        pairs = [_pair(*row) for row in found.as_duckdbpyrelation().select(wanted).fetchall()]
        return answers_from(pairs, payments, {item.id: item for item in self.world.items})


def train(world: World, seed: int) -> Model:
    """A model with m from this world's truth and u from random pairs of it."""
    of_items, of_payments = truth_labels(world)
    items = item_rows(world, of_items)
    linker = _linker(payment_rows(world.payments, of_payments), items, _settings(world))
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_MAX, seed=seed)
    linker.training.estimate_m_from_label_column("label")
    return dict(linker.misc.save_model_to_json())


def _pair(one: str, other: str, weight: float, of_numbers: float) -> Pair:
    item, payment = (one, other) if one.startswith("I") else (other, one)
    return Pair(payment, item, weight, is_named=of_numbers > 0)


def _linker(payments: pd.DataFrame, items: pd.DataFrame, model: Any) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": 1})
    database = DuckDBAPI(connection=connection)
    tables = [database.register(payments), database.register(items)]
    return Linker(tables, model, log_level=logging.ERROR)


def _settings(world: World) -> SettingsCreator:
    pairs = len(world.payments) * len(world.items)
    true = sum(len(claims) for claims in world.truth.values())
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=true / pairs,
        comparisons=[_numbers(), _amounts(), _names(), _accounts()],
        blocking_rules_to_generate_predictions=[
            block_on("keys", arrays_to_explode=["keys"]),
            block_on("amount", "currency"),
            block_on("net", "currency"),
            block_on("tails", "name", arrays_to_explode=["tails"]),
            block_on("account"),
            block_on("name"),
        ],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=False,
    )


def _numbers() -> Any:
    return comparisons.CustomComparison(
        output_column_name="numbers",
        comparison_levels=[
            levels.CustomLevel("len(keys_l) = 0 or len(keys_r) = 0").configure(is_null_level=True),
            levels.ArrayIntersectLevel("keys", min_intersection=1),
            levels.ArrayIntersectLevel("tails", min_intersection=1),
            levels.ElseLevel(),
        ],
    )


def _amounts() -> Any:
    near = "abs(amount_l - amount_r) <= 0.05 * greatest(amount_l, amount_r)"
    return comparisons.CustomComparison(
        output_column_name="amounts",
        comparison_levels=[
            levels.CustomLevel("currency_l <> currency_r"),
            levels.CustomLevel("amount_l = amount_r"),
            levels.CustomLevel("net_l = net_r"),
            levels.CustomLevel(near),
            levels.CustomLevel("amount_l > amount_r and amount_r > 0"),
            levels.ElseLevel(),
        ],
    )


def _names() -> Any:
    begins = "starts_with(name_l, name_r) or starts_with(name_r, name_l)"
    return comparisons.CustomComparison(
        output_column_name="names",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name"),
            levels.CustomLevel(begins),
            levels.JaroWinklerLevel("name", 0.95),
            levels.JaroWinklerLevel("name", 0.88),
            levels.ElseLevel(),
        ],
    )


def _accounts() -> Any:
    return comparisons.CustomComparison(
        output_column_name="accounts",
        comparison_levels=[
            levels.NullLevel("account"),
            levels.ExactMatchLevel("account"),
            levels.ElseLevel(),
        ],
    )
