"""Whatever the portal refuses, it has a sentence for, in both languages."""

import pytest

from foundation.amount_text import AmountUnreadable
from foundation.errors import QuittanceError
from foundation.i18n import speaking
from foundation.money import Money
from payments.basket.errors import AmountExceedsOpen
from portal.app import create_app
from portal.words import SENTENCES, sentence
from tests.portal import papers

# Refusals no reader of the portal can meet: of start-up, of imports and machines, of defects.
OF_NO_READER = (
    "quittance.",
    "settings.",
    "policy.",
    "keyring.",
    "currency.",
    "money.",
    "mail.",
    "receivables.",
    "invoice.",
    "credit_note.",
    "customer.",
    "allocation.",
    "charge.",
    "adjustment.",
    "write_off.",
    "difference.",
    "exchange.",
    "import",
    "audit.",
    "person.",
)


ELSEWHERE = ("tests", "sandbox")  # other tests of the same run make refusals of their own


def kinds(of: type[QuittanceError] = QuittanceError) -> set[type[QuittanceError]]:
    """Every refusal of the rooms that the portal reaches."""
    assert create_app  # importing the portal imports them all
    below = [one for one in of.__subclasses__() if not one.__module__.startswith(ELSEWHERE)]
    return set(below).union(*(kinds(one) for one in below))


def test_every_refusal_has_words():
    met = [kind for kind in kinds() if not kind.code.startswith(OF_NO_READER)]
    families = {kind: [one.code for one in kind.__mro__ if hasattr(one, "code")] for kind in met}

    silent = {kind.code for kind, codes in families.items() if not set(codes) & set(SENTENCES)}

    assert not silent


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_is_said_in_french_too(code):
    with speaking("fr"):
        french = str(SENTENCES[code])

    assert french != str(SENTENCES[code])


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        ("en", "At most €12,845.50 is open. Write that much or less."),
        ("fr", "Il ne reste que 12\u202f845,50\u00a0€ à payer. Indiquez ce montant au maximum."),
    ],
)
def test_a_sentence_tells_its_facts_as_the_reader_writes_them(spoken, told):
    refusal = AmountExceedsOpen(None, Money(2_000_000, "EUR"), Money(1_284_550, "EUR"))

    with speaking(spoken):
        assert sentence(refusal) == told


@pytest.mark.parametrize(
    ("code", "example"), [("EUR", "1,234.50"), ("JPY", "1,234"), ("KWD", "1,234.500")]
)
def test_an_example_has_the_decimals_of_its_currency(code, example):
    assert sentence(AmountUnreadable("much", code)).endswith(f"{example}.")


GOOD = (
    '<html lang="en"><head><title>A page · Seller</title></head><body><h1>A page</h1>'
    "<h2>More</h2>%s</body></html>"
)


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("<h4>Deep</h4>", "h4 follows h2"),
        ('<p id="a"></p><p id="a"></p>', "id 'a' stands twice"),
        ('<form method="post"></form>', "a form without action or method"),
        ('<form method="post" action="/x"></form>', "the form to /x can be forged"),
        ('<input name="amount">', "input amount has no label"),
        ('<label for="gone">A</label>', "label for points at 'gone', which is not there"),
        ('<p style="color: red">A</p>', "p carries style"),
        ("<script>1</script>", "an inline script"),
        ("<p>None</p>", "'None' stands on the page"),
        ("<h1>Another</h1>", "2 h1"),
        ("<div><p></div>", "</div> closes <p>"),
        ('<a href="/"></a>', "a a without words"),
    ],
)
def test_the_page_client_sees_what_is_wrong(planted, found):
    assert found in papers.offences(GOOD % planted)


def test_the_page_client_leaves_a_good_page_alone():
    assert papers.offences(GOOD % "<p>Good.</p>") == []
