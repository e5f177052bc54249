"""The town whose people press buttons; each test makes what it presses them on."""

from collections.abc import Iterator

import pytest

from tests.access.canaries import Canaries, told_everything
from tests.access.settling import a_town, town_settings
from tests.access.town import Town


@pytest.fixture(scope="session")
def town(clones, tmp_path_factory) -> Iterator[Town]:
    """One for all tests of a worker."""
    with clones() as database:
        yield a_town(database, town_settings(database, str(tmp_path_factory.mktemp("var"))))


@pytest.fixture(scope="session")
def canaries(clones, tmp_path_factory) -> Iterator[Canaries]:
    """A town of its own that nobody changes: whose word is whose stays true."""
    with (
        clones() as database,
        told_everything(database, str(tmp_path_factory.mktemp("var"))) as canaries,
    ):
        yield canaries
