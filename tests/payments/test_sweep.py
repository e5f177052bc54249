"""The hourly sweep: no message at all, and the books still say what the card company says."""

import pytest

from payments.card.errors import GatewayUnreachable
from payments.card.sweep import sweep
from receivables.queries.clearing import clearing_of
from sandbox.stripe import disputes, payouts, refunds
from tests.factories.books import open_minor
from tests.payments.aftermath import charge_of, rows_of


def swept(till):
    return sweep(till.transaction, till.gateway, deed=till.desk().deed("sweep"))


def held(till) -> int:
    """What the card company says it holds for us, here or on its way."""
    balance = till.world.client().v1.balance.retrieve()
    return sum(share.amount for share in (*balance.available, *balance.pending))


def clearing(till) -> dict[str, int]:
    with till.transaction() as session:
        found = clearing_of(session, on=till.clock.today())
        return {one.account: one.balance.minor for one in found}


def paid(till, minor=10_000, how="pay"):
    invoice = till.invoice(minor)
    payment = till.start({invoice: minor})
    getattr(till.payer(payment), how)()
    return invoice, payment


def test_without_any_message_everything_is_found_once_and_clearing_is_the_balance(till):
    invoice, payment = paid(till)
    first = charge_of(till)
    other, _ = paid(till, 20_000)
    third, _ = paid(till, 5_000, "debit")
    till.world.catch_up()
    swept(till)
    afterwards = [open_minor(till.transaction, one) for one in (invoice, other, third)]

    refunds.create(till.world.account, first, 2_500, is_pending=False)
    till.world.give_back(till.world.books()[-1].charge_id)
    disputes.open_one(till.world.account, till.world.books()[1].charge_id)
    swept(till)

    assert till.state(payment) == "succeeded"
    assert afterwards == [0, 0, 0]
    assert open_minor(till.transaction, third) == 5_000
    assert clearing(till) == {"psp_clearing": held(till), "dispute_clearing": 20_000}
    assert swept(till) == 0
    assert till.findings() == []


def test_a_payout_leaves_clearing_for_the_way_to_our_bank_and_its_age_shows(till):
    paid(till)
    swept(till)
    till.clock.advance(days=3)
    payouts.pay_out(till.world.account, "eur")
    swept(till)
    till.clock.advance(days=4)

    with till.transaction() as session:
        [transit] = clearing_of(session, on=till.clock.today())

    assert held(till) == 0
    assert (transit.account, transit.balance.minor, transit.days) == ("payout_transit", 9_825, 4)
    assert till.findings() == []


def test_a_dispute_that_is_decided_without_a_movement_is_still_heard_of(till):
    """Lost: the money was gone since it opened, so nothing moves, and months may have passed."""
    invoice, _ = paid(till)
    swept(till)
    dispute = disputes.open_one(till.world.account, charge_of(till))
    swept(till)
    till.clock.advance(days=70)
    swept(till)
    disputes.decide(till.world.account, dispute["id"], is_won=False)
    swept(till)

    assert open_minor(till.transaction, invoice) == 10_000
    assert rows_of(till, "SELECT state FROM card_dispute WHERE customer_id = :customer") == [
        ("lost",)
    ]


def test_a_sweep_that_could_not_ask_begins_again_where_it_was(till):
    paid(till)
    till.world.faults.rate_limited("GET /v1/balance_transactions")
    with pytest.raises(GatewayUnreachable):
        swept(till)
    till.clock.advance(days=2)

    assert swept(till) > 0
    assert clearing(till) == {"psp_clearing": held(till)}
