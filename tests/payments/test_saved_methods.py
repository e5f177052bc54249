"""Saved methods: kept by the provider's page, and let go of for good."""

import itertools
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from payments.card.errors import MethodUnusable, OperationReused
from payments.card.saved_method import MOVES, MethodKind, SavedMethodState
from payments.card.saved_queries import methods_of
from serve import postgres
from tests.factories.card import start
from tests.payments.saving import (
    SETUP,
    a_method,
    at_page,
    back,
    begin,
    methods_now,
    page_of,
    pay,
    remove,
    told,
)


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

        at_page(till, replace(saving, page_url=page_of(till, saving))).save()
        assert back(one, saving.method_id) == "saved"
        assert [method.id for method in methods_now(one)] == [saving.method_id]


def test_an_error_the_provider_keeps_saves_nothing_and_another_press_does(till):
    till.world.faults.server_error(SETUP)

    assert begin(till).state == "lapsed"

    assert a_method(till)


def test_a_message_or_the_janitor_saves_a_method_whose_owner_never_came_back(till, api):
    saving, quiet = begin(till), begin(till)
    at_page(till, saving).save()
    till.tell_all(api)
    assert [one.id for one in methods_now(till)] == [saving.method_id]

    at_page(till, quiet).save("4000002760003184")
    till.clock.advance(minutes=3)
    till.check_due()

    assert {one.id for one in methods_now(till)} == {saving.method_id, quiet.method_id}


def test_a_page_nobody_used_lapses(till):
    saving = begin(till)

    till.clock.advance(minutes=61)
    till.check_due()

    assert back(till, saving.method_id) == "lapsed"
    assert methods_now(till) == ()


def test_a_method_that_lapsed_stays_so_while_its_page_turns_up_open_and_is_kept_if_used(till):
    saving = begin(till)
    with till.transaction() as session:
        session.execute(
            sa.text("UPDATE saved_method SET state = 'lapsed', page_url = NULL WHERE id = :id"),
            {"id": saving.method_id},
        )

    assert back(till, saving.method_id) == "lapsed"
    at_page(till, saving).save()
    assert back(till, saving.method_id) == "saved"


def test_a_method_let_go_of_before_its_owner_came_back_is_not_saved(till, api):
    saving = begin(till)
    at_page(till, saving).save()
    [method] = till.world.account.store.all("payment_method")
    till.world.client().v1.payment_methods.detach(method["id"])
    till.tell_all(api)

    assert back(till, saving.method_id) == "lapsed"
    assert methods_now(till) == ()


def test_a_removed_method_pays_nothing_any_more(till):
    method = a_method(till)

    assert remove(till, method) == "removed"
    assert remove(till, method) == "removed"

    with pytest.raises(MethodUnusable):
        pay(till, method)
    assert till.world.account.store.all("payment_method")[0]["customer"] is None
    assert methods_now(till) == ()


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

    assert methods_now(till) == ()


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
