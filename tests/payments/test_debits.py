"""Bank debits: on their way for days, paid, not carried out, or returned after they were paid."""

import itertools

import pytest

from payments.card.errors import EarlierPaymentUnsettled
from payments.card.sync_afterwards import sync_charge
from tests.factories.books import open_minor, unapplied_minor
from tests.payments.aftermath import charge_of, ledger_of
from tests.payments.orders import MESSAGES, a_debit, debit_trouble


def test_nothing_is_paid_while_the_bank_has_not_answered(till):
    invoice, payment = a_debit(till)

    assert (till.state(payment), open_minor(till.transaction, invoice)) == ("processing", 10_000)
    assert till.receipts() == []
    with pytest.raises(EarlierPaymentUnsettled):
        till.start({invoice: 10_000})


def test_a_settled_debit_pays_its_invoice_once(till):
    invoice, payment = a_debit(till)
    till.world.catch_up()

    for _ in range(3):
        till.sync(payment)

    assert (till.state(payment), open_minor(till.transaction, invoice)) == ("succeeded", 0)
    assert till.receipts() == [(10_000, 0, True)]
    assert ledger_of(till) == {"psp_clearing": 10_000, "unapplied_cash": 0}


def test_a_debit_the_bank_does_not_carry_out_takes_nothing_and_counts_as_no_card_tried(till):
    for _ in range(6):  # more than the declined cards an account may have
        invoice, payment = a_debit(till, scenario="sepa_fails")
        till.world.catch_up()
        till.sync(payment)

    assert (till.state(payment), open_minor(till.transaction, invoice)) == ("expired", 10_000)
    assert till.receipts() == []
    assert till.findings() == []


def test_a_returned_debit_opens_its_invoices_again_and_is_never_applied_twice(till):
    invoice, payment = a_debit(till)
    till.world.catch_up()
    till.sync(payment)
    charge = charge_of(till)

    till.world.give_back(charge)
    for _ in range(3):
        sync_charge(
            till.transaction, till.gateway, charge_ref=charge, deed=till.desk().deed("again")
        )
        till.sync(payment)

    assert (till.state(payment), open_minor(till.transaction, invoice)) == ("succeeded", 10_000)
    assert unapplied_minor(till.transaction, till.account.customer_id) == 0
    assert ledger_of(till) == {"psp_clearing": 0, "unapplied_cash": 0, "dispute_clearing": 0}
    assert till.cases() == ["debit_returned"]
    assert till.count("card_dispute") == 1
    assert till.findings() == []


def test_a_return_takes_back_what_was_used_elsewhere_meanwhile(till):
    """The surplus of a debit paid another invoice: that one is open again, too."""
    invoice, payment = a_debit(till)
    rival = till.start_as_colleague({invoice: 10_000})
    till.payer(rival).pay()
    till.sync(rival)
    till.world.catch_up()
    till.sync(payment)
    other = till.invoice(4_000)
    till.use_credit({other: 4_000})
    assert open_minor(till.transaction, other) == 0

    debit = till.world.books()[0].charge_id
    till.world.give_back(debit)
    sync_charge(till.transaction, till.gateway, charge_ref=debit, deed=till.desk().deed("return"))

    assert open_minor(till.transaction, invoice) == 0  # the colleague's card paid it
    assert open_minor(till.transaction, other) == 4_000
    assert unapplied_minor(till.transaction, till.account.customer_id) == 0
    assert till.findings() == []


def test_any_order_of_the_messages_of_a_returned_debit_ends_the_same(till, api):
    """A share of the 720 orders of its six telling messages; `campaign orders` takes them all."""
    orders = list(itertools.permutations(range(MESSAGES)))
    shares = (*orders[:: len(orders) // 8], orders[-1])

    assert [trouble for order in shares if (trouble := debit_trouble(till, api, order))] == []
    assert till.findings() == []
