"""The only card numbers the sandbox takes: Stripe's published test numbers.

Any other number, real or not, is refused and neither kept nor logged.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why the bank says no: Stripe's error code and, for most, its decline code."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    """One test number, and what happens to whoever pays with it."""

    __test__ = False  # pytest would take the name for a test class

    scenario: str
    number: str
    title: str
    asks_authentication: bool = False
    always_asks: bool = False  # also when it was saved with the bank's confirmation
    can_be_saved: bool = False  # though it is declined when it is charged
    decline: Decline | None = None

    @property
    def last4(self) -> str:
        """The four digits that may be shown."""
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        """The number in groups of four, as it stands on a card."""
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


def _declined(
    scenario: str, number: str, title: str, code: str, why: str, message: str
) -> TestCard:
    decline = Decline(code=code, decline_code=why, message=message)
    return TestCard(scenario=scenario, number=number, title=title, decline=decline)


GENERIC = Decline(
    code="card_declined", decline_code="generic_decline", message="Your card was declined."
)
NOT_AUTHENTICATED = Decline(
    code="payment_intent_authentication_failure",
    decline_code="authentication_required",
    message="We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again.",
)
AUTHENTICATION_REQUIRED = Decline(
    code="authentication_required",
    decline_code="authentication_required",
    message="Your card was declined. This transaction requires authentication.",
)
SUCCESS = TestCard(scenario="success", number="4242424242424242", title="Payment succeeds")
CARDS = (
    SUCCESS,
    TestCard(
        scenario="authenticate",
        number="4000002500003155",
        title="Asks for 3-D Secure",
        asks_authentication=True,
    ),
    TestCard(
        scenario="authenticate_always",
        number="4000002760003184",
        title="Asks for 3-D Secure every time",
        asks_authentication=True,
        always_asks=True,
    ),
    TestCard(
        scenario="declined_later",
        number="4000000000000341",
        title="Can be saved, is declined when charged",
        can_be_saved=True,
        decline=GENERIC,
    ),
    _declined(
        "declined", "4000000000000002", "Declined by the bank",
        "card_declined", "generic_decline", "Your card was declined.",
    ),
    _declined(
        "insufficient_funds", "4000000000009995", "Insufficient funds",
        "card_declined", "insufficient_funds", "Your card has insufficient funds.",
    ),
    _declined(
        "expired_card", "4000000000000069", "Expired card",
        "expired_card", "expired_card", "Your card has expired.",
    ),
    _declined(
        "incorrect_cvc", "4000000000000127", "Wrong security code",
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.",
    ),
    _declined(
        "processing_error", "4000000000000119", "Processing error",
        "processing_error", "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
)  # fmt: skip
BY_NUMBER = {card.number: card for card in CARDS}
BY_SCENARIO = {card.scenario: card for card in CARDS}


def digits_of(text: str) -> str:
    """What was typed, without the blanks and dashes people group numbers with."""
    return "".join(character for character in text if character not in " -\u00a0\u202f")
