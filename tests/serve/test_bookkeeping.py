"""What a bookkeeper types: each command does one thing to one document, or says why not."""

import re

import pytest
from click.testing import CliRunner

from serve.__main__ import commands
from tests.databases import AUDIT_KEY
from tests.factories.books import an_account, an_invoice


@pytest.fixture
def typed(database, tmp_path, transaction):
    """Run a command; its exit code and what it says. Invoice F-1 of 100 euro is long overdue."""
    with transaction() as session:
        an_invoice(session, an_account(session, name="Durand"), 10_000, number="F-1")
    env = {
        "DATABASE_URL": database.app_url,
        "DATABASE_PORTAL_URL": database.portal_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "QUITTANCE_VAR": str(tmp_path),
        "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
    }

    def run(*words):
        done = CliRunner().invoke(commands, words, env=env)
        return done.exit_code, done.output.strip()

    return run


def test_a_late_fee_and_interest_are_charged_and_one_is_cancelled(typed):
    code, said = typed("charge-late-fee", "FR01", "F-1", "40.00")
    number = re.search(r"LC-\d+", said)[0]

    assert (code, said[: said.index(",")]) == (0, f"{number} is charged: 40.00 EUR")
    assert (
        "Refused: a late fee for invoice F-1 stands"
        in typed("charge-late-fee", "FR01", "F-1", "40.00")[1]
    )
    assert "is charged" in typed("charge-interest", "FR01", "F-1", "9.5")[1]
    assert typed("cancel-charge", "FR01", number, "--reason", "agreed") == (
        0,
        f"{number} is cancelled.",
    )
    assert typed("cancel-charge", "FR01", "F-9", "--reason", "agreed")[0] == 1
    assert "is not above zero" in typed("charge-interest", "FR01", "F-1", "0")[1]
