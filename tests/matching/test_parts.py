"""The engine's parts, each by itself."""

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.certificate import NEVER, calibrate, lower_bound, upper_bound
from matching.combinations import HALVES_MAX, LISTED_MAX, Sums, exact_sets
from matching.engine import Memory, Reviewed, build_index, decide, learn, load_model
from matching.memory import HALF_LIFE_DAYS
from matching.names import index_names, likeness, spelled
from matching.numbers import (
    column_compacted,
    column_keys,
    compacted,
    is_rf,
    key_of,
    serial_position,
)
from matching.reading import read
from matching.residuals import claims_of
from matching.values import Claim, ClosedItem, Customer, Discount, Residual, Verdict
from tests.matching.small_ledger import (
    ALPHA,
    BETA,
    CUSTOMERS,
    LEDGER,
    TODAY,
    a_payment,
    an_item,
    decided,
    numbers_of,
)


@pytest.mark.parametrize(
    ("numbers", "position"),
    [
        (["INV-2025-00012", "INV-2025-00013", "INV-2025-00014"], -1),
        (["00012/25", "00013/25", "00014/25"], -2),
        (["1930001", "1930002"], -1),
        (["no number", ""], -1),
    ],
)
def test_the_running_number_is_the_part_that_tells_numbers_apart(numbers, position):
    assert serial_position(numbers) == position


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=20))
def test_a_column_of_keys_is_the_key_of_each(numbers):
    keys = column_keys(column_compacted([n for n in numbers if n.isascii()]))

    assert keys.tolist() == [key_of(compacted(n)) for n in numbers if n.isascii()]


@pytest.mark.parametrize(
    ("reference", "is_valid"),
    [("RF18539007547034", True), ("RF68AB2G5", True), ("RF19539007547034", False), ("RF", False)],
)
def test_a_creditor_reference_proves_itself(reference, is_valid):
    assert is_rf(reference) is is_valid


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Nordwind Werkzeug GmbH", "NORDWIND WERKZEUG", 98, 100),
        ("Nordwind Werkzeug GmbH", "Nordwind Werkzeug AG", 98, 98),
        ("Müller & Söhne", "MUELLER SOEHNE", 100, 100),
        ("Nordwind Werkzeug GmbH", "NORDWIND WERKZE", 96, 100),
        ("Nordwind Werkzeug GmbH", "Nordwnid Werkzeug GmbH", 88, 97),
        ("Nordwind Werkzeug GmbH", "Bellevue Papeterie SARL", 0, 50),
    ],
)
def test_names_are_as_alike_as_people_find_them(one, other, least, most):
    assert least <= likeness(spelled(one), spelled(other)) <= most


def test_a_near_name_is_found_and_the_nearest_first():
    siblings = Customer(id="C101", names=("Nordwind Werkzeug Holding GmbH",))
    names = index_names((*CUSTOMERS, siblings))

    (found,) = names.near(["NORDWIND WERKZUEG"])

    assert [who for who, _alike in found][:2] == [ALPHA.id, siblings.id]


@settings(max_examples=60, deadline=None)
@given(
    opens=st.lists(st.integers(-60, 120).filter(bool), min_size=1, max_size=17),
    target=st.integers(-50, 300).filter(bool),
)
def test_every_set_of_the_sum_is_counted_and_each_listed_one_has_it(opens, target):
    rows = range(len(opens))
    sets = [s for size in range(1, len(opens) + 1) for s in combinations(rows, size)]
    true = {s for s in sets if sum(opens[row] for row in s) == target}

    listed, count = exact_sets(Sums(), opens, target)

    assert count == len(true)
    assert set(listed) <= true
    assert len(listed) == min(len(true), LISTED_MAX)


def test_among_too_many_items_small_sets_are_found_and_the_count_is_unknown():
    opens = [1_000 + place * place * 7 for place in range(HALVES_MAX + 10)]
    target = opens[3] + opens[12] + opens[30]

    listed, count = exact_sets(Sums(), opens, target)

    assert (3, 12, 30) in listed
    assert count == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INV 1234 +2 more", "is_incomplete"),
        ("INV 1234 ...", "is_incomplete"),
        ("INV 1234 etc", "is_incomplete"),
        ("9000332713 9000496695 9000510016 90", "is_cut"),
        ("Anzahlung Auftrag 12", "is_early"),
        ("Rate 2 von 3", "is_partly"),
        ("all open invoices", "is_whole"),
        ("abzgl. Gutschrift 7", "has_credit"),
    ],
)
def test_what_a_text_says_besides_numbers_is_heard(text, said):
    assert getattr(read(text), said)
    assert not getattr(read("INV 1234, 1235"), said)


def test_amounts_in_a_text_are_no_references():
    reading = read("RMR*IV*1234567**1,190.50\\ 77,00")

    assert reading.amounts == {119050, 7700}
    assert [t.compact for t in reading.tokens if not t.is_joined] == ["1234567"]


def test_a_discount_lessens_its_own_item_and_a_fee_the_last_one():
    off = an_item("1", 100_00, discount=Discount(amount_minor=2_00, until=TODAY))
    plain = an_item("2", 50_00)

    discounted = claims_of(148_00, (off, plain), Residual.DISCOUNT)
    charged = claims_of(135_00, (off, plain), Residual.FEE)

    assert [claim.amount_minor for claim in discounted] == [98_00, 50_00]
    assert [claim.amount_minor for claim in charged] == [100_00, 35_00]


def test_a_discount_in_time_is_applied():
    item = an_item("INV-2025-00900", 500_00, discount=Discount(amount_minor=15_00, until=TODAY))

    (decision,) = decided(a_payment(485_00, "INV-2025-00900"), items=(*LEDGER, item))

    assert decision.verdict is Verdict.AUTO
    assert decision.best is not None
    assert decision.best.residual is Residual.DISCOUNT
    assert decision.best.claims == (Claim(item_id=item.id, amount_minor=485_00),)


def test_one_item_paid_by_two_payments_goes_to_the_earlier_one():
    first = a_payment(119_00, "INV-2025-00101", id="P2", paid_on=TODAY - dt.timedelta(days=3))
    second = a_payment(119_00, "INV-2025-00101", id="P1")

    again, paid = decided(second, first)

    assert paid.verdict is Verdict.AUTO
    assert again.verdict is not Verdict.AUTO
    assert "already_claimed" in again.reasons


def test_instalments_share_one_item_until_it_is_used_up():
    parts = [
        a_payment(725_00, "INV-2025-00110 instalment", id=f"P{n}", paid_on=TODAY) for n in range(3)
    ]

    decisions = decided(*parts)

    claimed = [d for d in decisions if d.best and numbers_of(d) == ["INV-2025-00110"]]
    assert len(claimed) == 2


def test_a_number_that_was_settled_before_is_told():
    closed = ClosedItem(
        number="INV-2024-09999", customer_id=ALPHA.id, amount_minor=64_00, currency="EUR"
    )

    (decision,) = decided(a_payment(64_00, "INV-2024-09999"), closed=[closed])

    assert decision.verdict is not Verdict.AUTO
    assert "already_settled" in decision.reasons


def test_a_list_that_says_it_is_incomplete_is_not_applied_as_too_much():
    (decision,) = decided(a_payment(500_00, "INV-2025-00101 +2 more"))

    assert decision.verdict is not Verdict.AUTO


def test_a_reviewed_payer_is_known_again_and_forgotten_when_undone():
    stranger = {"payer_name": "Holding Sieben", "payer_account": "XX99"}
    reviews = [
        Reviewed(
            payment=a_payment(333_33, id=f"old{n}", **stranger),
            claims=(Claim(item_id="gone", amount_minor=333_33),),
            customer_id=BETA.id,
        )
        for n in range(3)
    ]
    payment = a_payment(640_10, **stranger)

    memory = learn(Memory(), reviews)

    (taught,) = decided(payment, memory=memory)
    (untaught,) = decided(payment, memory=memory.without([r.payment.id for r in reviews]))
    assert taught.best is not None
    assert untaught.best is None or untaught.best.probability < taught.best.probability


def test_what_was_learned_fades():
    review = Reviewed(payment=a_payment(1_00, id="old"), claims=(), customer_id=BETA.id)
    memory = learn(Memory(), [review])

    later = TODAY + dt.timedelta(days=HALF_LIFE_DAYS)
    habit = memory.customers(a_payment(1_00), later)[BETA.id]

    assert habit.weight == pytest.approx(0.5)
    assert habit.share == 1.0


@pytest.mark.parametrize(
    ("right", "count", "bound"), [(2_995, 2_995, 0.999), (4_741, 4_742, 0.999), (0, 0, 0.0)]
)
def test_a_bound_is_what_the_books_on_statistics_say(right, count, bound):
    assert lower_bound(right, count) == pytest.approx(bound, abs=2e-6)
    assert upper_bound(count, count) == 1.0


def test_reviews_that_prove_a_drift_stop_applying():
    index, model = build_index(LEDGER, CUSTOMERS), load_model()
    payment = a_payment(119_00, "INV-2025-00101")
    (decision,) = decide(index, [payment], Memory(), model)
    assert decision.verdict is Verdict.AUTO
    true = Claim(item_id=LEDGER[0].id, amount_minor=119_00)
    kept = [Reviewed(payment=payment, claims=(true,), customer_id=ALPHA.id, decision=decision)]
    undone = [Reviewed(payment=payment, claims=(), customer_id="", decision=decision)]

    fine = calibrate(model, kept * 3_000)
    drifted = calibrate(model, kept * 2_900 + undone * 100)

    assert fine.auto_floor == model.calibration.auto_floor
    assert fine.precision_bound == pytest.approx(0.999, abs=1e-4)
    assert drifted.auto_floor == NEVER
    assert drifted.probability(20.0) < model.calibration.probability(20.0)


def test_thousands_of_changes_leave_few_layers():
    index = build_index(LEDGER, CUSTOMERS)

    for place in range(1_000):
        index = index.with_changes(added=[an_item(f"X{place}", 100 + place)])

    assert len(index.layers) < 12
    assert index.item("id:C100:X999") is not None
    (decision,) = decide(index, [a_payment(1_099, "X999")], Memory(), load_model())
    assert decision.best is not None
    assert decision.best.claims == (Claim(item_id="id:C100:X999", amount_minor=1_099),)
