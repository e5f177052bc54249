"""Items a damaged reference may mean: its last digits only, a slip, a prefix or zeros too many.

Asked only for one customer's items; over a whole ledger a near number is no evidence.
"""

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

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
    if len(view) > NEAR_ITEMS_MAX:
        return found
    for token in tokens[:NEAR_TOKENS_MAX]:
        rows = _tails(view, token.compact) or _slips(view, token.compact)
        if 0 < len(rows) <= PER_TOKEN_MAX:
            for row in rows:
                found.setdefault(row, token)
    return found


def _tails(view: View, compact: str) -> list[int]:
    """Numbers that end in the token, or the token in a running number."""
    bare = compact.lstrip("0")
    rows = []
    for row, (whole, serial) in enumerate(zip(view.compacts(), view.serials(), strict=True)):
        known = serial.lstrip("0")
        is_end = len(compact) >= TAIL_MIN and (whole.endswith(compact) or serial.endswith(compact))
        is_in = len(known) > TAIL_MIN and bare.endswith(known) and compact.isdigit()
        is_start = len(compact) > TAIL_MIN and len(bare) > 4 and whole.startswith(compact)
        if is_end or is_in or is_start:
            rows.append(row)
    return rows


def _slips(view: View, compact: str) -> list[int]:
    """Numbers one slip away: a wrong, missing, doubled or exchanged character."""
    if len(compact) < SLIP_MIN:
        return []
    rows: set[int] = set()
    for numbers in (view.compacts(), view.serials()):
        distances = cdist([compact], numbers, scorer=OSA.distance, score_cutoff=1)[0]
        near = [row for row, distance in enumerate(distances.tolist()) if distance <= 1]
        rows.update(row for row in near if len(numbers[row]) >= SLIP_MIN)
    return sorted(rows)
