"""Everything that can happen to money, in any order Hypothesis thinks of; checked after each step.

Three books are held against each other: the model's plain numbers, our tables, and the card
company's own record of what it took.
"""

import uuid
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from payments.basket.errors import AmountExceedsOpen, InvoiceNotPayable
from tests.clocks import FixedClock
from tests.stateful.company import Company, Crash, Databases, refused
from tests.stateful.model import Model

OPEN, LOOK = "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/*"
FAULTS = ("answer_lost", "late_call", "in_flight", "rate_limited", "server_error")
GOOD, ASKING = "4242424242424242", "4000002760003184"
CARDS = (GOOD, GOOD, ASKING, "4000000000000002", "4000000000009995")
AMOUNTS, WEATHER = st.integers(100, 50_000), st.sampled_from((None, None, *FAULTS))
PICK = st.integers(min_value=0, max_value=1_000)
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


class MoneyMachine(RuleBasedStateMachine):
    """`databases` is set by whoever runs the machine."""

    databases: Databases

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.clock = FixedClock(datetime.now(UTC))
        self.company = Company(self.databases.next(), self.clock)
        self.presses = []  # (contact, items, operation), so that any may be pressed again
        self.payments = []

    def teardown(self):
        try:
            self.let_everything_end()
        finally:
            self.company.close()

    # What people do

    @initialize(owed=st.lists(st.tuples(AMOUNTS, WEATHER), min_size=4, max_size=4))
    def owe_something(self, owed):
        for at, (minor, fault) in enumerate(owed):
            self.issue_invoice(at % 2, minor)
            self.something_breaks(fault, OPEN)
            self.press((at % 2, at // 2), {list(self.model.invoices)[-1]: minor}, uuid.uuid4())

    @rule(customer=st.integers(0, 1), minor=AMOUNTS)
    def another_invoice(self, customer, minor):
        self.issue_invoice(customer, minor)

    def issue_invoice(self, customer, minor):
        self.model.issue(self.company.issue(customer, minor), customer, minor)

    @rule(customer=st.integers(0, 1), who=st.integers(0, 1))
    def fill_basket(self, customer, who):
        contact = self.company.contacts[customer][who]
        self.company.fill_basket(contact, self.model.owing(customer))

    @rule(
        customer=st.integers(0, 1),
        who=st.integers(0, 1),
        part=st.integers(1, 4),
        count=PICK,
        fault=WEATHER,
    )
    def press_pay(self, customer, who, part, count, fault):
        self.something_breaks(fault, OPEN)
        owing = self.model.owing(customer)[-3:][: count % 3 + 1]
        items = {i: max(self.model.invoices[i]["open"] // part, 1) for i in owing}
        if items:
            self.press((customer, who), items, uuid.uuid4())

    @precondition(lambda self: self.presses)
    @rule(at=PICK)
    def press_the_same_again(self, at):
        self.press(*self.presses[at % len(self.presses)])

    @precondition(lambda self: self.presses)
    @rule(at=PICK)
    def crash_while_the_page_is_made(self, at):
        """The provider has made the page; we die before we write its name."""

        def die():
            raise Crash

        (customer, who), items, _operation = self.presses[at % len(self.presses)]
        if not all(self.model.invoices[i]["open"] >= minor for i, minor in items.items()):
            return
        self.company.world.faults.before_answer(OPEN, die)
        self.press((customer, who), items, uuid.uuid4())

    def alive(self, act):
        """Do it; a crash of the process, whenever it comes, is followed by a start."""
        try:
            return refused(act)
        except Crash:
            self.company.restart()

    def press(self, whose, items, operation):
        customer, who = whose
        contact = self.company.contacts[customer][who]
        self.presses.append((whose, items, operation))
        found = []
        refusal = self.alive(lambda: found.append(self.company.press(contact, items, operation)))
        self.the_model_follows()  # pressing closes earlier pages, and may find one paid
        is_open = [self.model.invoices[i]["open"] >= minor for i, minor in items.items()]
        if isinstance(refusal, (AmountExceedsOpen, InvoiceNotPayable)):
            assert not all(is_open), "refused, though all of it is open"
        self.payments += [payment for payment in found if payment not in self.payments]

    # What happens at the card company

    @precondition(lambda self: self.pages())
    @rule(at=PICK, card=st.sampled_from(CARDS), is_late=st.booleans(), answer=st.booleans())
    def card_is_tried(self, at, card, is_late, answer):
        pages = self.pages()
        page = pages[at % len(pages)]
        if is_late and card == GOOD:
            self.company.world.faults.late_success()
        payer = self.company.world.payer(page["id"])
        outcome = payer.attempt(card)
        if outcome.result == "requires_action":
            payer.pay_with_3ds(card, complete=answer)

    @rule()
    def the_bank_answers_late(self):
        self.company.world.catch_up()

    @rule(kind=st.sampled_from(FAULTS))
    def an_answer_breaks(self, kind):
        self.something_breaks(kind, LOOK)

    def something_breaks(self, kind, call):
        if kind:
            getattr(self.company.world.faults, kind)(call)

    # What is told to us, and what we do by ourselves

    @precondition(lambda self: self.company.world.events())
    @rule(at=PICK)
    def a_message_comes(self, at):
        events = self.company.world.events()
        self.company.hear(events[at % len(events)]["id"])

    @rule()
    def every_message_comes_backwards(self):
        for event in reversed(self.company.world.events()[-6:]):
            self.company.hear(event["id"])

    @rule()
    def the_worker_runs(self):
        self.alive(self.company.work)

    @rule()
    def the_janitor_looks(self):
        self.alive(self.company.tick)

    @precondition(lambda self: self.payments)
    @rule(at=PICK, how=st.sampled_from(("pays", "was too late")))
    def the_payer_pays_and_comes_back(self, at, how):
        payment = self.payments[at % len(self.payments)]
        pages = [p["id"] for p in self.pages() if p["client_reference_id"] == str(payment)]
        if how == "pays" and pages:
            self.company.world.payer(pages[0]).attempt(GOOD)
        self.alive(lambda: self.company.sync(payment))

    @precondition(lambda self: self.pages())
    @rule(is_message=st.booleans())
    def everybody_pays_at_once(self, is_message):
        """Also two who pay the same invoice; the news comes by message or by their return."""
        for page in self.pages():
            self.company.world.payer(page["id"]).attempt(GOOD)
        if is_message:
            self.every_message_comes_backwards()
            self.the_worker_runs()
        else:
            for payment in self.payments:
                self.alive(lambda payment=payment: self.company.sync(payment))

    @precondition(lambda self: self.payments)
    @rule(at=PICK)
    def the_payer_comes_back(self, at):
        self.alive(lambda: self.company.sync(self.payments[at % len(self.payments)]))

    @precondition(lambda self: self.payments)
    @rule(at=PICK)
    def the_payer_gives_up(self, at):
        self.alive(lambda: self.company.abandon(self.payments[at % len(self.payments)]))

    @rule(minutes=st.sampled_from((1, 2, 5, 31, 61, 1_500)))
    def time_passes(self, minutes):
        self.clock.advance(minutes=minutes)

    @rule()
    def the_process_dies(self):
        self.company.restart()

    @precondition(lambda self: self.model.undoable())
    @rule(at=PICK)
    def an_accountant_undoes(self, at):
        undoable = self.model.undoable()
        payment, invoice = undoable[at % len(undoable)]
        self.company.undo(payment, invoice)
        self.model.undo(payment, invoice)

    # What must hold after every step

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
        for payment in self.company.booked()[len(self.model.shares) :]:
            self.model.book(payment)

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
            if not self.company.underway():
                break
        self.the_model_follows()
        self.every_balance_is_the_models()
        charges = sorted((c.charge_id, c.amount) for c in self.charges())
        assert sorted(self.company.receipts()) == charges
        assert self.company.underway() == []
        assert self.company.findings() == []

    def pages(self):
        found = self.company.world.account.store.all("checkout.session")
        return [page for page in found if page["status"] == "open"]

    def charges(self):
        return [b for b in self.company.world.books() if b.status == "succeeded"]
