"""recordlinkage with logistic regression: the usual pairwise tool, trained on labels.

It gets our numbers and names; candidates share a number, or the amount and currency, or the
account, or the name.
"""

from collections.abc import Iterator, Sequence

import pandas as pd
import recordlinkage

from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.peers.rows import item_rows, payment_rows, truth_labels
from benchmarks.matching.peers.sets import Pair, answers_from
from benchmarks.matching.worlds import World
from matching.values import Payment

BLOCKS = (["amount", "currency"], ["net", "currency"], ["account"], ["name"])


class LinkagePeer:
    """recordlinkage over one world, with a trained classifier."""

    def __init__(self, world: World, model: "recordlinkage.LogisticRegressionClassifier") -> None:
        self.world = world
        self.model = model
        self.items = item_rows(world, {}).set_index("unique_id")

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment."""
        rows = payment_rows(payments, {}).set_index("unique_id")
        compared = _compared(rows, self.items)
        scores = self.model.prob(compared)
        named = compared["number"] + compared["tail"] > 0
        scored = zip(scores.index, scores.array, named.array, strict=True)
        pairs = [Pair(one, item, float(score), bool(is_)) for (one, item), score, is_ in scored]
        return answers_from(pairs, payments, {item.id: item for item in self.world.items})


def train(world: World) -> "recordlinkage.LogisticRegressionClassifier":
    """A classifier from this world's truth."""
    of_items, of_payments = truth_labels(world)
    payments = payment_rows(world.payments, of_payments).set_index("unique_id")
    items = item_rows(world, of_items).set_index("unique_id")
    compared = _compared(payments, items)
    is_match = [of_items.get(item) == payment for payment, item in compared.index]
    model = recordlinkage.LogisticRegressionClassifier()
    model.fit(compared, compared.index[is_match])
    return model


def _compared(payments: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    by_number = _sharing(payments, items, "keys")
    by_tail = _sharing(payments, items, "tails")
    pairs = by_number.union(_blocked(payments, items))
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="jarowinkler", missing_value=0.5, label="name")
    compare.exact("name", "name", label="same_name")
    compare.exact("account", "account", label="account")
    compare.exact("amount", "amount", label="amount")
    compare.exact("net", "net", label="net")
    compare.exact("currency", "currency", label="currency")
    compared = compare.compute(pairs, payments, items)
    compared["number"] = compared.index.isin(by_number).astype(float)
    compared["tail"] = compared.index.isin(by_tail).astype(float)
    compared["all"] = compared["number"] * compared["amount"] * compared["same_name"]
    return compared


def _blocked(payments: pd.DataFrame, items: pd.DataFrame) -> pd.MultiIndex:
    indexer = recordlinkage.Index()
    for columns in BLOCKS:
        indexer.block(columns)
    return indexer.index(payments, items)


def _sharing(payments: pd.DataFrame, items: pd.DataFrame, column: str) -> pd.MultiIndex:
    """Pairs that have one entry of this list in common."""
    left, right = (pd.DataFrame(_entries(rows[column])) for rows in (payments, items))
    joined = left.merge(right, on=1)
    return pd.MultiIndex.from_arrays([joined["0_x"], joined["0_y"]]).unique()


def _entries(lists: "pd.Series[list[str]]") -> Iterator[tuple[str, str]]:
    for one, entries in lists.items():
        yield from ((one, entry) for entry in entries)
