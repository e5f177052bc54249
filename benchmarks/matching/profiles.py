"""Whose customers, numbers and noise a world has. "tuned" is for development, "shifted" never."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.matching.numbering import Scheme

MIX: Mapping[str, float] = {
    "one_ref": 31,
    "batch_refs": 13,
    "one_noref": 8,
    "discount": 6,
    "batch_noref": 5,
    "instalment": 5,
    "one_rf": 4,
    "batch_credit": 4,
    "bank_fee": 4,
    "short_pay": 3,
    "po_ref": 3,
    "over_pay": 2,
    "batch_range": 2,
    "card_payout": 1,
    "dup_closed": 3.5,
    "prepay": 3.5,
    "foreign": 3.5,
}
Bending = Callable[[str, random.Random], str]
UNMATCHABLE = ("dup_closed", "prepay", "foreign")


def shares(text: str) -> dict[str, float]:
    """ "a=3 b=1" as a table of shares; they need not sum to anything."""
    pairs = (word.split("=") for word in text.split())
    return {name: float(share) for name, share in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way money comes: what it cuts, and whether a machine read it from paper."""

    name_width: int
    text_width: int
    line_width: int = 0  # 0: the text is not broken into lines
    account_share: float = 1.0  # of its payments that show the payer's account
    is_read: bool = False
    in_capitals: float = 0.5


SEPA = Channel(name_width=70, text_width=140)
CHANNELS: Mapping[str, Channel] = {
    "sepa": SEPA,
    "ach": Channel(name_width=22, text_width=80, account_share=0.5, in_capitals=0.9),
    "wire": Channel(name_width=35, text_width=140, line_width=35, account_share=0.7),
    "lockbox": Channel(name_width=30, text_width=80, account_share=0.6, is_read=True),
    "cheque": Channel(name_width=30, text_width=60, account_share=0.3, is_read=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything that makes one kind of world; shares are from 0 to 1."""

    countries: Mapping[str, float]
    main_schemes: tuple[Scheme, ...]
    side_schemes: tuple[Scheme, ...]
    order_templates: tuple[str, ...]
    customer_templates: tuple[str, ...]
    misreads: Mapping[str, str]
    layouts: Mapping[str, float]
    channels: Mapping[str, float] = field(
        default_factory=lambda: {"sepa": 60, "ach": 14, "wire": 12, "lockbox": 9, "cheque": 5}
    )
    channel_kinds: Mapping[str, Channel] = field(default_factory=lambda: CHANNELS)
    mix: Mapping[str, float] = field(default_factory=lambda: MIX)
    styles: Mapping[str, float] = field(
        default_factory=lambda: {"full": 52, "plain": 14, "digits": 16, "tail": 11, "spaced": 7}
    )
    siblings: float = 0.06
    known_accounts: float = 0.4
    third_parties: float = 0.05
    misspelt_names: float = 0.02
    shortened_words: float = 0.04
    typed_wrong: float = 0.025  # of the numbers a person keyed
    read_wrong: float = 0.08  # of the numbers a machine read from paper
    reused_numbers: float = 0.012
    incomplete_lists: float = 0.06
    distractors: float = 0.1  # of the payments that show a number of the payer's own
    discounts: tuple[tuple[int, int], ...] = ((2, 10), (3, 8), (2, 14))  # per cent, days
    fees: tuple[int, ...] = (500, 750, 1000, 1250, 1500, 1800, 2000, 2500)
    bend_number: Bending | None = None  # what else may happen to a number, a text, a name
    bend_text: Bending | None = None
    bend_name: Bending | None = None


TUNED = Profile(
    countries=shares("DE=34 AT=8 CH=6 GB=18 US=16 FR=6 IT=3 ES=3 NL=3 PL=1 SE=2"),
    main_schemes=(
        Scheme(template="INV-{yyyy}-{n:05d}"),
        Scheme(template="{n:08d}", low=20_000_000, high=80_000_000),
        Scheme(template="{n}", low=100_000, high=800_000),
        Scheme(template="{n}", low=1_200_000_000, high=9_100_000_000, gap_max=400),
        Scheme(template="R{yy}{n:05d}"),
        Scheme(template="{yyyy}/{n:05d}"),
        Scheme(template="IN{n:07d}", low=1, high=3_000_000, gap_max=9),
        Scheme(template="{n}", low=40_000, high=60_000),
    ),
    side_schemes=(
        Scheme(template="{n:06d}", low=1, high=90_000),
        Scheme(template="S{n:09d}", low=10_000_000, high=90_000_000),
        Scheme(template="{yy}-{n:04d}", low=1, high=4_000),
        Scheme(template="{n}{a}{b}", low=10_000, high=90_000),
        Scheme(template="{a}{n:06d}", low=1, high=500_000),
        Scheme(template="X{yyyy}{mm:02d}{n:04d}", low=1, high=2_000),
    ),
    order_templates=("45{n:08d}", "PO-{n:05d}", "{n:06d}", "B{n:05d}"),
    customer_templates=("C{n:05d}", "{n}", "1{n:06d}"),
    misreads={"0": "O", "1": "I", "5": "S", "8": "B", "O": "0", "S": "5"},
    layouts=shares("labelled=30 listed=26 bare=12 each=8 amounts=6 short=6 edi=4 swift=4 dated=4"),
)
SHIFTED = Profile(
    countries=shares("DE=14 AT=2 CH=6 GB=8 US=10 FR=16 IT=14 ES=12 NL=10 PL=4 SE=4"),
    main_schemes=(
        Scheme(template="RE{yy}{n:06d}", low=1, high=300_000),
        Scheme(template="F{yyyy}/{n:05d}"),
        Scheme(template="{n:07d}-{c}", low=1_000, high=5_000_000),
        Scheme(template="RE-{n}", low=10_000, high=900_000),
        Scheme(template="FC {yyyy} {n:05d}"),
        Scheme(template="{yy}{mm:02d}{n:05d}", low=1, high=20_000),
    ),
    side_schemes=(
        Scheme(template="G-{n:05d}", low=1, high=50_000),
        Scheme(template="{n:05d}/B", low=1, high=60_000),
        Scheme(template="{a}{b}-{n:05d}", low=1, high=60_000),
        Scheme(template="{n}", low=700_000, high=990_000),
    ),
    order_templates=("BE{yy}-{n:05d}", "{n:07d}", "PRJ {n:04d}", "7{n:07d}"),
    customer_templates=("K-{n:05d}", "D{n:06d}", "7{n:05d}"),
    misreads={"0": "D", "1": "l", "2": "Z", "6": "G", "7": "T", "Z": "2", "G": "6"},
    layouts=shares(
        "labelled=22 listed=18 bare=16 each=8 amounts=8 short=10 edi=4 swift=4 dated=6 plus=4"
    ),
    styles={"full": 44, "plain": 18, "digits": 18, "tail": 12, "spaced": 8},
    third_parties=0.1,
    misspelt_names=0.03,
    shortened_words=0.08,
    typed_wrong=0.035,
    read_wrong=0.1,
    distractors=0.14,
    discounts=((3, 10), (2, 8), (4, 7), (2, 20)),
    fees=(300, 650, 900, 1100, 1400, 1700, 2200, 3000),
)
