"""Every refusal of ours has words for who reads it, its own or its family's."""

from collections.abc import Iterator

import pytest

from foundation.errors import QuittanceError
from foundation.i18n import LANGUAGES, speaking
from portal.app import create_app
from portal.words import SENTENCES

# What no visitor of the portal is ever told: it stops a start, a job or an operator, or it is a
# defect, which has a page of its own with the number of the request.
NEVER_SHOWN = {
    "settings.unsafe": "stops the start",
    "policy.broken": "stops the start",
    "keyring.key_unusable": "stops the start",
    "keyring.secret_unreadable": "a defect: a key was taken off the ring before its time",
    "currency.unknown": "a defect: currencies come from our own table",
    "currency.not_in_provider_units": "a defect: checked where amounts come in",
    "money.currency_mismatch": "a defect",
    "money.too_large": "a defect: columns are narrower than that",
    "mail.header_unsafe": "jobs write mail",
    "mail.not_sent": "jobs write mail",
    "person.language_unknown": "a defect: a form offers the languages we speak",
}
NEVER_SHOWN_ROOMS = ("sandbox", "receivables", "tests")  # the seller's own acts, by import


def refusals(
    kind: type[QuittanceError] = QuittanceError, *, but: tuple[str, ...] = NEVER_SHOWN_ROOMS
) -> Iterator[type[QuittanceError]]:
    """Every refusal of the rooms a face stands on."""
    for child in kind.__subclasses__():
        if not child.__module__.startswith(but):
            yield child
        yield from refusals(child, but=but)


def family(kind: type[QuittanceError]) -> list[str]:
    return [one.code for one in kind.__mro__ if issubclass(one, QuittanceError)]


def test_every_refusal_has_words_on_the_portal():
    assert create_app  # with the face every room below it is imported
    wordless = {
        kind.code
        for kind in refusals()
        if kind.code not in NEVER_SHOWN and not set(family(kind)) & set(SENTENCES)
    }

    assert wordless == set()


def test_no_words_are_kept_for_a_refusal_that_is_no_more():
    known = {kind.code for kind in refusals(but=("sandbox", "tests"))}

    assert set(SENTENCES) - known == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_the_words_differ_by_language(code):
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(str(SENTENCES[code]))

    assert len(said) == len(LANGUAGES)
