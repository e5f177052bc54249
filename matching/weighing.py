"""From payments to weighed explanations: read, look up, list, measure, score."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.explaining import explain_all
from matching.hypotheses import Hypothesis, Situation, explain
from matching.index import Index
from matching.lane import explain_plainly, plain_rows
from matching.memory import Memory
from matching.model import Model
from matching.payers import Facts, facts_of, search_names, weigh_payers
from matching.policy import blocks
from matching.reading import read
from matching.references import name_items
from matching.scoring import LOG_ODDS_MAX, measure_all, score_all
from matching.several import explain_together
from matching.values import Payment


@dataclass(slots=True)
class Weighed:
    """One payment with its explanations, best first once scored."""

    facts: Facts
    situations: dict[str, Situation]  # by customer
    hypotheses: list[Hypothesis]
    is_plain: bool = False  # found in the reference lane

    def situation(self, hypothesis: Hypothesis) -> Situation:
        """The customer's items that an explanation was found among."""
        return self.situations[hypothesis.payer.customer_id]


def weigh(index: Index, payments: Sequence[Payment], memory: Memory, model: Model) -> list[Weighed]:
    """Explain and score each payment; a payment of nothing or less has no explanation."""
    plain = explain_plainly(index, payments, plain_rows(index, payments), memory)
    rest = [payment for place, payment in enumerate(payments) if place not in plain]
    weighed = gather(index, rest, memory)
    score_all(model, [one.hypotheses for one in weighed])
    _open(model, [one for one in weighed if one.hypotheses])
    others = iter(weighed)
    return [
        _plain(model, *plain[place]) if place in plain else next(others)
        for place in range(len(payments))
    ]


def _open(model: Model, weighed: Sequence[Weighed]) -> None:
    """What nothing forbids to apply is right more often than its score alone tells."""
    free: dict[int, list[Hypothesis]] = {}
    for one in weighed:
        best, *rivals = one.hypotheses
        best.against = tuple(blocks(one.situation(best), best, rivals))
        if not best.against:
            free.setdefault(best.view.grid, []).append(best)
    for grid, found in free.items():
        scores = [best.score for best in found]
        probabilities = model.calibration.probabilities_if_open(scores, grid)
        for best, probability in zip(found, probabilities, strict=True):
            best.probability = probability


def _plain(model: Model, facts: Facts, situation: Situation) -> Weighed:
    """What the reference lane found, with the probability measured for it."""
    hypotheses = list(situation.found.values())
    for hypothesis in hypotheses:
        hypothesis.probability = model.lane_probability
        hypothesis.score = LOG_ODDS_MAX
    return Weighed(facts, {situation.payer.customer_id: situation}, hypotheses, is_plain=True)


def gather(index: Index, payments: Sequence[Payment], memory: Memory) -> list[Weighed]:
    """Explanations with their measures, not yet scored."""
    known = {text: read(text) for text in {payment.text: None for payment in payments}}
    readings = [known[payment.text] for payment in payments]
    namings = name_items(index, payments, readings)
    all_facts = facts_of(index, payments, readings, namings, memory)
    search_names(index, all_facts)
    seen = [_situations(index, facts) for facts in all_facts]
    explain_all([situation for situations in seen for situation in situations])
    return [_weighed(facts, own) for facts, own in zip(all_facts, seen, strict=True)]


def _situations(index: Index, facts: Facts) -> list[Situation]:
    """The payment before each customer who may have paid, up to one that it plainly is about."""
    if facts.payment.amount_minor <= 0:
        return []
    weigh_payers(index, facts)
    situations = []
    for payer in facts.payers:
        situations.append(explain(index, facts, payer))
        if situations[-1].is_plain and payer.is_identified and not facts.naming.shared:
            break
    return situations


def _weighed(facts: Facts, situations: list[Situation]) -> Weighed:
    if not situations:
        return Weighed(facts, {}, [])
    together = explain_together(situations, facts.payment.amount_minor)
    by_customer = {situation.payer.customer_id: situation for situation in situations}
    return Weighed(facts, by_customer, measure_all(situations, together))
