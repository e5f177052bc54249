"""The aging bar: widths for the eye, amounts and words for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from foundation.i18n import lazy_gettext as _l
from foundation.money import Money
from receivables.queries.aging import Aged

BUCKETS: Final = {
    "current": _l("Not yet due"),
    "1_30": _l("1 to 30 days late"),
    "31_60": _l("31 to 60 days late"),
    "61_90": _l("61 to 90 days late"),
    "over_90": _l("More than 90 days late"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bucket of the bar. `start` and `width` are hundredths of its length; no width, no bar."""

    code: str
    words: str
    amount: Money
    start: str
    width: str


def bars_of(aging: Sequence[Aged]) -> tuple[Bar, ...]:
    """The buckets side by side; together they are 100 wide, whatever the amounts."""
    whole = sum(bucket.amount.minor for bucket in aging) or 1
    bars = []
    seen = 0
    for bucket in aging:
        start, end = _hundredths(seen, whole), _hundredths(seen + bucket.amount.minor, whole)
        seen += bucket.amount.minor
        bars.append(
            Bar(
                code=bucket.code,
                words=str(BUCKETS[bucket.code]),
                amount=bucket.amount,
                start=_text(start),
                width=_text(end - start) if end > start else "",
            )
        )
    return tuple(bars)


def _hundredths(part: int, whole: int) -> int:
    return part * 10_000 // whole


def _text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
