"""One town for all tests that only look, and one for those that press buttons."""

from collections.abc import Iterator

import pytest

from foundation.settings import Settings
from tests.access.town import Town, a_town
from tests.databases import AUDIT_KEY, Database


def town_settings(database: Database, var: str) -> Settings:
    """What both faces would read from their environment."""
    return Settings.from_environment(
        {
            "QUITTANCE_MODE": "test",
            "DATABASE_URL": database.app_url,
            "DATABASE_PORTAL_URL": database.portal_url,
            "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
            "QUITTANCE_SELLER_NAME": "The Seller",
            "QUITTANCE_VAR": var,
        }
    )


@pytest.fixture(scope="session")
def quiet_town(clones, tmp_path_factory) -> Iterator[Town]:
    """Looked at, never changed: what it says of itself stays true."""
    with clones() as database:
        yield a_town(database, town_settings(database, str(tmp_path_factory.mktemp("var"))))


@pytest.fixture(scope="session")
def town(clones, tmp_path_factory) -> Iterator[Town]:
    """Its people press buttons; each test makes what it presses them on."""
    with clones() as database:
        yield a_town(database, town_settings(database, str(tmp_path_factory.mktemp("var"))))
