"""The decisions file: a row for each item a payment is said to settle, or one row without an item.

It is of the form of allocations.csv, so that, corrected by a person, it can be learned from.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from matching.cells import decimal_of
from matching.commands.deciding import Decided
from matching.commands.explanation import POINTS_MIN
from matching.commands.words import evidence_in_words, reason_in_words
from matching.explanation import ALWAYS_TOLD
from matching.files import write_rows
from matching.values import Claim, Evidence, Proposal

HEADER: Final = (
    *("ledger", "payment_id", "verdict", "invoice_id", "invoice_number", "customer_id"),
    *("amount", "currency", "probability", "residual", "residual_amount", "item_evidence"),
    *("payment_evidence", "runner_up", "runner_up_probability", "reasons", "lane", "model"),
)
SEPARATOR: Final = "; "
PLACES: Final = 6  # decimals of a probability


def write_decisions(file: Path, decided: Iterable[Decided]) -> None:
    """Write them by ledger, day, payment and item; the same decisions are the same bytes."""
    write_rows(file, HEADER, (_row(cells) for one in decided for cells in rows_of(one)))


def rows_of(one: Decided) -> Iterator[dict[str, object]]:
    """A row for each item of the best explanation; one row where there is none."""
    shared = _about_the_payment(one)
    best = one.decision.best
    if best is None or not best.claims:
        yield shared
        return
    for claim in best.claims:
        yield {**shared, **_about_the_item(one, best, claim)}


def _row(cells: dict[str, object]) -> list[object]:
    return [cells.get(name, "") for name in HEADER]


def _about_the_payment(one: Decided) -> dict[str, object]:
    decision, currency = one.decision, one.payment.currency
    cells: dict[str, object] = {
        "ledger": one.ledger,
        "payment_id": one.payment.id,
        "verdict": decision.verdict.value,
        "currency": currency,
        "reasons": SEPARATOR.join(reason_in_words(code) for code in decision.reasons),
        "lane": decision.lane,
        "model": decision.model,
    }
    if decision.best is not None:
        best = decision.best
        cells["probability"] = probability(best)
        cells["residual"] = best.residual.value
        cells["residual_amount"] = decimal_of(best.residual_minor, currency)
        cells["payment_evidence"] = _words(one, _of_the_payment(best))
    if decision.runner_up is not None:
        cells["runner_up"] = numbers(one, decision.runner_up)
        cells["runner_up_probability"] = probability(decision.runner_up)
    return cells


def _of_the_payment(best: Proposal) -> Iterator[Evidence]:
    """What is not about one item and weighs something; the sum and the payer in any case."""
    for one in best.evidence:
        if not one.item_id and (one.kind in ALWAYS_TOLD or abs(one.points) >= POINTS_MIN):
            yield one


def _about_the_item(one: Decided, best: Proposal, claim: Claim) -> dict[str, object]:
    item = one.items[claim.item_id]
    return {
        "invoice_id": item.id,
        "invoice_number": item.number,
        "customer_id": item.customer_id,
        "amount": decimal_of(claim.amount_minor, item.currency),
        "item_evidence": _words(one, (e for e in best.evidence if e.item_id == item.id)),
    }


def numbers(one: Decided, proposal: Proposal) -> str:
    """The numbers of the items an explanation names."""
    return SEPARATOR.join(one.items[claim.item_id].number for claim in proposal.claims)


def probability(proposal: Proposal) -> Decimal:
    """The probability with a fixed number of decimals."""
    return Decimal(f"{proposal.probability:.{PLACES}f}")


def _words(one: Decided, evidence: Iterable[Evidence]) -> str:
    return SEPARATOR.join(evidence_in_words(e, one.payment, one.items) for e in evidence)
