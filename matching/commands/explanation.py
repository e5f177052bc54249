"""One decision as a bookkeeper reads it: text, sums, reasons, rival, points, probability."""

from collections.abc import Iterator, Sequence
from math import fsum
from typing import Final

from foundation.money import Money
from matching.commands.deciding import Decided
from matching.commands.words import (
    RESIDUALS,
    VERDICTS,
    evidence_in_words,
    marked_text,
    printable,
    reason_in_words,
)
from matching.values import Claim, Proposal

NUMBER_WIDTH: Final = 26
CUSTOMER_WIDTH: Final = 14
POINTS_MIN: Final = 0.05  # evidence that weighs less is not told one by one


def explanation(one: Decided) -> str:
    """The whole explanation, lines of plain text; nothing in it can steer a terminal."""
    return "\n".join([*_payment(one), "", *_settled(one), *_why(one), "", *_rival(one)]) + "\n"


def _payment(one: Decided) -> Iterator[str]:
    payment = one.payment
    payer = " ".join(printable(word) for word in (payment.payer_name, payment.payer_account))
    ledger = f" (ledger {printable(one.ledger)})" if one.ledger else ""
    yield f"Payment {printable(payment.id)}{ledger}, {payment.paid_on.isoformat()}"
    yield f"  amount  {_money(payment.amount_minor, payment.currency)} {payment.currency}"
    yield f"  payer   {payer.strip() or 'not told'}"
    yield f"  text    {_text(one)}"


def _text(one: Decided) -> str:
    best = one.decision.best
    marked = marked_text(one.payment.text, best.evidence if best else ())
    return marked or "nothing"


def _settled(one: Decided) -> Iterator[str]:
    decision = one.decision
    yield f"{decision.verdict.value.upper()}: {VERDICTS[decision.verdict]}"
    yield from (f"  because {reason_in_words(code)}" for code in decision.reasons)
    if decision.best is None:
        return
    yield ""
    yield "Best explanation"
    yield from _sums(one, decision.best)


def _sums(one: Decided, best: Proposal) -> Iterator[str]:
    """Every item with what is open and what is taken, and the sum held against the payment."""
    currency = one.payment.currency
    for claim in best.claims:
        item = one.items[claim.item_id]
        left = one.left[claim.item_id]
        open_words = "" if left == claim.amount_minor else f"  of {_money(left, currency)} open"
        yield _line(item.number, item.customer_id, claim.amount_minor, currency) + open_words
    taken = sum(claim.amount_minor for claim in best.claims)
    yield _line("sum of these", "", taken, currency)
    yield _line("payment", "", one.payment.amount_minor, currency)
    yield (
        _line("difference to what is open", "", best.residual_minor, currency)
        + f"  {RESIDUALS[best.residual]}"
    )


def _line(label: str, customer_id: str, minor: int, currency: str) -> str:
    name, customer = printable(label), printable(customer_id)
    return f"  {name:<{NUMBER_WIDTH}} {customer:<{CUSTOMER_WIDTH}} {_money(minor, currency):>20}"


def _why(one: Decided) -> Iterator[str]:
    """What weighs something, one line each; the rest in one line, so that the points add up."""
    best = one.decision.best
    if best is None:
        return
    weighing = [e for e in best.evidence if abs(e.points) >= POINTS_MIN]
    speaking = [e for e in weighing if e.points > 0]
    against = [e for e in weighing if e.points < 0]
    rest = fsum([best.score, *(-e.points for e in weighing)])
    for title, found in (("What speaks for it", speaking), ("What speaks against it", against)):
        yield ""
        yield title
        yield from (
            f"  {e.points:+8.2f}  {printable(evidence_in_words(e, one.payment, one.items))}"
            for e in found
        )
        if not found:
            yield "            nothing"
    yield ""
    if len(weighing) < len(best.evidence):
        yield f"  {rest:+8.2f}  is what the rest weighs"
    yield f"  {best.score:+8.2f}  is the sum of the points"
    yield f"  probability {best.probability:.4f}; {_of_ten_thousand(best)}"
    yield f"  found by {one.decision.lane}, judged by model {one.decision.model}"


def _of_ten_thousand(best: Proposal) -> str:
    right = best.probability * 10_000
    return f"of 10,000 such explanations about {right:,.0f} are right"


def _rival(one: Decided) -> Iterator[str]:
    best, rival = one.decision.best, one.decision.runner_up
    if best is None or rival is None:
        yield "Runner-up: none" if best is not None else "No explanation was found."
        return
    yield f"Runner-up, probability {rival.probability:.4f}"
    yield from _sums(one, rival)
    yield from _difference(one, best.claims, rival.claims)


def _difference(one: Decided, ours: Sequence[Claim], theirs: Sequence[Claim]) -> Iterator[str]:
    """What the runner-up has that the best has not, and the other way round."""
    for words, first, second in (
        ("only in the best explanation", ours, theirs),
        ("only in the runner-up", theirs, ours),
    ):
        known = {claim.item_id for claim in second}
        found = [claim for claim in first if claim.item_id not in known]
        if found:
            yield f"  {words}: {', '.join(printable(one.items[c.item_id].number) for c in found)}"


def _money(minor: int, currency: str) -> str:
    return f"{'-' if minor < 0 else ''}{_grouped(abs(minor), currency)}"


def _grouped(minor: int, currency: str) -> str:
    whole, point, part = Money(minor, currency).decimal_text().partition(".")
    return f"{int(whole):,}{point}{part}"
