"""Passwords guessed first: known words with ornaments, rows of keys, the person's own name."""

import re
import unicodedata
from functools import cache
from pathlib import Path

WEIGHT_MIN = 8  # what must remain without the guessable parts; a letter counts 1, a digit a half
DISTINCT_MIN = 5
RUN_MIN = 4  # "abcd", "4321": shorter runs happen by chance
OWN_WORD_MIN = 4

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_LOOKALIKES = str.maketrans("0134578@$!|", "oieastbasil")


@cache
def common_words() -> tuple[str, ...]:
    """Our own list of words people make passwords of, longest first."""
    lines = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split()
    return tuple(sorted(lines, key=len, reverse=True))


def is_common(password: str) -> bool:
    """Whether little is left of it once known words, rows of keys and repeats are taken out."""
    plain = _plain(password)
    if len(set(plain)) < DISTINCT_MIN or _is_repeat(plain):
        return True
    spellings = {_squeezed(plain), _squeezed(plain.translate(_LOOKALIKES))}
    return any(_is_spent(_without_known(spelling), spelling) for spelling in spellings)


def names_person(password: str, *, email: str, name: str) -> bool:
    """Whether little is left of it without the parts of this name and e-mail address."""
    words = re.split(r"[\W_]+", _plain(f"{email} {name}"))
    own = sorted({word for word in words if len(word) >= OWN_WORD_MIN}, key=len, reverse=True)
    rest = whole = _squeezed(_plain(password))
    for word in own:
        rest = rest.replace(word, " ")
    return _is_spent(rest, whole)


def _plain(text: str) -> str:
    """Lower case without accents: what a guesser tries first."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _is_repeat(plain: str) -> bool:
    """Whether it is one short piece over and over: found inside itself, shifted."""
    return plain in (plain + plain)[1:-1]


def _squeezed(plain: str) -> str:
    return re.sub(r"[\W_]", "", plain)


def _is_spent(rest: str, whole: str) -> bool:
    """Whether something guessable was taken out and too little remained."""
    letters = sum(sign.isalpha() for sign in rest)
    digits = sum(sign.isdigit() for sign in rest)
    return rest != whole and letters + digits // 2 < WEIGHT_MIN


def _without_known(plain: str) -> str:
    """The spelling with words and runs of keys blanked."""
    for word in common_words():
        plain = plain.replace(word, " ")
    for row in _ROWS:
        plain = _without_runs(_without_runs(plain, row), row[::-1])
    return plain


def _without_runs(plain: str, row: str) -> str:
    for length in range(len(row), RUN_MIN - 1, -1):
        for start in range(len(row) - length + 1):
            plain = plain.replace(row[start : start + length], " ")
    return plain
