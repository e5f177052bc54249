"""Saved methods: kept by the provider's page, charged by one press, let go of for good."""

import itertools
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.errors import EarlierPaymentUnsettled, MethodUnusable, OperationReused
from payments.card.saved_method import MOVES, MethodKind, SavedMethodState
from payments.card.saved_queries import methods_of
from payments.card.saving import remove_method, sync_method
from payments.card.sync import abandon_payment, confirm_payment
from sandbox.stripe import intents
from serve import postgres
from tests.factories.books import open_minor
from tests.factories.card import start

GOOD, ASKS, DECLINED_LATER = "4242424242424242", "4000002760003184", "4000000000000341"
CHARGE, LOOK = "POST /v1/payment_intents", "GET /v1/payment_intents/*"
SETUP = "POST /v1/checkout/sessions"


def begin(till, kind=MethodKind.CARD, **wanted):
    """Press "Save"; where the contact is led to."""
    order = SetupOrder(
        **{
            "operation_id": uuid.uuid4(),
            "contact_id": till.account.contact_id,
            "kind": kind,
            "language": "en",
            "address": "203.0.113.9",
            "return_url": lambda one: f"http://localhost:8000/saved-methods/{one}/return",
            **wanted,
        }
    )
    return begin_saving(till.transaction, till.gateway, order=order, deed=deed(till))


def deed(till):
    return till.account.deed(till.clock.now(), till.clock.today())


def at_page(till, saving):
    return till.world.payer(saving.page_url.rsplit("/", 1)[-1])


def back(till, method_id):
    return sync_method(till.transaction, till.gateway, method_id=method_id, deed=deed(till))


def a_method(till, number=GOOD, account=None):
    """A method somebody has saved."""
    saving = begin(till, MethodKind.SEPA if account else MethodKind.CARD)
    payer = at_page(till, saving)
    payer.save_account(account) if account else payer.save(number)
    assert back(till, saving.method_id) == "saved"
    return saving.method_id


def pay(till, method, minor=10_000, **wanted):
    """One press of "Pay" by a saved method; the invoice, and where the payment stands."""
    invoice = till.invoice(minor)
    started = start(
        till.transaction,
        till.gateway,
        till.account,
        {invoice: minor},
        at=till.clock.now(),
        saved_method_id=method,
        **wanted,
    )
    return invoice, started


def told(till, payment, invoice):
    """State, what the invoice still wants, the customer's receipts, what the provider took."""
    charges = [one for one in till.world.books() if one.metadata.get("payment") == str(payment)]
    taken = sum(one.amount for one in charges if one.status == "succeeded")
    wanted = "SELECT amount_minor, unapplied_minor FROM receipt WHERE customer_id = :id"
    with till.transaction() as session:
        receipts = session.execute(sa.text(wanted), {"id": till.account.customer_id}).all()
    whole = [tuple(row) for row in receipts]
    return till.state(payment), open_minor(till.transaction, invoice), whole, taken


def intent_of(till):
    """The latest charge the provider was asked for."""
    return till.world.account.store.all("payment_intent")[-1]


def remove(till, method):
    return remove_method(till.transaction, till.gateway, method_id=method, deed=deed(till))


PAID = ("succeeded", 0, [(10_000, 0)], 10_000)


def test_a_card_is_saved_on_the_providers_page_and_nothing_is_taken(till):
    saving = begin(till)
    assert (saving.state, back(till, saving.method_id)) == ("open", "open")

    at_page(till, saving).save()
    for _ in range(2):
        back(till, saving.method_id)

    with till.transaction() as session:
        [method] = methods_of(session, customer_id=till.account.customer_id)
    assert (method.kind, method.brand, method.last_four) == ("card", "visa", "4242")
    assert (method.expiry_month, method.expiry_year) == (12, till.clock.now().year + 2)
    assert till.world.books() == []


def test_pressing_save_twice_opens_one_page_and_never_somebody_elses(till):
    operation = uuid.uuid4()

    first, again = (begin(till, operation_id=operation) for _ in range(2))

    assert first == again
    assert len(till.world.account.store.all("checkout.session")) == 1
    with pytest.raises(OperationReused):
        begin(till, MethodKind.SEPA, operation_id=operation)
    with pytest.raises(MethodUnusable):
        begin(till.another_customer(), operation_id=operation)


def test_a_page_for_saving_survives_a_lost_answer(till):
    calls = (SETUP, "POST /v1/customers", "GET /v1/checkout/sessions/*")
    for fault, call in itertools.product(("answer_lost", "late_call", "in_flight"), calls):
        one = till.another_customer()
        getattr(till.world.faults, fault)(call)
        saving = begin(one)
        assert saving.state == "asked"

        till.world.catch_up()
        till.clock.advance(minutes=3)
        till.check_due()

        at_page(till, replace(saving, page_url=_page(till, saving))).save()
        assert back(one, saving.method_id) == "saved"
        assert [method.id for method in _methods(one)] == [saving.method_id]


def test_an_error_the_provider_keeps_saves_nothing_and_another_press_does(till):
    till.world.faults.server_error(SETUP)

    assert begin(till).state == "lapsed"

    assert a_method(till)


def test_a_message_or_the_janitor_saves_a_method_whose_owner_never_came_back(till, api):
    saving, quiet = begin(till), begin(till)
    at_page(till, saving).save()
    till.tell_all(api)
    assert [one.id for one in _methods(till)] == [saving.method_id]

    at_page(till, quiet).save("4000002760003184")
    till.clock.advance(minutes=3)
    till.check_due()

    assert {one.id for one in _methods(till)} == {saving.method_id, quiet.method_id}


def test_a_page_nobody_used_lapses(till):
    saving = begin(till)

    till.clock.advance(minutes=61)
    till.check_due()

    assert back(till, saving.method_id) == "lapsed"
    assert _methods(till) == ()


def test_one_press_pays_by_a_saved_card(till):
    invoice, started = pay(till, a_method(till))

    assert started.page_url is None
    assert told(till, started.payment_id, invoice) == PAID
    assert till.findings() == []


def test_two_presses_are_one_charge_and_other_content_is_refused(till):
    method, other = a_method(till), a_method(till)
    invoice, operation = till.invoice(), uuid.uuid4()
    press = {"at": till.clock.now(), "operation_id": operation}
    shared = (till.transaction, till.gateway, till.account, {invoice: 10_000})

    first, again = (start(*shared, **press, saved_method_id=method) for _ in range(2))

    assert first == again
    assert told(till, first.payment_id, invoice) == PAID
    for wanted in ({"saved_method_id": other}, {}):
        with pytest.raises(OperationReused):
            start(*shared, **press, **wanted)


def test_a_lost_answer_is_unknown_until_it_is_asked_for_and_charges_once(till):
    for fault in ("answer_lost", "late_call", "in_flight", "rate_limited"):
        one = till.another_customer()
        method = a_method(one)
        getattr(till.world.faults, fault)(CHARGE)

        invoice, started = pay(one, method)
        assert till.state(started.payment_id) == "unknown"
        till.world.faults.rate_limited("*")
        with pytest.raises(EarlierPaymentUnsettled):
            one.start({invoice: 10_000})
        till.world.catch_up()
        one.sync(started.payment_id)
        till.world.catch_up()
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == PAID, fault


def test_calling_a_payment_off_is_never_what_charges_it(till):
    method = a_method(till)
    till.world.faults.rate_limited(CHARGE)
    invoice, started = pay(till, method)

    assert give_up(till, started.payment_id) == "unknown"
    assert told(till, started.payment_id, invoice) == ("unknown", 10_000, [], 0)

    till.clock.advance(minutes=62)
    till.check_due()
    assert told(till, started.payment_id, invoice) == ("refused", 10_000, [], 0)


def test_an_error_the_provider_keeps_is_looked_through_its_list(till):
    for worked in (True, False):
        one = till.another_customer()
        method = a_method(one)
        till.world.faults.server_error(CHARGE, worked=worked)

        invoice, started = pay(one, method)
        one.sync(started.payment_id)

        nothing = ("refused", 10_000, [], 0)
        assert told(one, started.payment_id, invoice) == (PAID if worked else nothing)


def test_a_message_before_the_answer_books_once(till, api):
    method = a_method(till)

    till.world.faults.before_answer(CHARGE, lambda: till.tell_all(api))
    invoice, started = pay(till, method)
    till.tell_all(api)

    assert told(till, started.payment_id, invoice) == PAID
    assert till.findings() == []


def test_a_bank_that_wants_the_payer_takes_nothing_until_the_same_charge_is_confirmed(till):
    invoice, started = pay(till, a_method(till, ASKS))
    payment = started.payment_id
    assert told(till, payment, invoice) == ("awaiting_payer", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert started.page_url.endswith(f"/c/confirm/{intent['id']}")

    intents.authenticate(till.world.account, intent["id"], passed=True)
    for _ in range(2):
        till.sync(payment)

    assert told(till, payment, invoice) == PAID
    assert len(till.world.account.store.all("payment_intent")) == 1
    assert till.findings() == []


def test_who_was_not_recognised_may_try_the_same_charge_again_or_give_up(till):
    method = a_method(till, ASKS)
    invoice, started = pay(till, method)
    payment = started.payment_id
    [intent] = till.world.account.store.all("payment_intent")
    intents.authenticate(till.world.account, intent["id"], passed=False)
    assert till.sync(payment) == "awaiting_payer"

    confirm(till, payment)
    intents.authenticate(till.world.account, intent["id"], passed=True)
    till.sync(payment)
    assert told(till, payment, invoice) == PAID

    _, second = pay(till, method)
    give_up(till, second.payment_id)
    assert till.state(second.payment_id) == "canceled"
    assert till.world.totals() == {"eur": 10_000}
    confirm(till, second.payment_id)
    assert till.state(second.payment_id) == "canceled"


def test_a_confirmation_whose_answer_is_lost_is_found_again(till):
    for fault in ("answer_lost", "late_call", "in_flight"):
        one = till.another_customer()
        method = a_method(one, ASKS)
        getattr(till.world.faults, fault)("POST /v1/payment_intents/*/confirm")

        invoice, started = pay(one, method)
        till.world.catch_up()
        one.sync(started.payment_id)
        confirm(one, started.payment_id)
        intents.authenticate(till.world.account, intent_of(till)["id"], passed=True)
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == PAID, fault


def test_a_question_nobody_answers_ends_with_its_hour_and_can_take_nothing_any_more(till):
    invoice, started = pay(till, a_method(till, ASKS))

    till.clock.advance(minutes=62)
    till.check_due()

    assert told(till, started.payment_id, invoice) == ("expired", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert intent["status"] == "canceled"


def test_the_bank_asking_for_the_payer_counts_as_no_declined_card(till):
    method = a_method(till, ASKS)
    for _ in range(6):  # more than the declined cards an account may have
        _, started = pay(till, method)
        give_up(till, started.payment_id)

    assert till.state(started.payment_id) == "canceled"


def test_a_declined_charge_takes_nothing_ends_and_another_way_pays(till):
    invoice, started = pay(till, a_method(till, DECLINED_LATER))

    assert told(till, started.payment_id, invoice) == ("expired", 10_000, [], 0)
    [intent] = till.world.account.store.all("payment_intent")
    assert intent["status"] == "canceled"
    payment = till.start({invoice: 10_000})
    till.payer(payment).pay()
    till.sync(payment)
    assert told(till, payment, invoice) == PAID


def test_a_saved_account_is_debited_and_paid_when_its_bank_says_so(till):
    for account, end in (("sepa", PAID), ("sepa_fails", ("expired", 10_000, [], 0))):
        one = till.another_customer()
        invoice, started = pay(one, a_method(one, account=account))
        assert told(one, started.payment_id, invoice) == ("processing", 10_000, [], 0)
        with pytest.raises(EarlierPaymentUnsettled):
            one.start({invoice: 10_000})

        till.world.catch_up()
        one.sync(started.payment_id)

        assert told(one, started.payment_id, invoice) == end
    assert till.findings() == []


def test_money_that_is_not_what_was_asked_goes_to_suspense_with_a_case(till):
    method = a_method(till)
    till.world.faults.answer_lost(CHARGE)
    invoice, started = pay(till, method)
    charge = till.world.account.store.all("charge")[-1]
    till.world.account.store.save(charge | {"amount_captured": 9_000})

    till.sync(started.payment_id)

    assert till.state(started.payment_id) == "review"
    assert open_minor(till.transaction, invoice) == 10_000
    assert till.cases() == ["amount_differs"]


def test_a_removed_method_pays_nothing_any_more(till):
    method = a_method(till)

    assert remove(till, method) == "removed"
    assert remove(till, method) == "removed"

    with pytest.raises(MethodUnusable):
        pay(till, method)
    assert till.world.account.store.all("payment_method")[0]["customer"] is None
    assert _methods(till) == ()


def test_a_removal_without_an_answer_is_made_sure_of(till):
    for fault in ("answer_lost", "late_call", "server_error", "rate_limited"):
        one = till.another_customer()
        method = a_method(one)
        getattr(till.world.faults, fault)("POST /v1/payment_methods/*/detach")
        assert remove(one, method) == "leaving"
        with pytest.raises(MethodUnusable):
            pay(one, method)

        till.world.catch_up()
        till.clock.advance(minutes=3)
        till.check_due()

        assert back(one, method) == "removed", fault
        assert till.world.account.store.all("payment_method")[-1]["customer"] is None


def test_a_method_gone_at_the_provider_takes_nothing_and_is_gone_here_by_its_message(till, api):
    method = a_method(till)
    ref = till.world.account.store.all("payment_method")[0]["id"]
    till.world.client().v1.payment_methods.detach(ref)

    invoice, started = pay(till, method)
    assert told(till, started.payment_id, invoice) == ("refused", 10_000, [], 0)
    till.tell_all(api)

    assert _methods(till) == ()


def test_nobody_pays_by_another_customers_method_nor_in_a_currency_it_cannot(till):
    other = till.another_customer()
    with pytest.raises(MethodUnusable):
        pay(other, a_method(till))
    with pytest.raises(MethodUnusable):
        remove(other, a_method(till))

    account = a_method(till, account="sepa")
    invoice = till.invoice(currency="USD")
    with pytest.raises(MethodUnusable):
        start(
            till.transaction,
            till.gateway,
            till.account,
            {invoice: 10_000},
            at=till.clock.now(),
            currency="USD",
            saved_method_id=account,
        )
    assert till.world.books() == []


def test_money_for_a_payment_our_books_no_longer_know_is_kept_in_suspense(till, api):
    method = a_method(till)
    till.world.faults.answer_lost(CHARGE)
    pay(till, method)
    [intent] = till.world.account.store.all("payment_intent")
    gone = uuid.uuid4()
    for kind in ("payment_intent", "charge"):
        [one] = till.world.account.store.all(kind)
        till.world.account.store.save(one | {"metadata": {"payment": str(gone)}})
    body = till.world.events("payment_intent.succeeded")[0]
    body["data"]["object"]["metadata"] = {"payment": str(gone)}
    till.world.account.store.save(body)

    till.tell(body["id"], api)
    till.work()

    assert till.receipts() == [(10_000, 10_000, False)]
    assert till.cases() == ["payment_missing"]
    assert intent["status"] == "succeeded"


def test_no_reference_of_a_method_stands_readable_in_any_table(till, api):
    method = a_method(till)
    pay(till, method)
    remove(till, method)
    till.tell_all(api)
    refs = [one["id"] for one in till.world.account.store.all("payment_method")]
    refs += [one["id"] for one in till.world.account.store.all("customer")]

    with till.transaction() as session:
        tables = session.scalars(
            sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        whole = "".join(
            str(session.execute(sa.text(f'SELECT t::text FROM "{table}" t')).all())
            for table in tables
            if table != "alembic_version"
        )

    assert [ref for ref in refs if ref in whole] == []


def test_the_database_moves_a_method_along_our_table_only(till, database):
    method = a_method(till)
    moved = sa.text("UPDATE saved_method SET state = :new, version = version + 1 WHERE id = :id")
    forced = sa.text("UPDATE saved_method SET state = :old, method_ref = :ref WHERE id = :id")
    unsaved = {"asked", "open", "lapsed"}
    refused = set()
    for old, new in itertools.permutations(SavedMethodState, 2):
        with database.engine(postgres.OWNER).connect() as owner:
            owner.execute(sa.text("ALTER TABLE saved_method DISABLE TRIGGER moves"))
            owner.execute(
                forced, {"old": old, "ref": None if old in unsaved else b"x", "id": method}
            )
            owner.execute(sa.text("ALTER TABLE saved_method ENABLE TRIGGER moves"))
            try:
                owner.execute(moved, {"new": new, "id": method})
            except sa.exc.IntegrityError as error:
                if "does not move" in str(error.orig):
                    refused.add((old, new))
            owner.rollback()

    pairs = set(itertools.permutations(SavedMethodState, 2))
    assert refused == {(old, new) for old, new in pairs if new not in MOVES[old]}


def confirm(till, payment):
    return confirm_payment(till.transaction, till.gateway, payment_id=payment, deed=deed(till))


def give_up(till, payment):
    return abandon_payment(till.transaction, till.gateway, payment_id=payment, deed=deed(till))


def _page(till, saving):
    wanted = sa.text("SELECT page_url FROM saved_method WHERE id = :id")
    with till.transaction() as session:
        return session.execute(wanted, {"id": saving.method_id}).scalar_one()


def _methods(till):
    with till.transaction() as session:
        return methods_of(session, customer_id=till.account.customer_id)
