"""The only bank accounts the sandbox debits: Stripe's published test accounts, and their fate."""

from dataclasses import dataclass

from sandbox.stripe.cards import Decline
from sandbox.stripe.store import Obj

SEPA, ACH = "sepa_debit", "us_bank_account"
CURRENCY_OF = {SEPA: "eur", ACH: "usd"}
ROUTING = "110000000"
DEBIT_SECONDS = 4 * 24 * 3_600.0  # a debit is known to be paid some bank days after it was ordered
RETURN_SECONDS = 5 * 24 * 3_600.0  # after a debit was paid, its bank may take it back


@dataclass(frozen=True, slots=True, kw_only=True)
class TestBank:
    """One test account. `returns` is why its bank takes the money back after it was paid."""

    __test__ = False  # pytest would take the name for a test class

    scenario: str
    kind: str
    number: str
    title: str
    decline: Decline | None = None
    returns: str | None = None

    @property
    def last4(self) -> str:
        """The four digits that may be shown."""
        return self.number[-4:]


def _refused(code: str, message: str) -> Decline:
    return Decline(code=code, decline_code=code, message=message)


NO_FUNDS = _refused("insufficient_funds", "The account has insufficient funds.")
CLOSED = _refused("account_closed", "The account is closed.")
BANKS = (
    TestBank(scenario="sepa", kind=SEPA, number="AT611904300234573201", title="Debit succeeds"),
    TestBank(
        scenario="sepa_fails",
        kind=SEPA,
        number="AT861904300235473202",
        title="Not enough money on the account",
        decline=NO_FUNDS,
    ),
    TestBank(
        scenario="sepa_returned",
        kind=SEPA,
        number="AT591904300235473203",
        title="Paid, and taken back days later",
        returns="insufficient_funds",
    ),
    TestBank(scenario="ach", kind=ACH, number="000123456789", title="Debit succeeds"),
    TestBank(
        scenario="ach_fails",
        kind=ACH,
        number="000222222227",
        title="Not enough money on the account",
        decline=NO_FUNDS,
    ),
    TestBank(
        scenario="ach_closed",
        kind=ACH,
        number="000111111113",
        title="The account is closed",
        decline=CLOSED,
    ),
    TestBank(
        scenario="ach_returned",
        kind=ACH,
        number="000555555559",
        title="Paid, and taken back days later",
        returns="debit_not_authorized",
    ),
)
BY_SCENARIO = {bank.scenario: bank for bank in BANKS}


def offered(session: Obj) -> list[TestBank]:
    """The accounts this session may be paid from: a scheme debits its own currency only."""
    allowed = session.get("allowed_payment_method_types") or ()
    return [
        bank
        for bank in BANKS
        if bank.kind in allowed and CURRENCY_OF[bank.kind] == session["currency"]
    ]


def details(bank: TestBank) -> Obj:
    """What Stripe shows of an account, in a method and in a charge alike: never its number."""
    if bank.kind == SEPA:
        return {
            "bank_code": bank.number[4:9],
            "branch_code": "",
            "country": bank.number[:2],
            "fingerprint": f"play{bank.last4}",
            "last4": bank.last4,
        }
    return {
        "account_holder_type": "company",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "fingerprint": f"play{bank.last4}",
        "last4": bank.last4,
        "routing_number": ROUTING,
    }


def of_a_method(bank: TestBank) -> Obj:
    """What a method shows besides."""
    if bank.kind == SEPA:
        return {"generated_from": None}
    return {"financial_connections_account": None, "networks": None, "status_details": None}


def of_a_charge(method: Obj) -> Obj:
    """The account of a method as a charge shows it."""
    only_in_methods = {"generated_from", "financial_connections_account", "networks"}
    kept = {
        name: value
        for name, value in method[method["type"]].items()
        if name not in only_in_methods | {"status_details"}
    }
    return kept | {"expected_debit_date": None, "mandate": None}
