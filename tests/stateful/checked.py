"""What must hold after every step of the money machine, and when everything has ended.

Three books are held against each other: the model's plain numbers, our tables, and the card
company's own record of what it took.
"""

import uuid
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.clocks import FixedClock
from tests.stateful.company import Company, Crash, Databases, refused
from tests.stateful.model import Model

# After the last step: leases end, the janitor looks, pages end, keys grow old.
ENDING_MINUTES = (3, 10, 61, 61, 61, 1_440, 61)


def profile(examples: int, steps: int) -> settings:
    """How long the machine runs; nothing is kept between runs but the seed."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


class Checked(RuleBasedStateMachine):
    """A company, its model, and the checks. `databases` is set by whoever runs the machine."""

    databases: Databases

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.clock = FixedClock(datetime.now(UTC))
        self.company = Company(self.databases.next(), self.clock)
        self.followed = 0  # the latest transaction of ours that the model has followed
        # (contact, items, operation, saved method), so that any may be pressed again
        self.presses = []
        self.methods = []  # (customer, saved method)
        self.payments = []

    def teardown(self):
        try:
            self.let_everything_end()
        finally:
            self.company.close()

    def alive(self, act):
        """Do it; a crash of the process, whenever it comes, is followed by a start."""
        try:
            return refused(act)
        except Crash:
            self.company.restart()

    @invariant()
    def all_three_books_agree(self):
        self.the_model_follows()
        self.every_balance_is_the_models()
        self.every_receipt_is_one_charge()
        assert self.company.differences() == []

    def the_model_follows(self):
        """The card company says what was taken, our tables what was booked, in which order."""
        for payment, customer, items in self.company.intended():
            self.model.intend(payment, customer, items)
        for charge in self.charges():
            self.model.take(uuid.UUID(charge.metadata["payment"]))
        for moved in self.company.moved_since(self.followed):
            self.followed = moved.transaction
            if moved.is_booked:
                self.model.book(moved.payment)
            self.what_went_back_is_followed(moved)
        assert self.company.gone_back() == self.model.gone

    def what_went_back_is_followed(self, moved):
        """So much less of a payment: out of its credit, else exactly so much of invoices opens."""
        if moved.gone < 0:
            self.model.come_back(moved.payment, -moved.gone)
        elif moved.gone and (opened := self.model.go_back(moved.payment, moved.gone)):
            self.invoices_open_again(moved, opened)

    def invoices_open_again(self, moved, amount):
        """Which ones is not the model's to say, how much of them is."""
        then = self.company.shares_of(moved.payment, up_to=moved.transaction)
        before = self.model.shares[moved.payment]
        lost = {i: had - then[i] for i, had in before.items() if had != then[i]}
        assert sum(lost.values()) == amount
        for invoice, minor in lost.items():
            self.model.open_again(invoice, moved.payment, minor)

    def every_balance_is_the_models(self):
        expected = {key: invoice["open"] for key, invoice in self.model.invoices.items()}
        assert self.company.open_of_invoices() == expected
        for customer in (0, 1):
            open_of, credit_of = self.model.open_of(customer), self.model.credit_of(customer)
            assert self.company.sums(customer) == (open_of, credit_of)

    def every_receipt_is_one_charge(self):
        taken = {charge.charge_id: charge.amount for charge in self.charges()}
        receipts = self.company.receipts()
        assert len({charge_id for charge_id, _ in receipts}) == len(receipts)
        assert all(taken[charge_id] == amount for charge_id, amount in receipts)

    def let_everything_end(self):
        """Faults end and time passes: then everything taken is booked and nothing hangs."""
        self.company.world.faults.clear()
        for minutes in ENDING_MINUTES:
            self.clock.advance(minutes=minutes)
            self.company.world.catch_up()
            self.alive(self.company.work)
            self.alive(self.company.tick)
            self.alive(self.company.sweep)
            if not self.company.underway() and self.company.clearing() == self.company.held():
                break
        self.the_model_follows()
        self.every_balance_is_the_models()
        charges = sorted((c.charge_id, c.amount) for c in self.charges())
        assert sorted(self.company.receipts()) == charges
        assert self.company.underway() == []
        assert self.company.clearing() == self.company.held()
        assert self.company.findings() == []

    def pages(self):
        found = self.company.world.account.store.all("checkout.session")
        return [page for page in found if page["status"] == "open" and page["mode"] == "payment"]

    def charges(self):
        return [b for b in self.company.world.books() if b.status == "succeeded"]
