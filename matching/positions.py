"""How the items of an explanation lie among the customer's others, and in time."""

from typing import Final

from matching.columns import NO_DAY
from matching.hypotheses import Hypothesis, Situation
from matching.views import View

FAR: Final = 999.0  # days, where none are known


def position(situation: Situation, hypothesis: Hypothesis) -> list[float]:
    """How the items lie among the others, and in time."""
    view, rows = situation.view, hypothesis.rows
    today = situation.facts.payment.paid_on.toordinal()
    if len(rows) == 1:
        return _position_alone(view, rows[0], today, is_structured=hypothesis.is_structured)
    if hypothesis.customers == 1:
        dues, issued = [view.dues[row] for row in rows], {view.issued[row] for row in rows}
    else:
        dues = [item.due_on.toordinal() if item.due_on else NO_DAY for item in hypothesis.items]
        issued = {i.issued_on.toordinal() if i.issued_on else NO_DAY for i in hypothesis.items}
    known = [due for due in dues if due != NO_DAY] if NO_DAY in dues else dues
    first, last = (rows[0], rows[-1]) if rows else (-1, -1)
    is_run = bool(rows) and last - first + 1 == len(rows)
    is_oldest = is_run and first == 0
    following = view.dues[last + 1] if 0 <= last < len(view.items) - 1 else today + 1
    return [
        float(hypothesis.is_structured),
        float(len(rows) == len(view.items)),
        float(is_oldest and bool(known) and dues[-1] <= today < following),
        float(is_oldest),
        float(is_run),
        float(bool(known) and len(set(dues)) == 1),
        float(len(issued) == 1 and NO_DAY not in issued),
        float(today - max(known)) if known else FAR,
        float(today - min(known)) if known else FAR,
    ]


def _position_alone(view: View, row: int, today: int, *, is_structured: bool) -> list[float]:
    """How a single item lies, which is what most explanations have."""
    due, count = view.dues[row], len(view.items)
    is_dated, is_oldest = due != NO_DAY, row == 0
    following = view.dues[row + 1] if row < count - 1 else today + 1
    days = float(today - due) if is_dated else FAR
    return [
        float(is_structured),
        float(count == 1),
        float(is_oldest and is_dated and due <= today < following),
        float(is_oldest),
        1.0,
        float(is_dated),
        float(view.issued[row] != NO_DAY),
        days,
        days,
    ]


def last_issue(situation: Situation, hypothesis: Hypothesis) -> int:
    """The ordinal day on which the newest of the items was issued; NO_DAY where none is known."""
    if hypothesis.customers == 1:
        issued, rows = situation.view.issued, hypothesis.rows
        return issued[rows[0]] if len(rows) == 1 else max(map(issued.__getitem__, rows))
    days = [i.issued_on.toordinal() if i.issued_on else NO_DAY for i in hypothesis.items]
    return max(days)
