"""One ledger played from its first payment to its last, in the order in which they came.

On each day the engine sees what was open that day after the true allocations of the days before,
and has learned from those days only.
"""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.evaluate.matching_figures import Outcome
from benchmarks.evaluate.matching_sets import World
from matching.commands.days import Standing
from matching.commands.reviewing import Day, Review
from matching.engine import Model, Policy, load_model, propose
from matching.memory import Memory
from matching.values import Claim, Decision, Payment, Proposal, Verdict


def play(world: World) -> list[Outcome]:
    """What came of every payment of the world."""
    model = load_model()
    told = {payment_id: claims for payment_id, claims in world.truth.items() if claims}
    review = Review(world.ledger, told, Memory(), model, Policy())
    return [outcome for day in review.days() for outcome in _outcomes(world, day, model)]


def _outcomes(world: World, day: Day, model: Model) -> Iterator[Outcome]:
    decided = list(zip(day.payments, day.decisions, strict=True))
    wrong = [] if world.hidden else [p for p, d in decided if not _is_right(world, p, d)]
    proposals = propose(day.index, wrong, day.memory, model) if wrong else []
    found = {payment.id: some for payment, some in zip(wrong, proposals, strict=True)}
    for payment, decision in decided:
        yield _outcome(world, day.standing, payment, decision, found.get(payment.id, []))


def _outcome(
    world: World,
    standing: Standing,
    payment: Payment,
    decision: Decision,
    proposals: Iterable[Proposal],
) -> Outcome:
    """`proposals`: all there are, where the best one is not right; that is the oracle's share."""
    truth = world.truth[payment.id]
    said = decision.best.claims if decision.best else ()
    is_auto, is_right = decision.verdict is Verdict.AUTO, _is_right(world, payment, decision)
    true_items = {claim.item_id for claim in truth}
    return Outcome(
        payment_id=payment.id,
        level=world.levels[payment.id],
        size=len(truth),
        pays_all=_pays_all(standing, payment, truth),
        is_auto=is_auto,
        is_right=is_right,
        is_proposed=is_right or any(same(one.claims, truth) for one in proposals if truth),
        is_hidden=payment.id in world.hidden,
        wrong_items=sum(claim.item_id not in true_items for claim in said) if is_auto else 0,
        account=_account(world, standing, payment, decision) if is_auto and not is_right else "",
    )


def _is_right(world: World, payment: Payment, decision: Decision) -> bool:
    truth = world.truth[payment.id]
    return bool(truth) and decision.best is not None and same(decision.best.claims, truth)


def same(said: Iterable[Claim], truth: Iterable[Claim]) -> bool:
    """Whether both settle the very same items for the very same amounts."""
    return _amounts(said) == _amounts(truth)


def _amounts(claims: Iterable[Claim]) -> dict[str, int]:
    return {claim.item_id: claim.amount_minor for claim in claims}


def _pays_all(standing: Standing, payment: Payment, truth: Sequence[Claim]) -> bool:
    """Whether the payment settles in full all that its customers had open in its currency."""
    paid = {claim.item_id for claim in truth if standing.left.get(claim.item_id)}
    customers = {standing.open[item_id].customer_id for item_id in paid}
    return (
        bool(paid)
        and all(
            standing.left[claim.item_id] == claim.amount_minor
            for claim in truth
            if claim.item_id in paid
        )
        and all(
            item.id in paid
            for customer in customers
            for item in standing.of_customer(customer)
            if item.currency == payment.currency
        )
    )


def _account(world: World, standing: Standing, payment: Payment, decision: Decision) -> str:
    """A wrong automatic decision, as somebody reads it who looks for the reason."""
    best = decision.best
    said = best.claims if best else ()
    lines = [
        f"{world.set_name} {world.ledger.name} {payment.id} {payment.paid_on} "
        f"{payment.amount_minor} {payment.currency} level={world.levels[payment.id]}"
        f"{' HIDDEN' if payment.id in world.hidden else ''}",
        f"  payer: {payment.payer_name!r} {payment.payer_account!r}",
        f"  text:  {payment.text!r}",
        f"  truth: {_told(standing, world.truth[payment.id])}",
        f"  said:  {_told(standing, said)}",
    ]
    if best is not None:
        rival = decision.runner_up
        lines += [
            f"  why:   lane={decision.lane} p={best.probability:.5f} residual={best.residual} "
            f"{best.residual_minor} solutions={best.solutions} score={best.score:.2f} "
            f"reasons={','.join(decision.reasons)}",
            "  " + "; ".join(f"{e.kind} {e.points:+.2f} {e.detail}" for e in best.evidence),
            f"  rival: {_told(standing, rival.claims)} p={rival.probability:.5f}"
            if rival
            else "  rival: none",
        ]
    return "\n".join(lines)


def _told(standing: Standing, claims: Iterable[Claim]) -> str:
    words = []
    for claim in claims:
        item = standing.open.get(claim.item_id)
        number = f"{item.number} of {item.customer_id}" if item else f"{claim.item_id} (not open)"
        words.append(f"{number} {claim.amount_minor}/{standing.left.get(claim.item_id)}")
    return "; ".join(words) or "nothing"
