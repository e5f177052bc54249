"""What a request costs: sign-in, home, invoice list, start of a payment, webhook (L1 to L3).

CPU is that of the serving thread (the sandbox answers from another), statements are those sent to
PostgreSQL. Each kind is measured for customers of 10, 1,000 and 100,000 open invoices.
"""

from rich.console import Console
from rich.table import Table

from api.app import create_app as create_api
from benchmarks.acts import forget, signing_in, starting, telling
from benchmarks.bare import bare_app
from benchmarks.browsers import Reader
from benchmarks.loading import copy_invoices
from benchmarks.measuring import Act, Measured, measure
from benchmarks.sandboxes import a_sandbox, gateway_to
from benchmarks.worlds import Debtor, World, a_debtor, a_world
from foundation.database import Transaction
from foundation.web.requests import Wiring
from payments.card.gateway import StripeGateway
from portal.app import create_app as create_portal
from sandbox.serve import Sandbox

SIZES = (10, 1_000, 100_000)  # the list shows 50 at most
TIMES, TIMES_SLOW = 20, 4
SLOW = ("webhook", "start of a payment", "sign-in")
HEADINGS = ("request", "open invoices", "CPU ms", "p95 ms", "x hello", "x bare page", "SQL")
STATEMENTS_MAX = {"invoice list": 8, "webhook": 2}
SPREAD_MAX = 1.5  # p95 of the largest account over that of the smallest


def main() -> int:
    """Print the table; 1 when a request sends more statements than it may."""
    with a_world() as world, a_sandbox() as sandbox:
        debtors = _debtors(world)
        gateway = gateway_to(sandbox)
        found = {
            size: measure_size(world, debtor, gateway, sandbox)
            for size, debtor in zip(SIZES, debtors, strict=True)
        }
    _print(found)
    return int(any(_too_many(measured) for measured in found.values()))


def _too_many(measured: dict[str, Measured]) -> bool:
    """Whether a request sends more statements than it may: the one figure no noise can excuse."""
    return any(measured[name].statements > most for name, most in STATEMENTS_MAX.items())


def _debtors(world: World) -> list[Debtor]:
    debtors = []
    for size in SIZES:
        debtor = a_debtor(world, f"Customer of {size}")
        copy_invoices(world, debtor.customer_id, size)
        debtors.append(debtor)
    world.prove()
    return debtors


def measure_size(
    world: World, debtor: Debtor, gateway: StripeGateway, sandbox: Sandbox
) -> dict[str, Measured]:
    """Every kind of request for one customer, and the bare ones beside them in the same rounds."""
    portal = create_portal(_wiring(world, world.portal, gateway))
    api = create_api(_wiring(world, world.app, gateway))
    bare = bare_app(world.app).test_client()
    reader = Reader(portal, world.settings.portal_url)
    engines = (world.portal.engine, world.app.engine)
    forget(world)
    reader.sign_in(debtor.email)
    quick = {
        "hello": Act(lambda: bare.get("/hello")),
        "bare page": Act(lambda: bare.get("/page")),
        "home": Act(lambda: reader.get("/")),
        "invoice list": Act(lambda: reader.get("/invoices")),
    }
    slow = {
        "start of a payment": starting(world, debtor, reader),
        "sign-in": signing_in(world, portal, debtor),
    }
    webhook = {"webhook": telling(world, api, sandbox)}
    return {
        **measure(quick, engines, times=TIMES),
        **measure(webhook, engines, times=TIMES),
        **measure(slow, engines, times=TIMES_SLOW),
    }


def _wiring(world: World, transaction: Transaction, gateway: StripeGateway) -> Wiring:
    return Wiring(
        settings=world.settings, clock=world.clock, transaction=transaction, gateway=gateway
    )


def _print(found: dict[int, dict[str, Measured]]) -> None:
    table = Table(title="CPU and statements a request, by open invoices of the customer")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "request" else "right")
    for name in ("hello", "bare page", "home", "invoice list", *SLOW):
        for size, measured in found.items():
            row, hello, bare = measured[name], measured["hello"], measured["bare page"]
            table.add_row(
                name,
                f"{size:,}",
                f"{row.cpu_ms:.2f}",
                f"{row.p95_ms:.2f}",
                f"{row.cpu_ms / hello.cpu_ms:.1f}",
                f"{row.cpu_ms / bare.cpu_ms:.1f}",
                str(row.statements),
            )
    console = Console(width=100)
    console.print(table)
    first, last = found[SIZES[0]]["invoice list"], found[SIZES[-1]]["invoice list"]
    console.print(
        f"invoice list, p95 of {SIZES[-1]:,} over p95 of {SIZES[0]}:"
        f" {last.p95_ms / first.p95_ms:.2f} (goal: at most {SPREAD_MAX})"
    )
