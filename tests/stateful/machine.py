"""Everything that can happen to money, in any order; checked after each step."""

import contextlib
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from payments.basket.errors import AmountExceedsOpen, InvoiceNotPayable
from sandbox.stripe.payer import UnexpectedOutcome
from tests.stateful.checked import Checked
from tests.stateful.company import Crash

OPEN, LOOK = "POST /v1/checkout/sessions", "GET /v1/checkout/sessions/*"
CHARGE = "POST /v1/payment_intents"
FAULTS = ("answer_lost", "late_call", "in_flight", "rate_limited", "server_error")
GOOD, ASKING = "4242424242424242", "4000002760003184"
CARDS = (GOOD, GOOD, ASKING, "4000000000000002", "4000000000009995")
SAVED = (GOOD, GOOD, ASKING, "4000000000000341", "sepa", "sepa_fails", "sepa_returned")
AMOUNTS, WEATHER = st.integers(100, 50_000), st.sampled_from((None, None, *FAULTS))
PICK = st.integers(min_value=0, max_value=1_000)


class MoneyMachine(Checked):
    """What people, the card company, the network and our own processes do."""

    # What people do

    @initialize(owed=st.lists(st.tuples(AMOUNTS, WEATHER), min_size=4, max_size=4))
    def owe_something(self, owed):
        for at, (minor, fault) in enumerate(owed):
            self.issue_invoice(at % 2, minor, promised=at == 3)
            self.something_breaks(fault, OPEN)
            self.press((at % 2, at // 2), {list(self.model.invoices)[-1]: minor}, uuid.uuid4())

    @rule(customer=st.integers(0, 1), minor=AMOUNTS, promised=st.booleans())
    def another_invoice(self, customer, minor, promised):
        self.issue_invoice(customer, minor, promised=promised)

    def issue_invoice(self, customer, minor, *, promised):
        """With a discount so large that paying half earns it, or with none."""
        discount = minor * 6 // 10 if promised else 0
        self.model.issue(self.company.issue(customer, minor, discount), customer, minor, discount)

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

        (customer, who), items, _operation, method = self.presses[at % len(self.presses)]
        if not all(self.model.invoices[i]["open"] >= minor for i, minor in items.items()):
            return
        self.company.world.faults.before_answer(CHARGE if method else OPEN, die)
        self.press((customer, who), items, uuid.uuid4(), method)

    def press(self, whose, items, operation, method=None):
        customer, who = whose
        contact = self.company.contacts[customer][who]
        self.presses.append((whose, items, operation, method))
        found = []
        refusal = self.alive(
            lambda: found.append(self.company.press(contact, items, operation, method))
        )
        self.the_model_follows()  # pressing closes earlier pages, and may find one paid
        is_open = [self.model.invoices[i]["open"] >= minor for i, minor in items.items()]
        if isinstance(refusal, (AmountExceedsOpen, InvoiceNotPayable)):
            assert not all(is_open), "refused, though all of it is open"
        self.payments += [payment for payment in found if payment not in self.payments]

    # Saved methods

    @rule(customer=st.integers(0, 1), who=st.integers(0, 1), means=st.sampled_from(SAVED))
    def a_method_is_saved(self, customer, who, means):
        contact, found = self.company.contacts[customer][who], []
        self.alive(lambda: found.append(self.company.save_method(contact, means)))
        self.methods += [(customer, method) for method in found]

    @precondition(lambda self: self.methods)
    @rule(at=PICK, who=st.integers(0, 1), part=st.integers(1, 3), fault=WEATHER)
    def a_saved_method_is_charged(self, at, who, part, fault):
        customer, method = self.methods[at % len(self.methods)]
        items = {
            one: max(self.model.invoices[one]["open"] // part, 1)
            for one in self.model.owing(customer)[-2:]
        }
        if items:
            self.something_breaks(fault, CHARGE)
            self.press((customer, who), items, uuid.uuid4(), method)

    @rule(at=PICK, passed=st.booleans(), is_told=st.booleans())
    def a_bank_hears_from_its_payer(self, at, passed, is_told):
        self.company.bank_is_answered(at, passed=passed)
        if is_told and self.payments:
            self.alive(lambda: self.company.sync(self.payments[at % len(self.payments)]))

    @precondition(lambda self: self.payments)
    @rule(at=PICK)
    def the_bank_is_asked_again(self, at):
        self.alive(lambda: self.company.confirm(self.payments[at % len(self.payments)]))

    @precondition(lambda self: self.methods)
    @rule(at=PICK)
    def a_method_is_removed(self, at):
        customer, method = self.methods[at % len(self.methods)]
        contact = self.company.contacts[customer][0]
        self.alive(lambda: self.company.remove_method(contact, method))

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

    @precondition(lambda self: self.pages())
    @rule(at=PICK, scheme=st.sampled_from(("sepa", "sepa", "sepa_fails", "sepa_returned")))
    def a_debit_is_ordered(self, at, scheme):
        pages = self.pages()
        with contextlib.suppress(UnexpectedOutcome):  # the page's time is over: nothing is ordered
            self.company.world.payer(pages[at % len(pages)]["id"]).debit(scheme)

    @precondition(lambda self: self.charges())
    @rule(at=PICK, what=st.sampled_from(("return", "dispute", "refund", "part", "pending")))
    def money_is_wanted_back(self, at, what):
        charges = self.charges()
        self.company.want_back(charges[at % len(charges)].charge_id, what)

    @rule(at=PICK, is_won=st.booleans())
    def a_dispute_is_decided(self, at, is_won):
        self.company.decide(at, is_won=is_won)

    @rule(at=PICK, has_failed=st.booleans())
    def a_refund_is_answered(self, at, has_failed):
        self.company.answer_refund(at, has_failed=has_failed)

    @rule()
    def the_lists_are_swept(self):
        self.alive(self.company.sweep)

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

    @rule(customer=st.integers(0, 1), who=st.integers(0, 1), part=st.integers(1, 3), count=PICK)
    def credit_is_used(self, customer, who, part, count):
        """For invoices that none of this money settles yet: undoing names one by both."""
        purses = self.model.purses(customer)
        settled = {invoice for payment in purses for invoice in self.model.shares[payment]}
        owing = [one for one in self.model.owing(customer) if one not in settled]
        items = {
            one: max(self.model.invoices[one]["open"] // part, 1) for one in owing[: count % 3 + 1]
        }
        if purses and items:
            self.company.use_credit(self.company.contacts[customer][who], items)
            self.model.spend(customer, items)

    @rule(customer=st.integers(0, 1), minor=AMOUNTS, at=PICK)
    def a_credit_note_is_issued(self, customer, minor, at):
        """For an invoice of the customer, or for none."""
        own = [*(i for i, of in self.model.invoices.items() if of["customer"] == customer), None]
        corrects = own[at % len(own)]
        note = self.company.credit(customer, minor, corrects)
        self.model.credit_note(note, customer, minor, corrects)

    @precondition(lambda self: self.model.notes)
    @rule(at=PICK, part=st.integers(1, 3))
    def our_people_apply_a_credit_note(self, at, part):
        """To everything of its customer that it settles nothing of yet."""
        note = list(self.model.notes)[at % len(self.model.notes)]
        customer = self.model.whose(note)
        items = {
            one: max(self.model.invoices[one]["open"] // part, 1)
            for one in self.model.owing(customer)
            if one not in self.model.shares[note]
        }
        self.company.apply(customer, note, items)
        used = [one for one, amount in items.items() if self.model.use(note, one, amount)]
        self.model.earn(used)

    @rule(customer=st.integers(0, 1), at=PICK, part=st.integers(1, 3))
    def something_is_written_off(self, customer, at, part):
        owing = self.model.owing(customer)
        if owing:
            invoice = owing[at % len(owing)]
            minor = max(self.model.invoices[invoice]["open"] // part, 1)
            self.company.write_off(customer, invoice, minor)
            self.model.write_off(invoice, minor)

    @precondition(lambda self: any(self.model.written.values()))
    @rule(at=PICK)
    def a_write_off_is_taken_back(self, at):
        written = [invoice for invoice, pieces in self.model.written.items() if pieces]
        invoice = written[at % len(written)]
        customer = self.model.invoices[invoice]["customer"]
        self.model.owe_again(invoice, self.company.owe_again(customer, invoice))

    @precondition(lambda self: self.model.undoable())
    @rule(at=PICK)
    def an_accountant_undoes(self, at):
        undoable = self.model.undoable()
        payment, invoice = undoable[at % len(undoable)]
        self.company.undo(payment, invoice)
        self.model.undo(payment, invoice)
