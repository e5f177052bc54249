"""Items a damaged reference may mean: its last digits only, a slip, a prefix or zeros too many.

Asked only for one customer's items; over a whole ledger a near number is no evidence.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from matching.lines import rows_that_begin, rows_that_end
from matching.reading import Token
from matching.views import View

NEAR_ITEMS_MAX: Final = 3_000  # items of a customer a damaged token is compared with
NEAR_TOKENS_MAX: Final = 40
PER_TOKEN_MAX: Final = 6  # a token near more items than this tells nothing
SLIP_MIN: Final = 5  # characters of a token for a slip of one letter to be believed
TAIL_MIN: Final = 3  # digits of a cut-down number


def near_rows(view: View, tokens: Sequence[Token]) -> dict[int, Token]:
    """Rows of the view that a loose token may mean, each with its token."""
    found: dict[int, Token] = {}
    if not tokens or len(view) > NEAR_ITEMS_MAX:
        return found
    some = tokens[:NEAR_TOKENS_MAX]
    meant = [_tails(view, token.compact) for token in some]
    slips = _slips(view, [t.compact for t, rows in zip(some, meant, strict=True) if not rows])
    for token, own in zip(some, meant, strict=True):
        rows = own or slips[token.compact]
        if 0 < len(rows) <= PER_TOKEN_MAX:
            for row in rows:
                found.setdefault(row, token)
    return found


def _tails(view: View, compact: str) -> list[int]:
    """Numbers that end in the token or begin like it, or a running number the token ends in."""
    lines, bare = view.lines(), compact.lstrip("0")
    rows: set[int] = set()
    if len(compact) >= TAIL_MIN:
        rows.update(rows_that_end(lines.whole, compact))
        rows.update(rows_that_end(lines.serial, compact))
    if len(compact) > TAIL_MIN and len(bare) > TAIL_MIN + 1:
        rows.update(rows_that_begin(lines.whole, compact))
    if compact.isdigit():
        for length in range(TAIL_MIN + 1, len(bare) + 1):
            rows.update(lines.bare.get(bare[-length:], ()))
    return sorted(rows)


def _slips(view: View, compacts: Sequence[str]) -> dict[str, list[int]]:
    """For each token the numbers one slip away: a wrong, missing, doubled or exchanged
    character."""
    found: dict[str, list[int]] = {compact: [] for compact in compacts}
    lengths, count = view.lines().lengths, len(view)
    asked = [one for one in found if len(one) >= SLIP_MIN and len(one) in lengths]
    if not asked:
        return found
    numbers = [*view.compacts(), *view.serials()]
    distances = cdist(asked, numbers, scorer=OSA.distance, score_cutoff=1)
    near: dict[int, set[int]] = {}
    for place, at in zip(*(one.tolist() for one in np.nonzero(distances <= 1)), strict=True):
        if len(numbers[at]) >= SLIP_MIN:
            near.setdefault(place, set()).add(at % count)
    return found | {asked[place]: sorted(rows) for place, rows in near.items()}
