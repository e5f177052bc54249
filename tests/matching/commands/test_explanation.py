"""An explanation is what a bookkeeper can check with a pencil."""

import datetime as dt

import pytest

from matching.commands.deciding import Decided
from matching.commands.decisions import rows_of
from matching.commands.explanation import explanation
from matching.commands.words import marked_text
from matching.values import (
    Claim,
    Decision,
    Evidence,
    OpenItem,
    Payment,
    Proposal,
    Residual,
    Verdict,
)

TEXT = "INV 20260417 less CN 550"


def item(item_id, number, minor, customer_id="K1"):
    return OpenItem(
        id=item_id, number=number, customer_id=customer_id, open_minor=minor, currency="EUR"
    )


ITEMS = {
    one.id: one
    for one in (
        item("I1", "20260417", 125_000),
        item("I2", "CN-550", -5_050),
        item("I3", "20260418", 119_950),
    )
}


def proposal(*claims, probability=0.9987, **change):
    usual = {
        "residual": Residual.EXACT,
        "residual_minor": 0,
        "evidence": (
            Evidence(kind="named_full", points=4.25, start=4, end=12, item_id="I1"),
            Evidence(kind="sum", points=2.5, detail="119950 = 119950 +0"),
            Evidence(kind="payer_elsewhere", points=-0.75),
            Evidence(kind="paid_early", points=-0.03),
            Evidence(kind="words", points=0.01),
        ),
        "score": 5.98,
        "solutions": 1,
    }
    claimed = tuple(Claim(item_id=item_id, amount_minor=minor) for item_id, minor in claims)
    return Proposal(claims=claimed, probability=probability, **{**usual, **change})


def decided(best, rival=None, verdict=Verdict.AUTO, reasons=("certain",), text=TEXT, **change):
    payment = Payment(
        id="P1",
        paid_on=dt.date(2026, 3, 30),
        amount_minor=119_950,
        currency="EUR",
        payer_name="Harbour Ropes",
        text=text,
        **change,
    )
    decision = Decision(
        payment_id="P1",
        verdict=verdict,
        best=best,
        runner_up=rival,
        reasons=reasons,
        lane="sets",
        model="7",
    )
    left = {item_id: one.open_minor for item_id, one in ITEMS.items()}
    return Decided(ledger="L1", payment=payment, decision=decision, items=ITEMS, left=left)


BEST = proposal(("I1", 125_000), ("I2", -5_050))
RIVAL = proposal(("I3", 119_950), probability=0.0012)


def test_an_explanation_shows_text_sums_reasons_rival_and_points():
    told = explanation(decided(BEST, RIVAL))

    assert (
        told
        == """\
Payment P1 (ledger L1), 2026-03-30
  amount  1,199.50 EUR
  payer   Harbour Ropes
  text    INV »20260417« less CN 550

AUTO: applied without anybody looking
  because the explanation is all but certain and has no rival

Best explanation
  20260417                   K1                         1,250.00
  CN-550                     K1                           -50.50
  sum of these                                          1,199.50
  payment                                               1,199.50
  difference to what is open                                0.00  exact

What speaks for it
     +4.25  20260417 stands in the text as "20260417"
     +2.50  the sum: 1199.50 = 1199.50 + 0.00

What speaks against it
     -0.75  the payer's account belongs to another customer

     -0.02  is what the rest weighs
     +5.98  is the sum of the points
  probability 0.9987; of 10,000 such explanations about 9,987 are right
  found by sets, judged by model 7

Runner-up, probability 0.0012
  20260418                   K1                         1,199.50
  sum of these                                          1,199.50
  payment                                               1,199.50
  difference to what is open                                0.00  exact
  only in the best explanation: 20260417, CN-550
  only in the runner-up: 20260418
"""
    )


def test_a_part_of_an_item_is_shown_with_what_is_open():
    told = explanation(decided(proposal(("I1", 119_950), residual=Residual.PART)))

    assert "  1,199.50  of 1,250.00 open\n" in told
    assert "one item, paid in part" in told
    assert told.endswith("Runner-up: none\n")


def test_a_payment_without_explanation_says_why():
    told = explanation(decided(None, verdict=Verdict.UNMATCHED, reasons=("payer_unknown",)))

    assert "UNMATCHED: nothing is applied" in told
    assert "because nobody knows the payer, and the text names nothing of ours" in told
    assert told.endswith("No explanation was found.\n")


def test_nothing_a_payer_writes_steers_the_terminal():
    hostile = "\x1b]0;owned\x07\x1b[2J\u202e\r\n\0 ok"

    told = explanation(decided(BEST, RIVAL, text=hostile, payer_account="\x1b[31m"))

    assert all(character.isprintable() for character in told.replace("\n", ""))
    assert "\\x1b]0;owned\\x07" in told.replace("\u00bb", "").replace("\u00ab", "")


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([], "INV 12, 34"),
        ([(4, 6)], "INV »12«, 34"),
        ([(8, 10), (4, 6)], "INV »12«, »34«"),
        ([(4, 6), (5, 8)], "INV »12, «34"),
        ([(0, 0)], "INV 12, 34"),
        ([(4, 4_000)], "INV »12, 34«"),
    ],
)
def test_places_in_the_text_are_marked(spans, marked):
    evidence = [Evidence(kind="named_full", points=1, start=a, end=b) for a, b in spans]

    assert marked_text("INV 12, 34", evidence) == marked


def test_a_decision_is_a_row_for_each_item():
    first, second = rows_of(decided(BEST, RIVAL))

    assert (first["invoice_id"], str(first["amount"])) == ("I1", "1250.00")
    assert (second["invoice_number"], str(second["amount"])) == ("CN-550", "-50.50")
    assert first["item_evidence"] == '20260417 stands in the text as "20260417"'
    assert second["item_evidence"] == ""
    assert first["payment_evidence"] == second["payment_evidence"]
    assert first["payment_evidence"] == (
        "the sum: 1199.50 = 1199.50 + 0.00; the payer's account belongs to another customer"
    )
    assert (first["runner_up"], str(first["runner_up_probability"])) == ("20260418", "0.001200")
    assert str(first["probability"]) == "0.998700"


def test_a_decision_without_items_is_one_row():
    (row,) = rows_of(decided(None, verdict=Verdict.UNMATCHED, reasons=("nothing_fits",)))

    assert (row["payment_id"], row["verdict"], "invoice_id" in row) == ("P1", "unmatched", False)
    assert row["reasons"] == "no set of open items explains the payment"
