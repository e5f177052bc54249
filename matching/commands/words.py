"""What the engine's codes mean in English; a face in another language has a table of its own.

Nothing that comes from a payer reaches a terminal as it is: see `printable`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from foundation.money import Money
from matching.values import Evidence, OpenItem, Payment, Residual, Verdict

# What a fact of this kind says; whether it speaks for or against is told by its points.
KINDS: Final[Mapping[str, str]] = {
    "named_full": "{number} stands in the text{span}",
    "named_serial": "the running number of {number} stands in the text{span}",
    "named_order": "the purchase order of {number} stands in the text{span}",
    "named_near": "{number} stands in the text with a slip{span}",
    "unnamed": "the text does not name {detail} of these items",
    "named_elsewhere": "the text names other items than these",
    "number_unknown": "numbers in the text belong to nothing we know",
    "number_shared": "a number in the text is that of items of several customers",
    "already_settled": "the text names what was settled before: {detail}",
    "sum": "the sum: {sum}",
    "instalment": "the payment is one of {detail} equal parts of the item",
    "amount_written": "the amounts of these items stand in the text",
    "payer": "the payer: {payer}",
    "payer_unlike": "the payer's name is not this customer's, or more like another one's",
    "payer_elsewhere": "the payer's account belongs to another customer",
    "payer_refused": "a person refused this payer for this customer before",
    "coincidence": "{solutions}",
    "rivals": "other items, or sets of them, fit as well",
    "chance_rare": "a sum like this hardly comes about by accident",
    "chance_common": "a sum like this easily comes about by accident",
    "belongs_together": "paid as payers pay: {together}",
    "picked": "the items are picked from among others",
    "paid_late": "paid after it was due",
    "paid_early": "paid before it was due",
    "list_incomplete": "the text does not name everything it pays",
    "says_early": "the text speaks of a payment in advance",
    "words": "the other words of the text fit",
    "size": "the more items, and the more are open, the less certain",
    "credits": "credit notes are taken off",
    "several_customers": "the items are those of several customers",
    "prior": "where every explanation starts",
    "small_things": "everything that weighs little, taken together",
}

REASONS: Final[Mapping[str, str]] = {
    "certain": "the explanation is all but certain and has no rival",
    "likely": "the explanation is likely, not certain",
    "improbable": "the best explanation is too improbable to be worth a look",
    "rival": "another explanation is likely, too",
    "tie": "another set of items fits as well, and nothing tells them apart",
    "difference": "the sum does not fit, and no known discount explains the difference",
    "which_is_short": "less came than is open, and nothing tells which of the items is short",
    "not_countable": "the customer owes so much that other sets may fit which nobody can count",
    "number_unknown": "the text names a number that is none of these items",
    "says_early": "the text speaks of a payment in advance",
    "list_incomplete": "the text does not name everything that was paid",
    "already_claimed": "another payment has the better claim on these items",
    "awaits_review": "an earlier payment waits for a person to apply it to these items",
    "already_settled": "the text names only what was settled before: is it paid twice?",
    "nothing_received": "no money came in",
    "payer_unknown": "nobody knows the payer, and the text names nothing of ours",
    "nothing_fits": "no set of open items explains the payment",
}

RESIDUALS: Final[Mapping[Residual, str]] = {
    Residual.EXACT: "exact",
    Residual.DISCOUNT: "the agreed discount, in time",
    Residual.LATE_DISCOUNT: "the agreed discount, taken too late",
    Residual.FEE: "as a bank keeps on the way",
    Residual.SHORT: "too little, unexplained",
    Residual.OVER: "too much, unexplained",
    Residual.PART: "one item, paid in part",
}

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.AUTO: "applied without anybody looking",
    Verdict.SUGGEST: "for a person to confirm",
    Verdict.UNMATCHED: "nothing is applied",
}

_SUM: Final = re.compile(r"(-?[0-9]+) = (-?[0-9]+) ([+-][0-9]+)")
_PAYER: Final = re.compile(r"(account )?(number )?(learned )?(?:name ([0-9]+) )?(.*)", re.DOTALL)
_MARKS: Final = ("\u00bb", "\u00ab")  # around what an explanation rests on

Items = Mapping[str, OpenItem]


def evidence_in_words(evidence: Evidence, payment: Payment, items: Items) -> str:
    """One fact as a clause; a kind without words is told by its code."""
    if evidence.kind not in KINDS:
        return " ".join([evidence.kind.replace("_", " "), evidence.detail]).strip()
    words = KINDS[evidence.kind]
    item = items.get(evidence.item_id)
    span = payment.text[evidence.start : evidence.end]
    return words.format(
        number=item.number if item else evidence.detail,
        span=f' as "{span}"' if span else "",
        detail=evidence.detail,
        sum=_sum(evidence.detail, payment.currency),
        payer=_payer(evidence.detail),
        solutions=_solutions(evidence.detail),
        together=_together(evidence.detail),
    )


def reason_in_words(code: str) -> str:
    """Why a decision is what it is."""
    return REASONS.get(code, code.replace("_", " "))


def marked_text(text: str, evidence: Iterable[Evidence]) -> str:
    """The payer's text with marks around every place that evidence rests on, safe to print."""
    covered = [False] * len(text)
    for one in evidence:
        covered[one.start : one.end] = [True] * len(covered[one.start : one.end])
    pieces: list[str] = []
    for at, character in enumerate(text):
        before = covered[at - 1] if at else False
        if covered[at] != before:
            pieces.append(_MARKS[not covered[at]])
        pieces.append(printable(character))
    return "".join([*pieces, _MARKS[1] if text and covered[-1] else ""])


def printable(text: str) -> str:
    """The text with everything that could steer a terminal, or hide, written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _sum(detail: str, currency: str) -> str:
    """The engine's "12500 = 12750 -250" with decimals."""
    found = _SUM.fullmatch(detail)
    if found is None:
        return detail
    paid, open_, rest = (Money(int(part), currency) for part in found.groups())
    sign = "-" if rest.is_negative else "+"
    return f"{paid.decimal_text()} = {open_.decimal_text()} {sign} {abs(rest).decimal_text()}"


def _payer(detail: str) -> str:
    """The engine's "account number learned name 97 K1" as words."""
    found = _PAYER.fullmatch(detail)
    told = found.groups() if found else ("", "", "", None, detail)
    account, number, learned, likeness, customer = told
    known = {
        "a known account": account,
        "the customer number": number,
        "what people confirmed before": learned,
        f"a name that is {likeness} % alike": likeness,
    }
    by = " and ".join(words for words, holds in known.items() if holds)
    return f"customer {customer}, by {by}" if by else f"customer {customer}"


def _solutions(detail: str) -> str:
    known = {
        "0": "there are too many sets of the customer's items to count those of this sum",
        "1": "no other set of the customer's items has this sum",
    }
    return known.get(detail, f"{detail} sets of the customer's items have this sum")


def _together(detail: str) -> str:
    """The engine's "all_open same_due" as words; of nothing told, that they belong together."""
    known = {
        "all_open": "all that is open",
        "all_due": "all that is due",
        "oldest": "what is due first",
        "run": "neighbours",
        "same_due": "due on one day",
        "same_issue": "of one day",
    }
    told = [words for name, words in known.items() if name in detail.split()]
    return ", ".join(told) or "the items belong together"
