"""What a payment's text says: number-like tokens with their places, amounts, and signs.

Nothing here knows any invoice; a token is only what could be a reference.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from matching.numbers import is_rf

TEXT_MAX: Final = 16_000  # characters read; about 1,000 invoice numbers
TOKENS_MAX: Final = 2_000
JOINED_MAX: Final = 24  # characters of atoms put together again
SHORTEST: Final = 3  # characters of a token that may name a document

_ATOM: Final = re.compile(r"[A-Z0-9]+")
_AMOUNT: Final = re.compile(
    r"(?<![0-9A-Z.,])[0-9]{1,3}(?:[.,' ][0-9]{3})*[.,][0-9]{2}(?![0-9]|[.,][0-9])"
    r"|(?<![0-9A-Z.,])[0-9]+[.,][0-9]{2}(?![0-9]|[.,][0-9])"
)
_DATE: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|"
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])"
)
_WORDY: Final = re.compile(r"[A-Z]{1,8}(?=[A-Z]*[0-9])")
_DIGITS: Final = re.compile(r"[0-9]{3,}")
_RF: Final = re.compile(r"RF[0-9]{2}(?: ?[A-Z0-9]{1,4}){1,6}")
_TO: Final = re.compile(
    r"\s*(?:-|\u2013|\u2014|\.\.+|TO|BIS|THRU|THROUGH|TIL|TILL|TOT|T/M|AU|A|AL|ATE|HASTA|DO)\s*"
    r"(?:[A-Z]{1,4}[-. ]?)?"
)
_MORE: Final = re.compile(
    r"\+ ?[0-9]{1,3} (?:MORE|OTHERS?|WEITERE|AUTRES|ANDERE|MAS|ALTRE|ALTRI)|\.\.\.|\u2026"
    r"|\b(?:ETC|U\.? ?A\.|UND WEITERE|AND OTHERS|AND MORE|ET AUTRES|ET AL|ENZ|MFL|DIVERSE|VARIOUS"
    r"|DIVERSES|E ALTRI|Y OTRAS)\b"
)
_EARLY: Final = re.compile(
    r"\b(?:PREPAY\w*|PRE-?PAYMENT|DEPOSIT|DOWN ?PAYMENT|ADVANCE|VORAUS\w*|ANZAHLUNG|VORKASSE"
    r"|ACOMPTE|ANTICIPO|AANBETALING|FORSKUD\w*|PROFORMA|PRO FORMA|ZALICZKA|ARRHES|CAPARRA"
    r"|SENAL|HANDPENNING|PRZEDPLATA|VOORUITBETALING|DEVIS|FORSKOTT\w*)\b"
)
_PARTLY: Final = re.compile(
    r"\b(?:PART\w{0,4} ?PAYMENT|PARTIAL|INSTAL\w*|TEILZAHLUNG|TEILBETRAG|RATE|RATA|RATEN|TERMIJN"
    r"|DEELBETALING|VERSEMENT|ECHEANCE|PARCELA|PLAZO|DELBETAL\w*|AVDRAG|[0-9] ?/ ?[0-9]{1,2})\b"
)
_WHOLE: Final = re.compile(
    r"\b(?:ALL (?:OPEN|INVOICES|DUE)|STATEMENT|BALANCE|ALLE (?:OFFENEN|RECHNUNGEN)|SOLDE|SALDO"
    r"|KONTOAUSZUG|RELEVE|ACCOUNT IN FULL|TOUTES)\b"
)
_CREDIT: Final = re.compile(
    r"\b(?:CREDIT(?: NOTE|MEMO)?|CN|GUTSCHRIFT|GS|AVOIR|NOTA CREDITO|NOTE DE CREDIT|CREDITNOTA"
    r"|KREDITNOTA|VERRECHN\w*|LESS|ABZUGL\w*|MINUS)\b"
)
_SIGNS: Final = (_MORE, _EARLY, _PARTLY, _WHOLE, _CREDIT)
_ALL_DIGITS_ALIKE: Final = str.maketrans("123456789", "000000000")
_WIDTHS: Final = frozenset({27, 35, 60, 70, 80, 105, 140, 210})  # where channels cut a text


class Token(NamedTuple):
    """Capital letters and digits that may name a document, and where they stand in the text."""

    compact: str
    start: int
    end: int
    is_joined: bool = False  # put together from parts the text kept apart
    is_rf: bool = False


@dataclass(slots=True)
class Reading:
    """A text, read: tokens in the order of the text, and what else it says."""

    tokens: tuple[Token, ...]
    ranges: tuple[tuple[Token, Token], ...]
    amounts: frozenset[int]  # in hundredths, as written
    is_incomplete: bool  # says itself that more is paid than is named
    is_cut: bool  # ends where a channel cuts
    is_early: bool
    is_partly: bool
    is_whole: bool
    has_credit: bool
    words: str  # the letters alone, for names in the text


_token: Final = tuple.__new__  # what a named tuple's own constructor ends in, without its detour
NOTHING: Final = Reading(
    (),
    (),
    frozenset(),
    is_incomplete=False,
    is_cut=False,
    is_early=False,
    is_partly=False,
    is_whole=False,
    has_credit=False,
    words="",
)


def read(text: str) -> Reading:
    """Read one text; costs time linear in at most TEXT_MAX characters, whatever they are."""
    if not text or text.isspace():
        return NOTHING
    capitals = capitalised(text[:TEXT_MAX])
    has_marks = "." in capitals or "," in capitals  # no amount is without
    has_days = has_marks or "-" in capitals or "/" in capitals
    taken = [found.span() for found in _DATE.finditer(capitals)] if has_days else []
    amounts = [found for found in _AMOUNT.finditer(capitals)] if has_marks else []
    taken += [found.span() for found in amounts]
    atoms = [(found.group(), *found.span()) for found in _ATOM.finditer(capitals)]
    atoms = atoms[:TOKENS_MAX]
    words = " ".join([atom for atom, _start, _end in atoms if atom.isalpha()])
    tokens = [*_rf_tokens(capitals), *_tokens(atoms, taken)]
    more, early, partly, whole, credit = _signs(capitals.translate(_ALL_DIGITS_ALIKE))
    return Reading(
        tokens=tuple(tokens[:TOKENS_MAX]),
        ranges=_ranges(atoms, capitals, has_words=bool(words)),
        amounts=frozenset([_hundredths(found.group()) for found in amounts]),
        is_incomplete=more,
        is_cut=_is_cut(text, atoms),
        is_early=early,
        is_partly=partly,
        is_whole=whole,
        has_credit=credit,
        words=words,
    )


@lru_cache(maxsize=16_384)
def _signs(capitals: str) -> tuple[bool, ...]:
    """What a text says of the payment; which digits are in it does not matter."""
    return tuple([sign.search(capitals) is not None for sign in _SIGNS])


def capitalised(text: str) -> str:
    """Capitals, every character staying in its place: spans point into the original."""
    if text.isascii():
        return text.upper()
    return "".join(large if len(large := c.upper()) == 1 else c for c in text)


def _hundredths(written: str) -> int:
    return int("".join(c for c in written if c.isdigit() and c.isascii()) or "0")


def _is_cut(text: str, atoms: list[tuple[str, int, int]]) -> bool:
    """Whether the text ends at a channel's width, in the midst of letters or digits or after a
    separator: then more may have been named."""
    ends_open = bool(atoms) and (atoms[-1][2] == len(text) or text.rstrip()[-1] in "+,;/*&")
    return (len(text) in _WIDTHS and ends_open) or text.rstrip()[-1] in "+,;&"


def _rf_tokens(capitals: str) -> list[Token]:
    """Valid creditor references, without their RF and check digits."""
    found = []
    for match in _RF.finditer(capitals) if "RF" in capitals else ():
        written = match.group()
        for cut in range(len(written), 5, -1):
            reference = written[:cut].replace(" ", "")
            if is_rf(reference):
                end = match.start() + cut
                found.append(Token(reference[4:], match.start(), end, is_rf=True))
                break
    return found


def _tokens(atoms: list[tuple[str, int, int]], taken: list[tuple[int, int]]) -> list[Token]:
    """Single atoms first, then neighbours put together again."""
    found: list[Token] = []
    for atom, start, end in atoms:
        if taken and any(a <= start and end <= b for a, b in taken):
            continue
        if len(atom) >= SHORTEST and not atom.isalpha():
            found.append(_token(Token, (atom, start, end, False, False)))
            if not atom.isdigit():
                found.extend(_inside(atom, start))
    if len(atoms) > 1:
        found.extend(_joined(atoms))
    return found


def _inside(atom: str, start: int) -> list[Token]:
    """What an atom of letters and digits may hold: it without its word, and its digits."""
    found = []
    word = _WORDY.match(atom)
    tail = word.end() if word else 0
    if word and len(atom) - tail >= SHORTEST:
        found.append(Token(atom[tail:], start + tail, start + len(atom)))
    for digits in _DIGITS.finditer(atom):
        if digits.group() != atom[tail:] and len(digits.group()) > SHORTEST:
            found.append(Token(digits.group(), start + digits.start(), start + digits.end()))
    return found


def _joined(atoms: list[tuple[str, int, int]]) -> list[Token]:
    """Two to four neighbours as one: a number that was split, or one that has blanks in it."""
    found = []
    for first, (atom, start, end) in enumerate(atoms):
        if not atom.strip("0"):
            continue
        joined, last = atom, end
        for following, begin, finish in atoms[first + 1 : first + 4]:
            if begin - last > 2 or len(joined) + len(following) > JOINED_MAX:
                break
            joined, last = joined + following, finish
            if len(joined) > SHORTEST and not joined.isalpha():
                found.append(_token(Token, (joined, start, finish, True, False)))
    return found


def _ranges(
    atoms: list[tuple[str, int, int]], capitals: str, *, has_words: bool
) -> tuple[tuple[Token, Token], ...]:
    """Neighbouring numbers with a word or a dash of 'to' between them."""
    if not has_words and capitals.isascii() and "-" not in capitals and ".." not in capitals:
        return ()
    pairs = [*pairwise(atoms)]
    pairs += [
        (one, other)
        for one, word, other in zip(atoms, atoms[1:], atoms[2:], strict=False)
        if word[0].isalpha()
    ]
    return tuple(
        [
            (Token(*one), Token(*other))
            for one, other in pairs
            if one[0][-1].isdigit()
            and other[0][-1].isdigit()
            and not capitals[one[2] : other[1]].isspace()
            and _TO.fullmatch(capitals, one[2], other[1])
        ]
    )
