"""The reference lane: payments whose text names, in full, items of one known customer that sum to
the cent, and nothing else. Found for all payments at once; the rest goes the longer way.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.columns import Column
from matching.features import FEATURES
from matching.hypotheses import Situation, situation_of
from matching.index import Index
from matching.measures import NO_ACCIDENT
from matching.memory import Memory
from matching.numbers import NO_KEY, column_keys, column_of_texts, compacted, key_of
from matching.payers import Facts, Payer, facts_of, payer_of
from matching.reading import NOTHING, capitalised
from matching.references import Named, Naming, Strength
from matching.values import Payment

TOKEN_MIN: Final = 5  # letters and digits of a number that this lane believes
TEXT_MAX: Final = 2_000
_UNREAD: Final = "0"  # a token that is no item: the payment goes the longer way
_NUMBER_LIKE: Final = r"[A-Z0-9](?:[A-Z0-9/._#-]*[A-Z0-9])?"
_TOKEN: Final = re.compile(_NUMBER_LIKE)
_AMOUNT: Final = r"^[0-9]{1,3}(?:[.]?[0-9]{3})*[.][0-9]{2}$|^[0-9]+[.][0-9]{2}$"
_DATE: Final = r"^[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}|[0-9]{4})$"

Ints = npt.NDArray[np.int64]
_ONES: Final = (
    *("named_full", "named_amount", "named_all", "exact", "identified", "has_text"),
    *("solutions", "countable", "customers"),
)
_TEMPLATE: Final = tuple(
    NO_ACCIDENT if name == "accidents" else float(name in _ONES) for name in FEATURES
)
_ITEMS, _ANY, _OPEN_ITEMS, _ACCOUNT, _LIKENESS = (
    FEATURES.index(name) for name in ("items", "named_any", "open_items", "account", "likeness")
)


def plain_rows(index: Index, payments: Sequence[Payment]) -> dict[int, list[int]]:
    """By place of the payment the rows of the ledger that its text names and that it pays."""
    if not payments or not index.ledger.items:
        return {}
    tokens = _tokens(payments)
    places = tokens.get_column("place").to_numpy()
    keys = column_keys(tokens.get_column("compact"))
    rows = _only_row(index.ledger.full, keys)
    is_known = rows >= 0
    is_known &= tokens.get_column("compact").str.len_bytes().to_numpy() >= TOKEN_MIN
    is_known &= ~_occurs(index.closed.full, keys) & ~_occurs(index.ledger.po, keys)
    whole = _whole(index, payments, places, np.where(is_known, rows, -1))
    if not index.layers:
        return whole
    return {place: found for place, found in whole.items() if _is_as_built(index, found)}


def _is_as_built(index: Index, rows: list[int]) -> bool:
    """Whether nothing changed for the customer, and no newer item bears one of the numbers."""
    items = [index.ledger.items[row] for row in rows]
    return not any(
        items[0].customer_id in layer.by_customer
        or any(key_of(compacted(item.number)) in layer.full for item in items)
        for layer in index.layers
    )


def _tokens(payments: Sequence[Payment]) -> pl.DataFrame:
    """Every token with a digit that is neither an amount nor a day, by place of its payment."""
    texts = [p.text if len(p.text) <= TEXT_MAX else _UNREAD for p in payments]
    tokens = column_of_texts(texts).str.to_uppercase().str.extract_all(_NUMBER_LIKE)
    table = pl.DataFrame({"place": np.arange(len(payments)), "token": tokens}).explode("token")
    token = pl.col("token")
    kept = table.filter(
        token.str.contains("[0-9]") & ~token.str.contains(_AMOUNT) & ~token.str.contains(_DATE)
    )
    return kept.with_columns(compact=token.str.replace_all("[^A-Z0-9]", ""))


def _only_row(column: Column, keys: Ints) -> Ints:
    """The row of each key that has exactly one, else -1."""
    low, high = column.bounds(keys)
    is_one = (high - low == 1) & (keys != NO_KEY)
    last = max(len(column.rows) - 1, 0)
    rows = column.rows[np.minimum(low, last)] if len(column.rows) else np.zeros(len(keys), np.int32)
    return np.where(is_one, rows, -1).astype(np.int64)


def _occurs(column: Column, keys: Ints) -> npt.NDArray[np.bool_]:
    low, high = column.bounds(keys)
    return high > low


def _whole(
    index: Index, payments: Sequence[Payment], places: Ints, rows: Ints
) -> dict[int, list[int]]:
    """Payments all of whose tokens are items, each once, of one customer, with the right sum."""
    ledger, count = index.ledger, len(payments)
    bad = np.bincount(places[rows < 0], minlength=count) > 0
    found, at = rows[rows >= 0], places[rows >= 0]
    pairs = np.unique(np.stack([at, found], axis=1), axis=0)
    at, found = pairs[:, 0], pairs[:, 1]
    sums = np.zeros(count, np.int64)
    np.add.at(sums, at, ledger.open_minor[found])
    least, most = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(least, at, ledger.owners[found])
    np.maximum.at(most, at, ledger.owners[found])
    amounts = np.array([payment.amount_minor for payment in payments], np.int64)
    good = ~bad & (sums == amounts) & (amounts > 0) & (least == most)
    kept: dict[int, list[int]] = {}
    for place, row in zip(at[good[at]].tolist(), found[good[at]].tolist(), strict=True):
        kept.setdefault(place, []).append(row)
    return kept


def explain_plainly(
    index: Index, payments: Sequence[Payment], rows: dict[int, list[int]], memory: Memory
) -> dict[int, tuple[Facts, Situation]]:
    """One explanation each, where the payer too is who the items belong to."""
    found = {place: _naming(index, payments[place], rows[place]) for place in sorted(rows)}
    places = [place for place, naming in found.items() if naming.items]
    chosen = [payments[place] for place in places]
    namings = [found[place] for place in places]
    readings = [NOTHING] * len(places)
    explained = {}
    for place, facts in zip(
        places, facts_of(index, chosen, readings, namings, memory), strict=True
    ):
        (who,) = facts.naming.items
        payer = payer_of(index, facts, who)
        if payer.is_elsewhere or payer.habit.refusals or not payer.is_identified:
            continue
        explained[place] = (facts, _situation(index, facts, payer))
    return explained


def _naming(index: Index, payment: Payment, rows: list[int]) -> Naming:
    """Each item with its place in the text; nothing where one of them only ends as a key does."""
    naming, spans = Naming(), _spans(payment.text)
    for row in rows:
        item = index.ledger.items[row]
        span = spans.get(compacted(item.number).lstrip("0"))
        if span is None:
            return Naming()
        naming.add(Named(item, Strength.FULL, *span))
    return naming


def _spans(text: str) -> dict[str, tuple[int, int]]:
    """The first place of every token, by its letters and digits without leading zeros."""
    found: dict[str, tuple[int, int]] = {}
    for token in _TOKEN.finditer(capitalised(text)):
        found.setdefault(compacted(token.group()).lstrip("0"), token.span())
    return found


def _situation(index: Index, facts: Facts, payer: Payer) -> Situation:
    """The customer's items with the one explanation, measured without looking at any rival."""
    situation = situation_of(index, facts, payer)
    situation.add(situation.named)
    situation.solutions = 1
    for hypothesis in situation.found.values():
        hypothesis.solutions = 1
        hypothesis.features = _measures(situation, payer)
    return situation


def _measures(situation: Situation, payer: Payer) -> list[float]:
    measures = list(_TEMPLATE)
    count = float(len(situation.named))
    measures[_ITEMS], measures[_ANY] = count, count
    measures[_OPEN_ITEMS] = float(len(situation.view))
    measures[_ACCOUNT], measures[_LIKENESS] = float(payer.has_account), payer.likeness
    return measures
