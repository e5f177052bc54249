"""G4: all 720 orders of six messages, each told thrice, of two lives of a payment: one end.

Lives: a card declined, then paid; a bank debit paid, then taken back. It ends when every order of
both has been tried, or when the time is over; the next run goes on from there.
"""

import itertools
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask import Flask

from payments.card.gateway import StripeGateway
from sandbox.stripe.world import DEFAULT_SIGNING, StripeWorld
from serve import postgres
from tests import databases
from tests.campaigns.records import Record
from tests.campaigns.stage import a_server
from tests.clocks import FixedClock
from tests.factories.books import an_account
from tests.factories.work import an_api
from tests.payments.conftest import Till
from tests.payments.orders import MESSAGES, card_trouble, debit_trouble

Trouble = Callable[[Till, Flask, Sequence[int]], str]

LIVES: dict[str, Trouble] = {"card": card_trouble, "debit": debit_trouble}
ORDERS = tuple(itertools.permutations(range(MESSAGES)))
ORDERS_A_COMPANY = 40  # then a new one: its books grow, and each look at them takes longer


def run(wanted: Namespace) -> int:
    """Every order of every life, a company after the other; 1 when one ended otherwise."""
    record = Record.kept("orders", wanted.seed, is_kept=True)
    ends = time.monotonic() + wanted.minutes * 60
    plays = [(name, order) for name in LIVES for order in ORDERS]
    with a_server(wanted.server) as (server, template):
        while record.done < len(plays) and time.monotonic() < ends:
            with a_till(server, template) as (till, api):
                for name, order in plays[record.done :][:ORDERS_A_COMPANY]:
                    record.note(f"{name} {order}", {name: 1}, LIVES[name](till, api, order))
                if found := till.findings():
                    record.note("books", {"findings": len(found)}, str(found))
    record.close(f"of {len(plays)} orders")
    return 1 if record.failed else 0


@contextmanager
def a_till(server: postgres.Server, template: str) -> Iterator[tuple[Till, Flask]]:
    """A company of its own with a played card company, and its face of machines."""
    with databases.cloned(server, template) as database:
        clock, transaction = FixedClock(), database.transaction(postgres.APP)
        world = StripeWorld(clock.now)
        gateway = StripeGateway(world.client(), webhook_secrets=[DEFAULT_SIGNING])
        with transaction() as session:
            account = an_account(session)
        till = Till(
            transaction=transaction, gateway=gateway, world=world, clock=clock, account=account
        )
        yield till, an_api(till.desk())
