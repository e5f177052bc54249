"""Somebody with a card, for tests: does what the hosted page does, without the page."""

from sandbox.stripe import payments, setups
from sandbox.stripe.account import Account
from sandbox.stripe.banks import BY_SCENARIO, TestBank
from sandbox.stripe.cards import BY_NUMBER, SUCCESS, TestCard
from sandbox.stripe.faults import Faults
from sandbox.stripe.outcomes import Outcome, Result

PAID = frozenset({Result.SUCCEEDED, Result.PROCESSING})


class UnexpectedOutcome(AssertionError):
    """The payment ended otherwise than the test said it would."""


class Payer:
    """Whoever has the page of one session open."""

    def __init__(self, account: Account, faults: Faults, session_id: str) -> None:
        self._account = account
        self._faults = faults
        self._session_id = session_id

    def pay(self, number: str = SUCCESS.number) -> Outcome:
        """Pay with a card that succeeds without a question."""
        return self._expect(self.attempt(number), PAID)

    def pay_with_3ds(self, number: str = "4000002760003184", *, complete: bool = True) -> Outcome:
        """Pay with a card that asks, and answer: `complete=False` fails the authentication."""
        self._expect(self.attempt(number), frozenset({Result.REQUIRES_ACTION}))
        outcome = payments.authenticate(
            self._account, self._faults, session_id=self._session_id, passed=complete
        )
        return self._expect(outcome, PAID if complete else frozenset({Result.DECLINED}))

    def decline(self, number: str = "4000000000000002") -> Outcome:
        """Try a card the bank refuses."""
        return self._expect(self.attempt(number), frozenset({Result.DECLINED}))

    def debit(self, scenario: str = "sepa") -> Outcome:
        """Order a debit of a test account; its bank answers days later."""
        outcome = payments.pay_by_debit(
            self._account,
            self._faults,
            session_id=self._session_id,
            bank=BY_SCENARIO[scenario],
        )
        return self._expect(outcome, frozenset({Result.PROCESSING}))

    def save(self, number: str = SUCCESS.number) -> Outcome:
        """Save a card, answering the bank where it asks."""
        outcome = self._save(BY_NUMBER[number])
        if outcome.result is Result.REQUIRES_ACTION:
            outcome = setups.authenticate(self._account, self._session_id, passed=True)
        return self._expect(outcome, PAID)

    def save_account(self, scenario: str = "sepa") -> Outcome:
        """Save a test account to be debited."""
        return self._expect(self._save(BY_SCENARIO[scenario]), PAID)

    def _save(self, means: TestCard | TestBank) -> Outcome:
        return setups.save(
            self._account,
            session_id=self._session_id,
            means=means,
            expiry=(12, self._account.now().year + 2),
        )

    def attempt(self, number: str) -> Outcome:
        """Try a card, whatever comes of it."""
        return payments.pay(
            self._account,
            self._faults,
            session_id=self._session_id,
            card=BY_NUMBER[number],
            expiry=(12, self._account.now().year + 2),
        )

    def _expect(self, outcome: Outcome, wanted: frozenset[Result]) -> Outcome:
        if outcome.result not in wanted:
            raise UnexpectedOutcome(f"the payment ended {outcome.result}, not {sorted(wanted)}")
        return outcome
