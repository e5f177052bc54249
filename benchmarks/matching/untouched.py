"""The profile nobody tuned anything on: its own countries, series, habits and noise.

Written when the engine was frozen, and used for measuring alone.
"""

import random
import re

from benchmarks.matching.numbering import Scheme
from benchmarks.matching.profiles import Profile, shares

STREETS = ("Rua Nova 12", "Havnegade 4", "Main St 210", "Ringstr. 8", "Mannerheimintie 5")
TAGS = ("SVWZ+", "/REMI/", "REF:", "Verwendungszweck ", "Betreff: ", "INFO ")


def bent_number(text: str, rng: random.Random) -> str:
    """A number as some other system keeps it: padded, grouped, with a line or a mark of its own."""
    kind = rng.random()
    digits = re.sub(r"\D", "", text)
    if kind < 0.03 and len(digits) >= 5:
        return digits.zfill(10)
    if kind < 0.06 and len(digits) >= 6:
        return f"{int(digits):,}".replace(",", ".")
    if kind < 0.09:
        return f"{text}{rng.choice(('-1', '/1', '/01', '.1'))}"
    if kind < 0.12:
        return rng.choice(("({})", "#{}", "No.{}", "*{}*", "[{}]")).format(text)
    if kind < 0.14:
        return text.lower()
    return text


def bent_text(text: str, rng: random.Random) -> str:
    """A text as banks pass it on: tags, stamps, the beginning twice, no blanks, no capitals."""
    kind = rng.random()
    if kind < 0.05:
        return f"{rng.choice(TAGS)}{text}"
    if kind < 0.08:
        day, minute = f"{rng.randrange(1, 29):02d}.{rng.randrange(1, 13):02d}", rng.randrange(60)
        return f"{text} DATUM {day}.2025, 09.{minute:02d} UHR"
    if kind < 0.10:
        return f"{text[:18]} {text}"
    if kind < 0.12:
        return text.replace(" ", "")
    if kind < 0.15:
        return text.lower()
    if kind < 0.18:
        return f"{text} /OCMT/EUR{rng.randrange(100, 99_999)},{rng.randrange(100):02d}/"
    return text


def bent_name(name: str, rng: random.Random) -> str:
    """A name as others file it: by order of, with the street, turned round, with a number."""
    kind = rng.random()
    words = name.split(" ")
    if kind < 0.03:
        return f"{rng.choice(('1/', 'B/O ', 'ORD: ', 'c/o '))}{name}"
    if kind < 0.07:
        return f"{name} {rng.choice(STREETS)}"
    if kind < 0.09 and len(words) > 2:
        return f"{' '.join(words[1:])}, {words[0]}"
    if kind < 0.11:
        return f"{name} {rng.randrange(10**6, 10**8)}"
    if kind < 0.13:
        return name.replace(" ", "")
    return name


UNTOUCHED = Profile(
    countries=shares("DE=10 GB=8 US=10 FR=6 NL=5 ES=4 IT=4 SE=4 PT=16 DK=14 CZ=9 FI=10"),
    main_schemes=(
        Scheme(template="A{yy}.{n:05d}"),
        Scheme(template="{n:05d}-{mm:02d}{yy}"),
        Scheme(template="SI/{yyyy}/{mm:02d}/{n:05d}"),
        Scheme(template="{n:06d}.{c}", low=10_000, high=700_000),
        Scheme(template="V {n:06d}", low=10_000, high=700_000),
        Scheme(template="{yyyy}{n:06d}{a}"),
        Scheme(template="{n}", low=3_000_000, high=9_000_000, gap_max=11),
    ),
    side_schemes=(
        Scheme(template="KR{n:05d}", low=1, high=60_000),
        Scheme(template="{n:04d}-{yy}X", low=1, high=4_000),
        Scheme(template="{n}", low=20_000, high=70_000),
        Scheme(template="P{yy}{mm:02d}.{n:03d}", low=1, high=300),
    ),
    order_templates=("R-{n:05d}", "{n:05d}/K", "33{n:06d}", "ord{n:05d}"),
    customer_templates=("{n:06d}", "A-{n:05d}", "9{n:05d}"),
    misreads={"1": "7", "3": "8", "6": "0", "5": "6", "9": "4", "0": "6", "7": "1"},
    layouts=shares(
        "labelled=24 listed=20 bare=16 each=10 amounts=8 short=6 edi=3 swift=3 dated=6 plus=4"
    ),
    channels=shares("sepa=56 ach=16 wire=14 lockbox=8 cheque=6"),
    styles=shares("full=48 plain=17 digits=18 tail=9 spaced=8"),
    siblings=0.08,
    known_accounts=0.36,
    third_parties=0.08,
    misspelt_names=0.03,
    shortened_words=0.1,
    typed_wrong=0.03,
    read_wrong=0.12,
    reused_numbers=0.015,
    incomplete_lists=0.08,
    distractors=0.16,
    discounts=((5, 7), (2, 14), (1, 30), (3, 5)),
    fees=(435, 700, 890, 1275, 1600, 1950, 2650, 3500),
    bend_number=bent_number,
    bend_text=bent_text,
    bend_name=bent_name,
)
