"""What a request costs: sign-in, home, invoice list, start of a payment, webhook (L1 to L3).

CPU is that of the worker of a served gunicorn, its own work for HTTP included, so that `hello` and
a page share it; the sandbox answers from this process. Time on the wall holds what PostgreSQL takes
too, and is what an account's size shows in. Statements are those that the same faces send to
PostgreSQL from this process. Each kind is measured for customers of 10, 1,000 and 100,000 open
invoices. Compare with "x bare page"; "x hello" depends on what the server itself costs.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial

from flask import Flask
from rich.console import Console
from rich.table import Table

from api.app import create_app as create_api
from benchmarks.acts import forget, signing_in, starting, telling
from benchmarks.bare import bare_app
from benchmarks.browsers import Client, InProcess, OverHttp, Reader
from benchmarks.loading import copy_invoices
from benchmarks.measuring import Act, Measured, count, measure
from benchmarks.sandboxes import a_sandbox, gateway_to
from benchmarks.served import Served, a_server
from benchmarks.worlds import Debtor, World, a_debtor, a_world
from foundation.database import Transaction
from foundation.web.requests import Wiring
from portal.app import create_app as create_portal
from sandbox.serve import Sandbox

SIZES = (10, 1_000, 100_000)  # the list shows 50 at most
TIMES, TIMES_SLOW = 20, 4
STATEMENTS = ("statement", "statement of a past day", "movements")  # the first two with their aging
QUICK = ("hello", "bare page", "home", "invoice list", *STATEMENTS, "webhook")
SLOW = ("start of a payment", "sign-in")
HEADINGS = ("request", "open invoices", "CPU ms", "p95 wall", "x hello", "x bare page", "SQL")
STATEMENTS_MAX = {"invoice list": 8, "webhook": 2}
# p95 on the wall of a page of the largest account over a smaller one
GOALS = {"invoice list": 1.5, **dict.fromkeys(STATEMENTS, 5)}

Found = dict[int, dict[str, Measured]]
Counted = dict[int, dict[str, int]]
Browser = Callable[[], Client]


def main() -> int:
    """Print the table; 1 when a request sends more statements than it may."""
    found: Found = {}
    sent: Counted = {}
    with a_world() as world, a_sandbox() as sandbox, a_server(world, sandbox) as server:
        for size, debtor in zip(SIZES, _debtors(world), strict=True):
            found[size] = _measured(world, debtor, sandbox, server)
            sent[size] = _counted(world, debtor, sandbox)
        world.prove()
    _print(found, sent)
    return int(any(_too_many(counts) for counts in sent.values()))


def _too_many(counts: dict[str, int]) -> bool:
    """Whether a request sends more statements than it may: the one figure no noise can excuse."""
    return any(counts[name] > most for name, most in STATEMENTS_MAX.items())


def _debtors(world: World) -> list[Debtor]:
    debtors = []
    for size in SIZES:
        debtor = a_debtor(world, f"Customer of {size}")
        copy_invoices(world, debtor.customer_id, size)
        debtors.append(debtor)
    world.prove()
    return debtors


def _acts(
    world: World,
    debtor: Debtor,
    sandbox: Sandbox,
    *,
    portal: Browser,
    api: Browser,
    bare: Browser,
) -> dict[str, Act]:
    """Every kind of request for one customer, through these browsers."""
    forget(world)
    reader, plain = Reader(portal()), Reader(bare())
    reader.sign_in(debtor.email)
    a_year_ago = world.clock.today() - dt.timedelta(days=365)
    return {
        "hello": Act(partial(plain.get, "/bare/hello")),
        "bare page": Act(partial(plain.get, "/bare/page")),
        "home": Act(partial(reader.get, "/")),
        "invoice list": Act(partial(reader.get, "/invoices")),
        "statement": Act(partial(reader.get, "/statement")),
        "statement of a past day": Act(partial(reader.get, f"/statement?on={a_year_ago}")),
        "movements": Act(partial(reader.get, "/statement?kind=movements")),
        "webhook": telling(api(), sandbox),
        "start of a payment": starting(world, debtor, reader),
        "sign-in": signing_in(world, portal, debtor),
    }


def _measured(
    world: World, debtor: Debtor, sandbox: Sandbox, server: Served
) -> dict[str, Measured]:
    """What each costs where it is served, the bare ones beside them in the same rounds."""
    browser = partial(OverHttp, server.url)
    acts = _acts(world, debtor, sandbox, portal=browser, api=browser, bare=browser)
    quick = measure({name: acts[name] for name in QUICK}, server.cpu_ms, times=TIMES)
    slow = measure({name: acts[name] for name in SLOW}, server.cpu_ms, times=TIMES_SLOW)
    return {**quick, **slow}


def _counted(world: World, debtor: Debtor, sandbox: Sandbox) -> dict[str, int]:
    """How many statements each sends."""
    portal, api = create_portal(_wiring(world, world.portal, sandbox)), _api(world, sandbox)
    acts = _acts(
        world,
        debtor,
        sandbox,
        portal=partial(InProcess, portal, world.settings.portal_url),
        api=partial(InProcess, api, world.settings.api_url),
        bare=partial(InProcess, bare_app(world.app), world.settings.portal_url),
    )
    engines = (world.portal.engine, world.app.engine)
    return {name: count(act, engines) for name, act in acts.items()}


def _api(world: World, sandbox: Sandbox) -> Flask:
    return create_api(_wiring(world, world.app, sandbox))


def _wiring(world: World, transaction: Transaction, sandbox: Sandbox) -> Wiring:
    return Wiring(
        settings=world.settings,
        clock=world.clock,
        transaction=transaction,
        gateway=gateway_to(sandbox),
    )


def _print(found: Found, sent: Counted) -> None:
    table = Table(title="CPU and statements a request, by open invoices of the customer")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "request" else "right")
    for name in (*QUICK, *SLOW):
        for size, measured in found.items():
            row, hello, bare = measured[name], measured["hello"], measured["bare page"]
            table.add_row(
                name,
                f"{size:,}",
                f"{row.cpu_ms:.2f}",
                f"{row.wall_p95_ms:.1f}",
                f"{row.cpu_ms / hello.cpu_ms:.1f}",
                f"{row.cpu_ms / bare.cpu_ms:.1f}",
                str(sent[size][name]),
            )
    console = Console(width=100)
    console.print(table)
    for name, goal in GOALS.items():
        last = found[SIZES[-1]][name].wall_p95_ms
        for size in SIZES[:-1]:
            console.print(
                f"{name} on the wall, p95 of {SIZES[-1]:,} over p95 of {size:,} invoices:"
                f" {last / found[size][name].wall_p95_ms:.2f} (goal: at most {goal})"
            )
