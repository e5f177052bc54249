"""One committed company for all tests of a module that only read it or fail to change it."""

from collections.abc import Iterator

import pytest

from tests.factories.standing import Standing, a_standing_company


@pytest.fixture(scope="module")
def standing(clones) -> Iterator[Standing]:
    """Two customers with a past, in a database of this module's own."""
    with clones() as database:
        yield a_standing_company(database)
