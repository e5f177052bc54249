"""Refunds and card disputes: seen by the provider's news, booked once, told to the customer."""

import random

import pytest

from payments.card.afterwards import DISPUTE_MOVES, REFUND_MOVES, AfterwardsEdge
from payments.card.sync_afterwards import sync_charge
from sandbox.stripe import disputes, refunds
from tests.factories.books import open_minor, unapplied_minor
from tests.payments.aftermath import charge_of, ledger_of, rows_of


@pytest.fixture
def paid(till):
    """Two invoices paid by one card payment of 100.00."""
    first, second = till.invoice(6_000), till.invoice(4_000)
    payment = till.start({first: 6_000, second: 4_000})
    till.payer(payment).pay()
    till.sync(payment)
    return first, second, payment


def look(till):
    """Ask what became of the charge, twice: the second time changes nothing."""
    for _ in range(2):
        deed = till.desk().deed("look")
        sync_charge(till.transaction, till.gateway, charge_ref=charge_of(till), deed=deed)


def test_the_database_holds_the_same_tables_of_moves(till):
    with till.transaction() as session:
        stored = {(e.machine, e.from_state, e.to_state) for e in session.query(AfterwardsEdge)}

    assert stored == {
        (machine, old.value, new.value)
        for machine, moves in (("refund", REFUND_MOVES), ("dispute", DISPUTE_MOVES))
        for old, news in moves.items()
        for new in news
    }


def test_part_refunds_open_just_so_much_and_a_late_failure_restores_the_balance(till, paid):
    first, second, _payment = paid
    account, charge = till.world.account, charge_of(till)

    one = refunds.create(account, charge, 1_000, is_pending=True)
    look(till)
    refunds.create(account, charge, 2_500, is_pending=False)
    refunds.succeed(account, one["id"])
    look(till)
    left = [open_minor(till.transaction, invoice) for invoice in (first, second)]
    refunds.fail(account, one["id"])
    look(till)

    assert sum(left) == 3_500
    assert unapplied_minor(till.transaction, till.account.customer_id) == 1_000
    assert ledger_of(till) == {
        "psp_clearing": 7_500,
        "unapplied_cash": -1_000,
        "refund_clearing": 0,
    }
    assert "refund_failed" in till.cases()
    assert till.findings() == []


def test_a_refund_takes_credit_before_it_opens_an_invoice(till):
    invoice = till.invoice(10_000)
    mine, theirs = till.start({invoice: 10_000}), till.start_as_colleague({invoice: 10_000})
    for payment in (mine, theirs):
        till.payer(payment).pay()
        till.sync(payment)

    refunds.create(till.world.account, charge_of(till), None, is_pending=False)
    look(till)

    assert open_minor(till.transaction, invoice) == 0
    assert till.cases() == []
    assert till.findings() == []


@pytest.mark.parametrize("is_won", [True, False])
def test_a_contested_payment_stands_until_it_is_decided(till, paid, is_won):
    first, second, _payment = paid
    dispute = disputes.open_one(till.world.account, charge_of(till))
    look(till)
    meanwhile = ledger_of(till)
    disputes.decide(till.world.account, dispute["id"], is_won=is_won)
    look(till)

    still_open = sum(open_minor(till.transaction, invoice) for invoice in (first, second))
    assert meanwhile == {"psp_clearing": 0, "dispute_clearing": 10_000, "unapplied_cash": 0}
    assert still_open == (0 if is_won else 10_000)
    assert ledger_of(till)["dispute_clearing"] == 0
    assert ledger_of(till)["psp_clearing"] == (10_000 if is_won else 0)
    assert till.cases() == (["disputed"] if is_won else ["dispute_lost", "disputed"])
    assert till.findings() == []


def test_partly_refunded_then_won_then_lost_is_booked_by_what_the_balance_did(till, paid):
    """F32: one charge for several invoices, a refund, a dispute that is won, and a second one."""
    first, second, _payment = paid
    account, charge = till.world.account, charge_of(till)
    refunds.create(account, charge, 3_000, is_pending=False)
    look(till)
    disputes.decide(account, disputes.open_one(account, charge)["id"], is_won=True)
    look(till)
    disputes.decide(account, disputes.open_one(account, charge)["id"], is_won=False)
    look(till)

    assert sum(open_minor(till.transaction, invoice) for invoice in (first, second)) == 10_000
    assert set(ledger_of(till).values()) == {0}
    assert till.findings() == []


def test_older_news_after_newer_changes_nothing(till, api, paid):
    """Every message of a life told in any order, with the object as it is now: one end."""
    account, charge = till.world.account, charge_of(till)
    refund = refunds.create(account, charge, 2_000, is_pending=True)
    refunds.succeed(account, refund["id"])
    disputes.decide(account, disputes.open_one(account, charge)["id"], is_won=False)
    events = [event["id"] for event in till.world.events()] * 2
    random.Random(7).shuffle(events)

    for event in events:
        till.tell(event, api)
        till.work()

    assert rows_of(till, "SELECT state FROM card_refund WHERE customer_id = :customer") == [
        ("succeeded",)
    ]
    assert set(ledger_of(till).values()) == {0}
    assert till.findings() == []


def test_everybody_who_got_the_receipt_is_told_once(till, paid):
    disputes.decide(
        till.world.account,
        disputes.open_one(till.world.account, charge_of(till))["id"],
        is_won=False,
    )
    look(till)

    wanted = (
        "SELECT payload ->> 'news', count(*) FROM outbox_message WHERE topic = 'payment.mail'"
        " AND customer_id = :customer GROUP BY 1"
    )
    assert rows_of(till, wanted) == [("payment_returned", 1)]
