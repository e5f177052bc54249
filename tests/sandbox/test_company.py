"""The played company: sound books, the same from the same seed, worth looking at on any day."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from foundation.currency import currency
from payments.card.verify import findings
from people.passwords import is_password
from people.queries.persons import password_hash_of, person_with_email
from sandbox.company.cast import HABITS, cast_of
from sandbox.company.famous import BOTTLER, DEMO_PASSWORD, DEMO_SIGN_INS, MILL, PACKER
from sandbox.company.plan import WHOLE, Size
from sandbox.company.production import Production, ProductionRefused, produce
from sandbox.company.values import Habit, Manner
from tests.databases import AUDIT_KEY
from tests.sandbox import plays

pytestmark = pytest.mark.xdist_group("played")  # one play for one worker


def test_the_books_of_a_play_are_sound(played):
    with played.stage.books() as session:
        found = list(findings(session, AUDIT_KEY))

    assert found == []
    assert plays.rows(played.database, "SELECT count(*) FROM invoice WHERE kind = 'invoice'") == [
        (len(played.plan.invoices),)
    ]


def test_the_same_seed_and_day_play_the_same_books(played, clones, tmp_path):
    with clones() as another, plays.played(another, tmp_path):
        again = plays.books_of(another)

    assert again == plays.books_of(played.database)


def test_another_seed_is_another_company():
    one, other = plays.a_plan(seed="one"), plays.a_plan(seed="other")

    assert {company.name for company in one.cast.companies[9:]} != {
        company.name for company in other.cast.companies[9:]
    }
    assert one.invoices != other.invoices


def test_every_habit_and_every_manner_occurs(played):
    habits = {company.habit for company in played.plan.cast.companies}
    manners = {payment.manner for payment in played.plan.payments}
    states = dict(
        plays.rows(played.database, "SELECT state, count(*) FROM card_payment GROUP BY 1")
    )

    assert habits >= set(HABITS)
    assert manners == set(Manner)
    assert set(states) >= {"succeeded", "canceled", "expired", "awaiting_payer"}
    assert set(states) <= {"succeeded", "canceled", "expired", "awaiting_payer", "processing"}


def test_the_card_company_took_what_the_books_received(played):
    received = plays.rows(
        played.database,
        "SELECT currency, sum(amount_minor)::bigint FROM receipt"
        " WHERE method IN ('card', 'bank_debit') GROUP BY 1",
    )
    taken = played.stage.world.totals()  # a debit that was returned had been paid

    assert taken == {code.lower(): currency(code).provider_units(minor) for code, minor in received}
    assert set(taken) >= {"eur", "gbp", "usd"}


def test_who_pays_twice_has_credit_and_nobody_else(played):
    twice = Counter(
        payment.company for payment in played.plan.payments if payment.manner is Manner.TWICE
    )

    credited = plays.rows(
        played.database,
        "SELECT c.number, count(*) FROM receipt JOIN customer AS c ON c.id = customer_id"
        " WHERE unapplied_minor > 0 GROUP BY 1",
    )

    assert dict(credited) == dict(twice)


def test_some_goods_come_back_and_some_prices_were_wrong(played):
    by_reason = plays.rows(
        played.database, "SELECT reason, count(*), min(issued_on) FROM credit_note GROUP BY 1"
    )
    used = plays.rows(
        played.database,
        "SELECT DISTINCT unapplied_minor < total_minor FROM credit_note ORDER BY 1",
    )

    assert {reason for reason, *_ in by_reason} == {"goods_returned", "price_corrected"}
    assert sum(number for _, number, _ in by_reason) == len(played.plan.credit_notes)
    assert used == [(False,), (True,)]  # some are set against their invoice, some are left to use


def test_everything_happens_on_its_own_day_and_nothing_after_the_last(played):
    late = plays.rows(
        played.database,
        "SELECT 'deed', at FROM audit_event UNION ALL SELECT 'charge', at FROM card_attempt"
        " UNION ALL SELECT 'receipt', created_at FROM receipt",
    )
    issued = plays.rows(
        played.database,
        "SELECT count(*) FROM journal JOIN invoice ON invoice.id = source_id WHERE journal.kind"
        " <> 'charge_cancelled' AND (issued_on <> booked_on"
        " OR issued_on <> (posted_at AT TIME ZONE 'Europe/Paris')::date)",
    )

    assert max(at for _, at in late) <= played.year.now
    assert min(at for _, at in late) < played.year.now - dt.timedelta(days=90)
    assert issued == [(0,)]


def test_only_mail_of_the_last_days_is_left_to_be_sent(played):
    recent = played.year.now - dt.timedelta(days=3)

    waiting = plays.rows(
        played.database, "SELECT created_at FROM outbox_message WHERE done_at IS NULL"
    )
    put_away = plays.rows(
        played.database, "SELECT created_at FROM outbox_message WHERE done_at IS NOT NULL"
    )
    told = plays.rows(
        played.database,
        "SELECT (facts->>'mails_never_sent')::int FROM audit_event WHERE action = 'company.played'",
    )

    assert all(at > recent for (at,) in waiting)
    assert all(at <= recent for (at,) in put_away)
    assert told == [(len(put_away),)]


def test_each_sign_in_of_the_demo_opens_with_its_password(played):
    with played.stage.books() as session:
        hashes = [
            password_hash_of(session, person_with_email(session, sign_in.email).id)
            for sign_in in DEMO_SIGN_INS
        ]

    assert all(is_password(DEMO_PASSWORD, secret_hash) for secret_hash in hashes)


def open_by_company(plan, company):
    """What is left of each invoice of a company when the play ends: (invoice, minor units)."""
    paid = Counter()
    card = {Manner.STRAIGHT, Manner.ASKED, Manner.DECLINED, Manner.TWICE}
    kept = {*card, Manner.DEBITED, Manner.WIRED}
    for payment in plan.payments:
        for share in payment.shares if payment.manner in kept else ():
            paid[payment.entity, share.number] += share.amount.minor
    left = [
        (invoice, invoice.total.minor - paid[invoice.entity, invoice.number])
        for invoice in plan.invoices
        if invoice.company == company
    ]
    return [(invoice, minor) for invoice, minor in left if minor]


@pytest.mark.parametrize("days_on", [0, 3, 9, 16, 47, 101])
def test_on_any_day_the_demo_has_something_to_show(days_on):
    now = plays.NOW + dt.timedelta(days=days_on)
    plan = plays.a_plan(Size(), seed="quittance", now=now)

    for sign_in in DEMO_SIGN_INS:
        person = next(one for one in plan.cast.people if one.email == sign_in.email)
        items = [item for seat in person.seats for item in open_by_company(plan, seat.company)]
        overdue = [invoice for invoice, _ in items if invoice.due_on < now.date()]
        soon = [i for i, _ in items if now.date() <= i.due_on <= now.date() + dt.timedelta(days=14)]
        assert overdue, f"{sign_in.name} has nothing overdue"
        assert soon, f"{sign_in.name} has nothing due soon"
    assert {invoice.currency for invoice, _ in open_by_company(plan, PACKER)} == {"GBP", "USD"}
    assert len(open_by_company(plan, MILL)) >= 15
    assert any(p.company == BOTTLER and p.manner is Manner.TWICE for p in plan.payments)


def test_names_and_addresses_are_each_somebodys_own():
    cast = cast_of(Random("quittance:cast"), WHOLE.customers)

    for values in (
        [company.name for company in cast.companies],
        [company.number for company in cast.companies],
        [person.email for person in cast.people],
        [person.name for person in cast.people],
    ):
        assert len(set(values)) == len(values)
    assert all(person.email.endswith(".example") for person in cast.people)


def test_the_whole_company_is_large_mixed_and_pays_for_its_branches():
    plan = plays.a_plan(WHOLE, seed="quittance")

    companies = {company.number: company for company in plan.cast.companies}
    heads = {seat.company for person in plan.cast.people for seat in person.seats[:1]}
    by_parents = Counter(
        companies[payment.company].parent
        for payment in plan.payments
        for person in plan.cast.people
        if person.email == payment.payer and person.seats[0].company != payment.company
    )
    assert len(companies) >= 300
    assert len({company.country for company in companies.values()}) == 5
    assert len(plan.invoices) >= 12_000
    assert {company.habit for company in companies.values()} == set(Habit)
    assert {payment.manner for payment in plan.payments} == set(Manner)
    assert len(set(by_parents) & heads) >= 10  # head offices that pay for a branch
    assert any(note.is_applied for note in plan.credit_notes)
    assert any(invoice.discount for invoice in plan.invoices)


@pytest.fixture
def production(settings, tmp_path):
    """A play as the command runs it, in the test's own database."""
    return Production(
        settings=settings, var=tmp_path / "sandbox", sign_ins=tmp_path / "company.json", seed="tiny"
    )


def test_the_command_tells_who_may_sign_in_and_plays_once(production):
    size = Size(customers=9, months=1, invoices=27)
    plan, year = plays.a_plan(size, seed="tiny"), plays.a_year(size)

    made = produce(production, plan, year, each_day=lambda: None)

    kept = json.loads(production.sign_ins.read_text())
    told = kept["sign_ins"]
    assert kept["digest"] == made.digest
    assert [sign_in["email"] for sign_in in told] == [one.email for one in DEMO_SIGN_INS]
    assert all(sign_in["password"] == DEMO_PASSWORD and sign_in["words"] for sign_in in told)
    with pytest.raises(ProductionRefused):
        produce(production, plan, year, each_day=lambda: None)


def test_nothing_is_played_in_production_or_beside_a_running_sandbox(production):
    plan, year = plays.a_plan(), plays.a_year()
    real = replace(production, settings=replace(production.settings, mode="production"))

    with pytest.raises(ProductionRefused):
        produce(real, plan, year, each_day=lambda: None)
    production.var.mkdir()
    (production.var / "ready.json").touch()
    with pytest.raises(ProductionRefused):
        produce(production, plan, year, each_day=lambda: None)
    assert not production.sign_ins.exists()


def test_who_is_late_is_charged_and_one_charge_is_cancelled(played):
    charges = plays.rows(
        played.database,
        "SELECT kind, count(*), sum(cancelled_minor) > 0 FROM invoice WHERE kind <> 'invoice'"
        " GROUP BY 1 ORDER BY 1",
    )

    coded = plays.rows(played.database, "SELECT DISTINCT kind FROM adjustment ORDER BY 1")
    assert ("tolerance",) in coded or ("bank_fee",) in coded
    assert [(kind, is_cancelled) for kind, _, is_cancelled in charges] == [
        ("interest", False),
        ("late_fee", True),
    ]
