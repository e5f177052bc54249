"""What a head office costs: home and the choice of accounts of who looks after many branches.

Like `pages`: CPU of the worker that serves, as a multiple of the bare page in the same rounds, and
the statements that the same app sends from this process.
"""

import uuid
from functools import partial

from rich.console import Console
from rich.table import Table

from benchmarks.bare import bare_app
from benchmarks.browsers import InProcess, OverHttp, Reader
from benchmarks.loading import load_invoices, tidy
from benchmarks.measuring import Act, Measured, count, measure
from benchmarks.sandboxes import a_sandbox, gateway_to
from benchmarks.served import Served, a_server
from benchmarks.worlds import Debtor, World, a_debtor, a_world
from foundation.web.requests import Wiring
from portal.app import create_app as create_portal
from receivables.actions.customers import add_contact, open_account
from receivables.models import ContactRole
from sandbox.serve import Sandbox

BRANCHES = (1, 200)
INVOICES = 20  # of each branch
TIMES = 20
PAGES = {"home": "/", "invoice list": "/invoices", "choice of accounts": "/accounts"}


def main() -> int:
    """Print the table; 1 when a page sends more statements for more branches."""
    with a_world() as world, a_sandbox() as sandbox, a_server(world, sandbox) as server:
        heads = {branches: _a_head(world, branches) for branches in BRANCHES}
        tidy(world)
        world.prove()
        found = {branches: _measured(head, server) for branches, head in heads.items()}
        sent = {branches: _counted(world, head, sandbox) for branches, head in heads.items()}
    _print(found, sent)
    fewest, most = (sent[branches] for branches in BRANCHES)
    return int(fewest != most)


def _a_head(world: World, branches: int) -> Debtor:
    """A head office with so many branches; its one admin looks after all of them."""
    head = a_debtor(world, f"Head office of {branches}")
    load_invoices(world, head.customer_id, INVOICES)
    for place in range(branches):
        load_invoices(world, _a_branch(world, head, place), INVOICES)
    return head


def _a_branch(world: World, head: Debtor, place: int) -> uuid.UUID:
    with world.app() as session:
        branch_id = open_account(
            session,
            number=f"B{uuid.uuid4().hex[:8]}",
            name=f"Branch {place}",
            language="en",
            country="GB",
            net_days=30,
            deed=world.deed(),
            parent_id=head.customer_id,
        )
        add_contact(
            session,
            customer_id=branch_id,
            person_id=head.person_id,
            role=ContactRole.ADMIN,
            deed=world.deed(branch_id),
        )
    return branch_id


def _acts(head: Debtor, reader: Reader, plain: Reader) -> dict[str, Act]:
    """Each page as the admin sees it who looks at the head office itself."""
    reader.sign_in(head.email)
    chosen = {**reader.form("/accounts", "/accounts"), "customer_id": str(head.customer_id)}
    reader.post("/accounts", chosen)
    acts = {name: Act(partial(reader.get, path)) for name, path in PAGES.items()}
    return {"bare page": Act(partial(plain.get, "/bare/page")), **acts}


def _measured(head: Debtor, server: Served) -> dict[str, Measured]:
    reader, plain = (Reader(OverHttp(server.url)) for _ in range(2))
    return measure(_acts(head, reader, plain), server.cpu_ms, times=TIMES)


def _counted(world: World, head: Debtor, sandbox: Sandbox) -> dict[str, int]:
    wiring = Wiring(
        settings=world.settings,
        clock=world.clock,
        transaction=world.portal,
        gateway=gateway_to(sandbox),
    )
    origin = world.settings.portal_url
    reader = Reader(InProcess(create_portal(wiring), origin))
    plain = Reader(InProcess(bare_app(world.app), origin))
    engines = (world.portal.engine, world.app.engine)
    return {name: count(act, engines) for name, act in _acts(head, reader, plain).items()}


def _print(found: dict[int, dict[str, Measured]], sent: dict[int, dict[str, int]]) -> None:
    table = Table(title="What a head office costs, by its branches")
    for heading in ("request", "branches", "CPU ms", "p95 wall", "x bare page", "SQL"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    for name in PAGES:
        for branches, measured in found.items():
            row, bare = measured[name], measured["bare page"]
            table.add_row(
                name,
                f"{branches:,}",
                f"{row.cpu_ms:.2f}",
                f"{row.wall_p95_ms:.1f}",
                f"{row.cpu_ms / bare.cpu_ms:.1f}",
                str(sent[branches][name]),
            )
    Console(width=100).print(table)
