"""Words in the reader's language: pages, mail, documents and errors all go through here.

The French catalogue is read from its .po file once, at the first sentence; nothing is compiled.
A sentence names its values: `_("Pay %(amount)s", amount=...)`. New sentences: catalogue.py.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, NullTranslations, Translations

LANGUAGES: Final = ("en", "fr")
DEFAULT_LANGUAGE: Final = "en"  # the language the sentences are written in
TRANSLATIONS: Final = Path(__file__).resolve().parent.parent / "translations"

_RANGES_MAX: Final = 20  # language ranges of one Accept-Language header that we look at

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def language() -> str:
    """The language spoken here and now: "en" or "fr"."""
    return _language.get()


def speak(wanted: str) -> Token[str]:
    """Speak this language from here on in this context; a face calls it for each request."""
    if wanted not in LANGUAGES:
        raise ValueError(f"we speak {LANGUAGES}, not {wanted!r}")
    return _language.set(wanted)


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak this language inside the block, whatever was spoken outside."""
    token = speak(wanted)
    try:
        yield
    finally:
        _language.reset(token)


def po_file(name: str) -> Path:
    """The catalogue of a language."""
    return TRANSLATIONS / name / "LC_MESSAGES" / "messages.po"


@cache
def _translations(name: str) -> NullTranslations:
    if name == DEFAULT_LANGUAGE:
        return NullTranslations()
    with po_file(name).open("rb") as source:
        catalogue = read_po(source, locale=name)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)  # leaves out what is fuzzy or empty: those stay English
    compiled.seek(0)
    return Translations(compiled)


def lookup(message: str) -> str:
    """The sentence in the language spoken, its values not yet in place; what Jinja asks for."""
    return str(_translations(language()).gettext(message))


def lookup_plural(one: str, many: str, num: int) -> str:
    """The sentence in the singular or plural of the language spoken, values not yet in place."""
    return str(_translations(language()).ngettext(one, many, num))


def lookup_in_context(context: str, message: str) -> str:
    """The sentence as it is said in that place, values not yet in place."""
    return str(_translations(language()).pgettext(context, message))


def gettext(message: str, **values: object) -> str:
    """The sentence in the language spoken, with its values in place."""
    text = lookup(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence in its singular or plural; the number itself is the value `num`."""
    return lookup_plural(one, many, num) % {"num": num, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """A word whose translation depends on where it stands."""
    text = lookup_in_context(context, message)
    return text % values if values else text


def lazy_gettext(message: str, **values: object) -> LazyProxy:
    """A sentence told when it is shown, for labels that are made before anybody asks."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def best_language(header: str) -> str:
    """Our language that an Accept-Language header likes best; English when it names neither."""
    liked = [_weighed(part) for part in header.split(",")[:_RANGES_MAX]]
    ranked = sorted(liked, key=lambda pair: -pair[1])  # stable: earlier wins a tie
    return next((name for name, weight in ranked if name in LANGUAGES and weight > 0), "en")


def _weighed(part: str) -> tuple[str, float]:
    """ "fr-CA;q=0.8" is ("fr", 0.8); a weight that is no number is no wish."""
    tag, _, parameter = part.partition(";")
    name = tag.strip().lower().partition("-")[0]
    weight = parameter.strip().removeprefix("q=") or "1"
    return name, float(weight) if weight.replace(".", "", 1).isdecimal() else 0.0


_ = gettext
_l = lazy_gettext
