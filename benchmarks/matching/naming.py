"""Names of companies: as the books have them, as a sibling has them, as a bank shows them."""

import random
import unicodedata

from benchmarks.matching.locales import Locale

GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
NOT_DECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae"})
KEYBOARD = {"a": "s", "e": "r", "i": "o", "n": "m", "t": "z", "r": "t", "s": "d", "l": "k"}
OTHER_FORMS = {
    "Ltd": "Limited",
    "Limited": "Ltd.",
    "Inc.": "Incorporated",
    "Inc": "Inc.",
    "Corp": "Corporation",
    "GmbH & Co. KG": "GmbH+Co KG",
    "GmbH": "Gesellschaft mbH",
    "S.r.l.": "SRL",
    "B.V.": "BV",
    "S.L.": "SL",
    "Sp. z o.o.": "Spolka z o.o.",
    "AB": "Aktiebolag",
}


def company(locale: Locale, rng: random.Random) -> str:
    """A new name in the manner of the country; nobody's, and seldom given twice."""
    name = _family(locale, rng)
    if rng.random() < 0.18:
        name = f"{name} & {_family(locale, rng)}"
    if rng.random() < 0.72:
        trade = rng.choice(locale.trades)
        is_before = locale.language in ("fr", "it", "es") and rng.random() < 0.6
        name = f"{trade} {name}" if is_before else f"{name} {trade}"
    if rng.random() < 0.08:
        name = f"{name} {rng.choice(locale.towns)}"
    return f"{name} {rng.choice(locale.forms)}"


def sibling(name: str, locale: Locale, rng: random.Random) -> str:
    """Another company that is easily taken for this one."""
    words = name.split(" ")
    kind = rng.random()
    if kind < 0.4:
        return " ".join([words[0], rng.choice(locale.towns), *words[1:]])
    if kind < 0.6:
        return " ".join([*words[:-1], rng.choice(("Holding", "Group", "II", "2")), words[-1]])
    if kind < 0.8:
        return " ".join([*words[:-1], rng.choice(locale.forms)])
    return " ".join([_one_letter_else(words[0], rng), *words[1:]])


def as_a_bank_shows(name: str, rng: random.Random, *, capitals: float, short: float) -> str:
    """The name with what happens to it on the way: letters, legal form, capitals, short words."""
    if rng.random() < 0.5:
        name = plain(name)
    kind = rng.random()
    if kind < 0.1:
        name = name.rpartition(" ")[0] or name
    elif kind < 0.22:
        name = _other_form(name)
    if rng.random() < short:
        name = " ".join(_shortened(word) for word in name.split(" "))
    return name.upper() if rng.random() < capitals else name


def misspelt(name: str, rng: random.Random) -> str:
    """One letter missing, twice, moved or beside the right key."""
    place = rng.randrange(max(len(name) - 2, 1))
    kind = rng.random()
    if kind < 0.35:
        return name[:place] + name[place + 1 :]
    if kind < 0.6:
        return name[: place + 1] + name[place:]
    if kind < 0.8:
        return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
    letter = name[place]
    return name[:place] + KEYBOARD.get(letter.lower(), letter) + name[place + 1 :]


def plain(text: str) -> str:
    """Without letters that an old bank format does not know."""
    decomposed = unicodedata.normalize("NFKD", text.translate(GERMAN).translate(NOT_DECOMPOSED))
    return "".join(letter for letter in decomposed if letter.isascii())


def _family(locale: Locale, rng: random.Random) -> str:
    head, tail = rng.choice(locale.heads), rng.choice(locale.tails)
    middle = rng.choice(("", "", "", "a", "er", "en", "el", "o"))
    return f"{head}{middle}{tail}"


def _one_letter_else(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, max(len(word) - 1, 2))
    return word[:place] + rng.choice("aeioulnrst") + word[place + 1 :]


def _other_form(name: str) -> str:
    for form, other in OTHER_FORMS.items():
        if name.endswith(" " + form):
            return name[: -len(form)] + other
    return name.replace(".", "")


def _shortened(word: str) -> str:
    return f"{word[:4]}." if len(word) > 7 else word
