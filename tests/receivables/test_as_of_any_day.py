"""What was open on a past day, and what happened over some days, is read from the journal."""

import datetime as dt
import random
import uuid

import pytest

from foundation.money import Money
from foundation.paging import Cut
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.credit import apply_credit_note
from receivables.actions.receipts import receive_card
from receivables.actions.reversal import reverse_allocation
from receivables.models import Allocation
from receivables.queries.account_activity import balance_before, movements
from receivables.queries.balances import balances_of
from receivables.queries.standing import Books, books_of, standing_items, standing_of
from tests.factories.books import NOW, a_credit_note, a_deed, an_account, an_invoice

FIRST = dt.date(2026, 10, 1)
WHOLE = Cut(size=200)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


class Trade:
    """One customer's trade, a day at a time, by the product's own actions."""

    def __init__(self, session):
        self.session = session
        self.account = an_account(session)
        self.books = Books(
            customer_id=self.account.customer_id, ledger_id=self.account.ledger_id, currency="EUR"
        )

    def deed(self, on):
        return a_deed(subject_id=self.account.customer_id, at=NOW, on=on)

    def bill(self, minor, *, on, due=30):
        return an_invoice(
            self.session, self.account, minor, issued_on=on, due_on=on + dt.timedelta(days=due)
        )

    def receive(self, minor, *, on):
        return receive_card(
            self.session,
            ledger_id=self.account.ledger_id,
            customer_id=self.account.customer_id,
            amount=Money(minor, "EUR"),
            deed=self.deed(on),
        ).receipt_id

    def settle(self, receipt_id, invoice_id, minor, *, on):
        allocate_up_to(
            self.session,
            receipt_id=receipt_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(minor, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=self.deed(on),
        )

    def credit(self, minor, *, on):
        return a_credit_note(self.session, self.account, minor, issued_on=on)

    def apply(self, note_id, invoice_id, minor, *, on):
        apply_credit_note(
            self.session,
            credit_note_id=note_id,
            claims=[Claim(invoice_id=invoice_id, amount=Money(minor, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=self.deed(on),
        )

    def undo(self, invoice_id, *, on):
        wanted = Allocation.invoice_id == invoice_id, Allocation.reverses_id.is_(None)
        allocation = self.session.query(Allocation).filter(*wanted).one()
        reverse_allocation(
            self.session, allocation_id=allocation.id, reason="a mistake", deed=self.deed(on)
        )

    def open_on(self, on):
        return standing_of(self.session, books=self.books, on=on)

    def items_on(self, on):
        page = standing_items(self.session, books=self.books, on=on, cut=WHOLE)
        return {item.id: item.still_open.minor for item in page.rows}

    def happened(self, start, end):
        found = movements(self.session, books=self.books, start=start, end=end, cut=WHOLE)
        return [(row.kind, row.change.minor, row.balance.minor) for row in found.rows]


@pytest.fixture
def trade(session):
    return Trade(session)


def test_an_invoice_is_open_from_the_day_it_was_issued_until_the_day_it_was_paid(trade):
    invoice = trade.bill(10_000, on=day(2))
    trade.settle(trade.receive(10_000, on=day(9)), invoice, 10_000, on=day(9))

    open_by_day = [trade.items_on(day(number)).get(invoice, 0) for number in (1, 2, 8, 9)]

    assert open_by_day == [0, 10_000, 10_000, 0]


def test_a_correction_leaves_earlier_days_as_they_were(trade):
    invoice = trade.bill(10_000, on=day(0))
    receipt = trade.receive(10_000, on=day(5))
    trade.settle(receipt, invoice, 10_000, on=day(5))
    trade.undo(invoice, on=day(20))

    assert trade.items_on(day(19)) == {}
    assert trade.items_on(day(20)) == {invoice: 10_000, receipt: -10_000}


def test_credit_is_a_document_of_its_own_and_lowers_what_is_owed(trade):
    trade.bill(10_000, on=day(0), due=3)
    trade.receive(2_500, on=day(1))

    standing = trade.open_on(day(10))

    assert (standing.still_open.minor, standing.overdue.minor) == (10_000, 10_000)
    assert (standing.credit.minor, standing.owed.minor) == (2_500, 7_500)


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [(0, "current"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (61, "61_90"), (91, "over_90")],
)
def test_age_is_counted_to_the_day_asked_for(trade, days_late, bucket):
    trade.bill(10_000, on=day(0), due=10)

    standing = trade.open_on(day(10 + days_late))

    late = {one.code: one.amount.minor for one in standing.aging if not one.amount.is_zero}
    assert late == {bucket: 10_000}


def test_settling_the_own_invoices_is_no_movement_receiving_the_money_is(trade):
    invoice = trade.bill(10_000, on=day(0))
    trade.settle(trade.receive(4_000, on=day(3)), invoice, 4_000, on=day(7))

    assert trade.happened(day(0), day(30)) == [
        ("invoice_issued", 10_000, 10_000),
        ("receipt", -4_000, 6_000),
    ]


def test_a_credit_note_lowers_what_is_owed_on_its_day_and_its_use_changes_nothing(trade):
    invoice = trade.bill(10_000, on=day(0))
    note = trade.credit(4_000, on=day(3))
    trade.apply(note, invoice, 2_500, on=day(7))

    assert trade.happened(day(0), day(30)) == [
        ("invoice_issued", 10_000, 10_000),
        ("credit_note_issued", -4_000, 6_000),
    ]
    assert trade.items_on(day(6)) == {invoice: 10_000, note: -4_000}
    assert trade.items_on(day(7)) == {invoice: 7_500, note: -1_500}


def test_money_for_a_branch_moves_from_one_account_to_the_other(session):
    head, branch = Trade(session), Trade(session)
    bill = branch.bill(10_000, on=day(0))
    receipt = head.receive(10_000, on=day(4))

    head.settle(receipt, bill, 10_000, on=day(4))

    assert head.happened(day(1), day(9)) == [
        ("paid_for_another", 10_000, 10_000),
        ("receipt", -10_000, 0),
    ]
    assert branch.happened(day(1), day(9)) == [("paid_by_another", -10_000, 0)]


def test_a_period_begins_with_what_the_one_before_ended_with(trade):
    trade.bill(10_000, on=day(0))
    trade.receive(3_000, on=day(5))
    trade.bill(7_000, on=day(6))

    opening = balance_before(trade.session, books=trade.books, on=day(6))

    assert opening.minor == 7_000
    assert trade.happened(day(6), day(9)) == [("invoice_issued", 7_000, 14_000)]


def test_pages_of_a_long_period_carry_the_balance_on(trade):
    for number in range(7):
        trade.bill(1_000, on=day(number))
    args = {"books": trade.books, "start": day(0), "end": day(30)}

    first = movements(trade.session, **args, cut=Cut(size=4))
    second = movements(trade.session, **args, cut=Cut(size=4, after=first.after))

    assert [row.balance.minor for row in second.rows] == [5_000, 6_000, 7_000]
    assert second.after is None


def test_each_currency_is_an_account_of_its_own(trade):
    trade.bill(10_000, on=day(0))
    an_invoice(trade.session, trade.account, 500, currency="JPY", issued_on=day(0))

    found = books_of(trade.session, customer_id=trade.account.customer_id)

    assert [one.currency for one in found] == ["EUR", "JPY"]
    assert trade.open_on(day(5)).still_open == Money(10_000, "EUR")


class Plain:
    """The same trade in dictionaries: what is left of each document, and each change by its day."""

    def __init__(self):
        self.bills, self.receipts, self.notes, self.told = {}, {}, set(), []

    def opened(self, on, document, minor, *, is_bill):
        (self.bills if is_bill else self.receipts)[document] = minor
        self.told.append((on, document, minor if is_bill else -minor))

    def settled(self, on, bill, receipt, minor):
        self.bills[bill] -= minor
        self.receipts[receipt] -= minor
        self.told += [(on, bill, -minor), (on, receipt, minor)]

    def left_on(self, on):
        left = {}
        for then, document, change in self.told:
            if then <= on:
                left[document] = left.get(document, 0) + change
        return {document: minor for document, minor in left.items() if minor}


def something_happens(trade, plain, chance, on):
    """A bill, money, a credit note, or one settling the other; in the books and in dictionaries."""
    act, minor = chance.choice(["bill", "receive", "credit", "settle"]), chance.randint(1, 9_999)
    if act == "bill":
        plain.opened(on, trade.bill(minor, on=on), minor, is_bill=True)
    elif act == "receive":
        plain.opened(on, trade.receive(minor, on=on), minor, is_bill=False)
    elif act == "credit":
        note = trade.credit(minor, on=on)
        plain.opened(on, note, minor, is_bill=False)
        plain.notes.add(note)
    elif plain.bills and plain.receipts:
        bill, receipt = chance.choice(list(plain.bills)), chance.choice(list(plain.receipts))
        if most := min(plain.bills[bill], plain.receipts[receipt], minor):
            settle = trade.apply if receipt in plain.notes else trade.settle
            settle(receipt, bill, most, on=on)
            plain.settled(on, bill, receipt, most)


@pytest.mark.parametrize("seed", range(6))
def test_any_trade_read_on_any_day_is_what_plain_dictionaries_say(trade, seed):
    chance, plain = random.Random(seed), Plain()
    for number in range(40):
        something_happens(trade, plain, chance, day(number))

    for number in range(40):
        left = plain.left_on(day(number))
        assert trade.items_on(day(number)) == left
        assert trade.open_on(day(number)).owed.minor == sum(left.values())
        before = balance_before(trade.session, books=trade.books, on=day(number + 1))
        assert before.minor == sum(left.values())


def test_today_is_what_the_stored_balances_say(trade):
    invoice = trade.bill(10_000, on=day(0))
    trade.bill(2_000, on=day(3), due=90)
    trade.settle(trade.receive(4_000, on=day(5)), invoice, 3_000, on=day(5))

    then = trade.open_on(day(60))
    [stored] = balances_of(trade.session, customer_id=trade.account.customer_id, on=day(60))

    assert (then.still_open, then.overdue) == (stored.still_open, stored.overdue)
    assert (then.credit, then.owed) == (stored.credit, stored.owed)
    assert [one.amount for one in then.aging] == [one.amount for one in stored.aging]
