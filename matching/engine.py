"""The engine's face: an index of one ledger, and what becomes of each payment."""

from collections.abc import Sequence

from matching.assignment import assign
from matching.certificate import calibrate
from matching.explanation import proposal_of
from matching.hypotheses import Hypothesis
from matching.index import Index, build_index
from matching.memory import Memory, Reviewed, learn
from matching.model import Calibration, Model, load_model
from matching.policy import Policy, verdict
from matching.undisturbed import undisturbed
from matching.values import Decision, Payment, Proposal, Verdict
from matching.weighing import Weighed, weigh

__all__ = [
    "Calibration",
    "Index",
    "Memory",
    "Model",
    "Policy",
    "Reviewed",
    "build_index",
    "calibrate",
    "decide",
    "learn",
    "load_model",
    "propose",
]

DEFAULT_POLICY = Policy()


def propose(
    index: Index, payments: Sequence[Payment], memory: Memory, model: Model
) -> list[list[Proposal]]:
    """For each payment its explanations, best first, each payment looked at by itself."""
    with undisturbed():
        return [
            [proposal_of(model, one.situation(h), h) for h in one.hypotheses]
            for one in weigh(index, payments, memory, model)
        ]


def decide(
    index: Index,
    payments: Sequence[Payment],
    memory: Memory,
    model: Model,
    policy: Policy = DEFAULT_POLICY,
) -> list[Decision]:
    """What becomes of each payment, in their order, which changes nothing else.

    The strongest claim is served first and no item is claimed for more than is open of it.
    """
    with undisturbed():
        weighed = weigh(index, payments, memory, model)
        left = assign(payments, [one.hypotheses for one in weighed])
        return [
            _decision(one, free, model, policy, is_late=is_late)
            for one, (free, is_late) in zip(weighed, left, strict=True)
        ]


def _decision(
    one: Weighed, free: list[Hypothesis], model: Model, policy: Policy, *, is_late: bool
) -> Decision:
    payment = one.facts.payment
    if not free:
        return _nothing(one, model, is_late=is_late)
    best, rivals = free[0], free[1:]
    against = list(best.against)
    if is_late:
        against.append("already_claimed")
    if against:
        best.probability = model.calibration.held_probability(best.score)
    for rival in rivals[:1]:  # one of the two at most is true
        told = model.calibration.probability(rival.score)
        rival.probability = min(told, 1.0 - best.probability)
    found = verdict(policy, model, payment.amount_minor, best)
    if found is Verdict.AUTO and against:
        found = Verdict.SUGGEST
    return Decision(
        payment_id=payment.id,
        verdict=found,
        best=proposal_of(model, one.situation(best), best),
        runner_up=proposal_of(model, one.situation(rivals[0]), rivals[0]) if rivals else None,
        reasons=tuple(against) or _reason(found),
        lane="references" if one.is_plain else "sets",
        model=model.version,
    )


def _reason(found: Verdict) -> tuple[str, ...]:
    known = {Verdict.AUTO: "certain", Verdict.SUGGEST: "likely", Verdict.UNMATCHED: "improbable"}
    return (known[found],)


def _nothing(one: Weighed, model: Model, *, is_late: bool) -> Decision:
    """No explanation, and why."""
    reasons = ["already_claimed"] if is_late else []
    if one.facts.payment.amount_minor <= 0:
        reasons.append("nothing_received")
    elif one.facts.naming.closed:
        reasons.append("already_settled")
    elif not one.facts.payers:
        reasons.append("payer_unknown")
    return Decision(
        payment_id=one.facts.payment.id,
        verdict=Verdict.UNMATCHED,
        best=None,
        runner_up=None,
        reasons=tuple(reasons) or ("nothing_fits",),
        lane="none",
        model=model.version,
    )
