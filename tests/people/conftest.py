"""A person with a password, committed in the test's own database."""

import pytest

from foundation.database import Transaction
from people.models import Person
from tests.clocks import FixedClock
from tests.people.people import a_person


@pytest.fixture
def marie(transaction: Transaction, clock: FixedClock) -> Person:
    with transaction() as session:
        return a_person(session, clock)
