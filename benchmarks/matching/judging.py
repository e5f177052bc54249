"""How right a matcher is: strictly, harmlessly, at the first suggestion, and as sure as it says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import beta

from benchmarks.matching.peers.answers import Answer
from benchmarks.matching.worlds import World

CONFIDENCE = 0.95
BINS = 15
# Minutes of work: a wrong application that must be found and undone, a look at a suggestion, a
# search by hand. Assumed, and the same for every matcher.
WRONG_AUTO, BY_HAND, RIGHT_SUGGESTION, WRONG_SUGGESTION = 150.0, 6.0, 1.0, 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many, with the Clopper-Pearson interval of 95 per cent."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """From 0 to 1; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true rate lies, nineteen times of twenty."""
        tail = (1 - CONFIDENCE) / 2
        low = beta.ppf(tail, self.hits, self.of - self.hits + 1) if self.hits else 0.0
        high = (
            beta.ppf(1 - tail, self.hits + 1, self.of - self.hits) if self.hits < self.of else 1.0
        )
        return float(low), float(high)


Parts = tuple[Share, Share, Share]  # of one scenario or channel: auto, precision, first right


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything that is told of one matcher on one world."""

    auto: Share  # applied by itself, of all payments
    precision: Share  # of those the very set of items
    harmless: Share  # of those no item that is not settled
    twins: Share  # of those the very set, or one of the same customers and equal open amounts
    customers: Share  # of those the very customers
    first_right: Share  # of what can be matched
    first_right_many: Share  # of what settles several items
    ece: float
    minutes: float  # of work that 1,000 payments leave, all of it by hand being 6,000
    by_scenario: Mapping[str, Parts]
    by_channel: Mapping[str, Parts]

    @property
    def wrong(self) -> int:
        """How many it applied wrongly."""
        return self.precision.of - self.precision.hits


def is_right(world: World, answer: Answer) -> bool:
    """Whether it is the very set of items; of an instalment also the very amount."""
    true = world.truth[answer.payment_id]
    if answer.items != tuple(claim.item_id for claim in true):
        return False
    is_part = world.scenario[answer.payment_id] == "instalment"
    return not (is_part and answer.claims) or answer.claims == true


def judge(world: World, answers: Iterable[Answer]) -> Judgement:
    """Compare the answers with what is true."""
    given = list(answers)
    right = {answer.payment_id: is_right(world, answer) for answer in given}
    auto = [answer for answer in given if answer.is_auto]
    matchable = [answer for answer in given if world.truth[answer.payment_id]]
    many = [answer for answer in matchable if len(world.truth[answer.payment_id]) > 1]
    pairs = [(_facts(world, answer), _true_facts(world, answer)) for answer in auto]
    return Judgement(
        auto=Share(hits=len(auto), of=len(given)),
        precision=_right_of(auto, right),
        harmless=Share(hits=sum(_is_harmless(world, answer) for answer in auto), of=len(auto)),
        twins=Share(hits=sum(said == true for said, true in pairs), of=len(auto)),
        customers=Share(
            hits=sum({c for c, _ in said} == {c for c, _ in true} for said, true in pairs),
            of=len(auto),
        ),
        first_right=_right_of(matchable, right),
        first_right_many=_right_of(many, right),
        ece=_ece(given, right),
        minutes=sum(_minutes(a, right) for a in given) * 1_000 / max(len(given), 1),
        by_scenario=_parts(given, right, world.scenario),
        by_channel=_parts(given, right, world.channel),
    )


def threshold_for(world: World, answers: Sequence[Answer], target: float) -> float:
    """The lowest score from which on so much is right in this world; infinite if none is."""
    ranked = sorted((a for a in answers if a.items), key=lambda answer: -answer.score)
    lowest, hits = float("inf"), 0
    for count, answer in enumerate(ranked, 1):
        hits += is_right(world, answer)
        is_last = count == len(ranked) or ranked[count].score < answer.score
        if is_last and hits >= target * count:
            lowest = answer.score
    return lowest


def _right_of(answers: Sequence[Answer], right: Mapping[str, bool]) -> Share:
    return Share(hits=sum(right[answer.payment_id] for answer in answers), of=len(answers))


def _is_harmless(world: World, answer: Answer) -> bool:
    return set(answer.items) <= {claim.item_id for claim in world.truth[answer.payment_id]}


def _facts(world: World, answer: Answer) -> list[tuple[str, int]]:
    """Customer and open amount of each item: what equal twins have in common."""
    found = (world.by_id[one] for one in answer.items)
    return sorted((item.customer_id, item.open_minor) for item in found)


def _true_facts(world: World, answer: Answer) -> list[tuple[str, int]]:
    true = tuple(claim.item_id for claim in world.truth[answer.payment_id])
    return _facts(world, Answer(payment_id=answer.payment_id, items=true))


def _minutes(answer: Answer, right: Mapping[str, bool]) -> float:
    if answer.is_auto:
        return 0.0 if right[answer.payment_id] else WRONG_AUTO
    if not answer.items or not answer.is_shown:
        return BY_HAND
    return RIGHT_SUGGESTION if right[answer.payment_id] else WRONG_SUGGESTION


def _ece(answers: Sequence[Answer], right: Mapping[str, bool]) -> float:
    """The mean distance, over bins of equal width, of what is said from what is so."""
    bins: dict[int, list[Answer]] = defaultdict(list)
    suggested = [answer for answer in answers if answer.items]
    for answer in suggested:
        bins[min(int(answer.score * BINS), BINS - 1)].append(answer)
    off = 0.0
    for inside in bins.values():
        said = sum(answer.score for answer in inside)
        off += abs(said - sum(right[answer.payment_id] for answer in inside))
    return off / len(suggested) if suggested else 0.0


def _parts(
    answers: Sequence[Answer], right: Mapping[str, bool], kinds: Mapping[str, str]
) -> dict[str, Parts]:
    grouped: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        grouped[kinds[answer.payment_id]].append(answer)
    found = {}
    for kind, inside in sorted(grouped.items()):
        auto = [answer for answer in inside if answer.is_auto]
        shares = Share(hits=len(auto), of=len(inside)), _right_of(auto, right)
        found[kind] = (*shares, _right_of(inside, right))
    return found
