"""What payers write, one line each: the text, the amount, and the numbers that are meant."""

import pytest

from tests.matching.small_ledger import BETA, GAMMA, a_payment, decided, numbers_of

ONE, TWO, THREE, FOUR = (f"INV-2025-00{n}" for n in ("101", "102", "103", "110"))
CREDIT = "CN-2025-00007"

WRITTEN = [
    ("INV-2025-00101", 119_00, [ONE]),
    ("inv 2025 00101", 119_00, [ONE]),
    ("INV202500101", 119_00, [ONE]),
    ("Invoice no. 2025/00101 thank you", 119_00, [ONE]),
    ("re. 00101", 119_00, [ONE]),
    ("Rechnung 101", 119_00, [ONE]),
    ("INV-2025-\n00101", 119_00, [ONE]),
    ("INV-2O25-OO1O1", 119_00, [ONE]),
    ("RMR*IV*INV-2025-00101**119.00\\", 119_00, [ONE]),
    ("/ROC/INV-2025-00101", 119_00, [ONE]),
    ("INV-2025-00101 dated 11.05.2025", 119_00, [ONE]),
    ("INV-2025-00101;INV-2025-00102", 357_50, [ONE, TWO]),
    ("INV-2025-00101, 102, 103", 435_27, [ONE, TWO, THREE]),
    ("INV-2025-00101 - INV-2025-00103", 435_27, [ONE, TWO, THREE]),
    ("2025-00101 bis 103", 435_27, [ONE, TWO, THREE]),
    ("INV-2025-00102 less CN-2025-00007", 188_50, [TWO, CREDIT]),
    ("INV-2025-00102 minus credit", 188_50, [TWO, CREDIT]),
    ("", 119_00, [ONE]),
    ("thank you", 238_50, [TWO]),
    ("your ref 00110 our ref 9988776", 1_450_00, [FOUR]),
    ("INV-2025-00110 part payment 1/2", 725_00, [FOUR]),
    ("INV-2025-00110 bank charges deducted", 1_435_00, [FOUR]),
]


@pytest.mark.parametrize(("text", "minor", "meant"), WRITTEN, ids=[w[0][:30] for w in WRITTEN])
def test_what_is_meant_is_suggested_first(text, minor, meant):
    payment = a_payment(minor, text)

    (decision,) = decided(payment)

    assert numbers_of(decision) == sorted(meant)


NAMES = [
    ("BELLEVUE PAPETERIE", "", 333_33, ["INV-2025-00201"]),
    ("Bellevue Papetrie S.A.R.L.", "", 333_33, ["INV-2025-00201"]),
    ("BELLEVUE PAPET", "", 640_10, ["INV-2025-00202"]),
    ("", BETA.accounts[0], 640_10, ["INV-2025-00202"]),
    ("Somebody Else", "fr76 3000 6000 0112 3456 7890 189", 333_33, ["INV-2025-00201"]),
    ("OAKHAM TIMBER LIMITED", "", 812_40, ["INV-2025-00302"]),
]


@pytest.mark.parametrize(("name", "account", "minor", "meant"), NAMES)
def test_the_payer_is_known_by_name_or_account(name, account, minor, meant):
    payment = a_payment(minor, payer_name=name, payer_account=account)

    (decision,) = decided(payment)

    assert numbers_of(decision) == meant


def test_a_purchase_order_stands_for_all_it_was_billed_with():
    payment = a_payment(5_812_40, "PO 4500012345", payer_name=GAMMA.names[0], payer_account="")

    (decision,) = decided(payment)

    assert numbers_of(decision) == ["INV-2025-00301", "INV-2025-00302"]


def test_a_creditor_reference_stands_for_its_number():
    payment = a_payment(119_00, "RF97 INV2 0250 0101", payer_name="", payer_account="")

    (decision,) = decided(payment)

    assert numbers_of(decision) == [ONE]


def test_another_currency_is_another_debt():
    payment = a_payment(119_05, "INV-2025-00203", payer_name=BETA.names[0], payer_account="")

    (decision,) = decided(payment)

    assert "INV-2025-00203" not in numbers_of(decision)
