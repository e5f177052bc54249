"""Small ledgers to decide payments in; a test names only the values it is about."""

import datetime as dt
from collections.abc import Sequence

from matching.engine import Memory, build_index, decide, load_model
from matching.values import ClosedItem, Customer, Decision, OpenItem, Payment

TODAY = dt.date(2025, 6, 20)
ALPHA = Customer(id="C100", names=("Nordwind Werkzeug GmbH",), accounts=("DE44500105175407324931",))
BETA = Customer(
    id="C200", names=("Bellevue Papeterie SARL",), accounts=("FR7630006000011234567890189",)
)
GAMMA = Customer(id="C300", names=("Oakham Timber Ltd",))
CUSTOMERS = (ALPHA, BETA, GAMMA)


def an_item(number: str, minor: int, customer: Customer = ALPHA, **others: object) -> OpenItem:
    """An open item due some days ago, its id made of its number."""
    known = {
        "id": f"id:{customer.id}:{number}",
        "number": number,
        "customer_id": customer.id,
        "open_minor": minor,
        "currency": "EUR",
        "issued_on": TODAY - dt.timedelta(days=40),
        "due_on": TODAY - dt.timedelta(days=10),
    }
    return OpenItem(**{**known, **others})  # type: ignore[arg-type]  # a test's own words


def a_payment(minor: int, text: str = "", **others: object) -> Payment:
    """Money from Alpha's own account, under its own name."""
    known = {
        "id": "P1",
        "paid_on": TODAY,
        "amount_minor": minor,
        "currency": "EUR",
        "payer_name": ALPHA.names[0],
        "payer_account": ALPHA.accounts[0],
        "text": text,
    }
    return Payment(**{**known, **others})  # type: ignore[arg-type]  # a test's own words


LEDGER = (
    an_item("INV-2025-00101", 119_00),
    an_item("INV-2025-00102", 238_50, due_on=TODAY - dt.timedelta(days=3)),
    an_item("INV-2025-00103", 77_77, due_on=TODAY + dt.timedelta(days=5)),
    an_item("INV-2025-00110", 1_450_00, due_on=TODAY + dt.timedelta(days=20)),
    an_item("CN-2025-00007", -50_00, due_on=None),
    an_item("INV-2025-00201", 333_33, BETA),
    an_item("INV-2025-00202", 640_10, BETA, due_on=TODAY - dt.timedelta(days=2)),
    an_item("INV-2025-00203", 119_05, BETA, currency="USD"),
    an_item("INV-2025-00301", 5_000_00, GAMMA, po="4500012345"),
    an_item("INV-2025-00302", 812_40, GAMMA, po="4500012345"),
)


def decided(
    *payments: Payment,
    items: Sequence[OpenItem] = LEDGER,
    customers: Sequence[Customer] = CUSTOMERS,
    closed: Sequence[ClosedItem] = (),
    memory: Memory | None = None,
) -> list[Decision]:
    """What becomes of the payments in this ledger."""
    index = build_index(items, customers, closed)
    return decide(index, payments, memory or Memory(), load_model())


def numbers_of(decision: Decision, items: Sequence[OpenItem] = LEDGER) -> list[str]:
    """The numbers of the items a decision is about."""
    known = {item.id: item.number for item in items}
    claims = decision.best.claims if decision.best else ()
    return sorted(known[claim.item_id] for claim in claims)
