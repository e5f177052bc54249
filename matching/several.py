"""One payment for several customers: a parent for its companies, a card company's payout."""

from typing import Final

from matching.hypotheses import Hypothesis, Situation
from matching.references import Named, Strength
from matching.residuals import PAYOUT_SHARE_MAX
from matching.values import Residual

SEVERAL_ITEMS_MAX: Final = 400


def explain_together(situations: list[Situation], amount: int) -> list[Hypothesis]:
    """All that the text names, whosesoever it is, when it sums to the payment or a little above."""
    if len(situations) < 2:
        return []
    by_owner = {s.payer.customer_id: s for s in situations}
    if len(by_owner) < 2:
        return []
    facts = situations[0].facts
    found = []
    for least in (Strength.SERIAL, Strength.FULL):
        named = [
            hit
            for owner, hits in sorted(facts.naming.items.items())
            if owner in by_owner
            for _item, hit in sorted(hits.items())
            if hit.strength >= least
        ]
        together = _together(named, by_owner, amount)
        if together is not None:
            found.append(together)
            break
    return found


def _together(named: list[Named], by_owner: dict[str, Situation], amount: int) -> Hypothesis | None:
    owners = {hit.item.customer_id for hit in named}
    total = sum(hit.item.open_minor for hit in named)
    missing = total - amount
    if len(owners) < 2 or total <= 0 or len(named) > SEVERAL_ITEMS_MAX:
        return None
    if not 0 <= missing <= PAYOUT_SHARE_MAX * total:
        return None
    counts = {owner: sum(hit.item.customer_id == owner for hit in named) for owner in owners}
    first = by_owner[min(owners, key=lambda owner: (-counts[owner], owner))]
    items = sorted((hit.item for hit in named), key=lambda item: item.id)
    return Hypothesis(
        payer=first.payer,
        view=first.view,
        rows=(),
        items=tuple(items),
        residual=Residual.FEE if missing else Residual.EXACT,
        residual_minor=-missing,
        solutions=1,
        is_structured=False,
        customers=len(owners),
    )
