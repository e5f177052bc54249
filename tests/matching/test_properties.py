"""What holds for any ledger and any payment."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import (
    Memory,
    Reviewed,
    build_index,
    decide,
    learn,
    load_model,
    propose,
)
from matching.values import Claim, Customer, Discount, Verdict
from tests.matching.small_ledger import (
    ALPHA,
    BETA,
    CUSTOMERS,
    LEDGER,
    TODAY,
    a_payment,
    an_item,
    decided,
)

few = settings(max_examples=40, deadline=None)
amounts = st.integers(-300_00, 900_00).filter(bool)
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([item.number for item in LEDGER]), max_size=4).map(" ".join),
    st.sampled_from(
        ["101", "00101,102", "INV-2025-00101 ... ", "part 1/3", "INV-2025-00101 +2 more"]
    ),
)


@st.composite
def ledgers(draw):
    """Some items of Alpha and Beta, with small amounts, so that sums fall together."""
    minors = draw(st.lists(amounts, min_size=1, max_size=12))
    return tuple(
        an_item(
            f"INV-2025-0{1000 + place}",
            minor,
            ALPHA if place % 3 else BETA,
            due_on=TODAY + dt.timedelta(days=place % 5 - 3),
            discount=Discount(amount_minor=minor // 50, until=TODAY) if minor > 99 else None,
        )
        for place, minor in enumerate(minors)
    )


@st.composite
def payments_for(draw, items):
    """Payments of some of the items, or of anything else."""
    payments = []
    for place in range(draw(st.integers(1, 4))):
        chosen = draw(st.lists(st.sampled_from(items), max_size=4, unique=True))
        minor = sum(item.open_minor for item in chosen) + draw(st.sampled_from([0, 0, 0, -100, 7]))
        text = draw(st.sampled_from(["", " ".join(item.number for item in chosen), "thanks"]))
        payments.append(a_payment(minor, text, id=f"P{place}"))
    return payments


@few
@given(st.data())
def test_never_more_than_the_payment_and_never_more_than_is_open(data):
    items = data.draw(ledgers())
    payments = data.draw(payments_for(items))

    decisions = decided(*payments, items=items)

    opens = {item.id: item.open_minor for item in items}
    taken = dict.fromkeys(opens, 0)
    for payment, decision in zip(payments, decisions, strict=True):
        claims = decision.best.claims if decision.best else ()
        assert sum(claim.amount_minor for claim in claims) <= max(payment.amount_minor, 0)
        for claim in claims:
            taken[claim.item_id] += claim.amount_minor
            assert claim.amount_minor * opens[claim.item_id] > 0
    assert all(abs(taken[one]) <= abs(opens[one]) for one in opens)


@few
@given(st.data())
def test_the_order_of_rows_does_not_matter(data):
    items = data.draw(ledgers())
    payments = data.draw(payments_for(items))
    shuffled_items = data.draw(st.permutations(items))
    shuffled_payments = data.draw(st.permutations(payments))

    straight = decided(*payments, items=items)
    shuffled = decided(
        *shuffled_payments, items=shuffled_items, customers=tuple(reversed(CUSTOMERS))
    )

    assert sorted(straight, key=_by_payment) == sorted(shuffled, key=_by_payment)


@few
@given(st.data())
def test_a_customer_who_has_nothing_to_do_with_it_changes_nothing(data):
    items = data.draw(ledgers())
    payments = data.draw(payments_for(items))
    stranger = Customer(id="Z900", names=("Quixotic Zephyr Bakery",), accounts=("ZZ1",))
    theirs = an_item("N7777", 4_321_987_65, stranger)

    alone = decided(*payments, items=items)
    beside = decided(*payments, items=(*items, theirs), customers=(*CUSTOMERS, stranger))

    assert alone == beside


@few
@given(st.data())
def test_changes_lead_to_the_ledger_that_is_built_anew(data):
    items = data.draw(ledgers())
    payments = data.draw(payments_for(items))
    closed, others = items[::3], items[1::3]
    repriced = {item.id: item.open_minor * 2 for item in others}
    late = an_item("INV-2025-09999", 55_55)

    before = build_index((*LEDGER, *items), CUSTOMERS)
    changed = before.with_changes(
        added=[late], closed=[item.id for item in closed], repriced=repriced
    )

    kept = [before.item(i.id) for i in items if i not in closed and i not in others]
    doubled = [
        an_item(i.number, i.open_minor * 2, _customer(i), due_on=i.due_on, discount=i.discount)
        for i in others
    ]
    anew = build_index([late, *LEDGER, *kept, *doubled], CUSTOMERS)
    assert _claims(changed, payments) == _claims(anew, payments)
    assert before.item(items[0].id) == items[0]


@few
@given(st.data())
def test_undoing_what_was_learned_restores_the_decisions(data):
    items = data.draw(ledgers())
    payments = data.draw(payments_for(items))
    known = learn(Memory(), [_review(a_payment(5_00, id="old", payer_account="X1"), items[0])])

    later = learn(known, [_review(payment, items[-1]) for payment in payments])

    assert later.without({payment.id for payment in payments}) == known
    assert later.without(later.lessons) == Memory()


@few
@given(text=texts, minor=st.integers(1, 3_000_00))
def test_the_points_of_an_explanation_add_up_to_its_score(text, minor):
    payment = a_payment(minor, text)

    (proposals,) = propose(build_index(LEDGER, CUSTOMERS), [payment], Memory(), load_model())

    for proposal in proposals:
        points = sum(evidence.points for evidence in proposal.evidence)
        assert points == pytest.approx(proposal.score, abs=1e-9)
        assert all(0 <= e.start <= e.end <= len(text) for e in proposal.evidence)
        assert 0 <= proposal.probability < 1


@few
@given(minor=st.integers(100, 500_00), count=st.integers(2, 8), text=st.sampled_from(["", "tack"]))
def test_a_tie_of_equal_items_is_never_applied(minor, count, text):
    twins = [an_item(f"N{1000 + place}", minor) for place in range(count)]

    (decision,) = decided(a_payment(minor, text), items=twins)

    assert decision.verdict is not Verdict.AUTO


def _claims(index, payments):
    decisions = decide(index, payments, Memory(), load_model())
    return [decision.best.claims if decision.best else None for decision in decisions]


def _by_payment(decision):
    return decision.payment_id


def _customer(item):
    return ALPHA if item.customer_id == ALPHA.id else BETA


def _review(payment, item):
    claims = (Claim(item_id=item.id, amount_minor=item.open_minor),)
    return Reviewed(payment=payment, claims=claims, customer_id=item.customer_id)
