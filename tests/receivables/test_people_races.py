"""Two admins remove each other in the same moment: one of them stays."""

import uuid
from collections.abc import Callable

import pytest

from foundation.database import Transaction, engine_of
from receivables.actions.contacts import set_rights
from receivables.errors import MayNotManage, NoAdminLeft
from receivables.models import ContactRole
from receivables.queries.contacts import admins_by_account
from serve import postgres
from tests.databases import AUDIT_KEY, Database
from tests.factories.books import Account, a_colleague, an_account
from tests.races import at_once

ROUNDS = 6


def duel(database: Database, *, locking: bool) -> list[int]:
    """In each round two admins end each other; how many are left after each."""
    engine = engine_of(database.url(postgres.APP), pool=4)
    sober = Transaction(engine, audit_key=AUDIT_KEY)
    racing = Transaction(engine, audit_key=AUDIT_KEY, locking=locking)
    left = []
    for _ in range(ROUNDS):
        with sober() as session:
            first = an_account(session, role=ContactRole.ADMIN)
            second = a_colleague(session, first.customer_id, role=ContactRole.ADMIN)
        outcomes = at_once([removal(racing, first, second), removal(racing, second, first)])
        assert {type(one) for one in outcomes} <= {bool, MayNotManage, NoAdminLeft}
        with sober() as session:
            left.append(len(admins_by_account(session, [first.customer_id])[first.customer_id]))
    engine.dispose()
    return left


def removal(transaction: Transaction, actor: Account, target: Account) -> Callable[[], object]:
    customer_id: uuid.UUID = actor.customer_id

    def act() -> object:
        with transaction(customer=customer_id, lock={"customer": [customer_id]}) as session:
            return set_rights(
                session,
                person_id=target.person_id,
                wanted={customer_id: None},
                deed=actor.deed(),
            )

    return act


@pytest.mark.parametrize("locking", [True, False])
def test_one_admin_is_left_with_the_lock_and_none_without_it(fresh_database, locking):
    left = duel(fresh_database, locking=locking)

    assert (set(left) == {1}) if locking else (0 in left)
