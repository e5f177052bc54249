"""What a bookkeeper types: each command does one thing to one document, or says why not."""

import re

import pytest
from click.testing import CliRunner

from receivables.models import Customer
from serve.__main__ import commands
from tests.databases import AUDIT_KEY
from tests.factories.books import an_account, an_invoice


@pytest.fixture
def typed(database, tmp_path, transaction):
    """Run a command; its exit code and what it says. Invoice F-1 of 1,000 euro is long overdue."""
    with transaction() as session:
        account = an_account(session, name="Durand")
        an_invoice(session, account, 100_000, number="F-1")
        customer = session.get_one(Customer, account.customer_id).number
    env = {
        "DATABASE_URL": database.app_url,
        "DATABASE_PORTAL_URL": database.portal_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "QUITTANCE_VAR": str(tmp_path),
        "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
    }

    def run(*words):
        words = [customer if word == "CUSTOMER" else word for word in words]
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


def test_dollars_are_exchanged_pay_an_invoice_and_everything_is_undone(typed):
    reason = ("--reason", "wrong rate")
    said = typed("receive-transfer", "FR01", "CUSTOMER", "1,080.00", "USD")[1]
    dollars = re.search(r"R-\d+", said)[0]
    refused = typed("apply-receipt", dollars, "FR01", "F-1", "--difference", "tolerance")[1]

    code, said = typed("exchange-receipt", dollars, "EUR", "0.925")
    euros = re.search(r"R-\d+", said)[0]
    settled = typed("apply-receipt", euros, "FR01", "F-1", "--difference", "fx_difference")

    assert "before it is exchanged" in refused
    assert (code, said) == (0, f"It became receipt {euros}: 999.00 EUR.")
    assert settled == (0, "F-1 is settled; the difference of 1.00 EUR is booked: fx_difference.")
    assert "Refused" in typed("undo-exchange", euros, *reason)[1]
    assert typed("undo-application", euros, "FR01", "F-1", *reason)[1] == "Applications undone: 1."
    assert typed("undo-exchange", euros, *reason) == (0, f"{euros} is exchanged back.")


def test_a_transfer_with_its_fee_pays_a_part_and_the_rest_is_written_off(typed):
    said = typed("receive-transfer", "FR01", "CUSTOMER", "590.00", "EUR", "--fee", "10.00")[1]
    receipt = re.search(r"R-\d+", said)[0]

    assert typed("apply-receipt", receipt, "FR01", "F-1") == (
        0,
        f"600.00 EUR of {receipt} settle F-1.",
    )
    assert typed("write-off", "FR01", "F-1", "--reason", "goodwill") == (
        0,
        "400.00 EUR of F-1 are written off.",
    )
    assert typed("undo-write-off", "FR01", "F-1", "--reason", "he pays")[1] == (
        "400.00 EUR of F-1 are owed again."
    )


def test_a_customer_stands_as_it_is_told_and_once(typed):
    insolvent = ("set-standing", "CUSTOMER", "insolvent", "--reason", "the court wrote")

    assert typed(*insolvent)[1].endswith("stands as insolvent.")
    assert typed(*insolvent)[1].endswith("already.")
