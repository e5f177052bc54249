"""One sentence, two languages, in pages, mail and documents alike."""

import re
from pathlib import Path

import pytest
from markupsafe import escape

from foundation import i18n
from foundation.catalogue import is_translated, sentences, text_of, updated

THE_PO = """
msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Pay %(amount)s"
msgstr "Payer %(amount)s"

msgid "%(num)s invoice"
msgid_plural "%(num)s invoices"
msgstr[0] "%(num)s facture"
msgstr[1] "%(num)s factures"

msgctxt "invoice"
msgid "Open"
msgstr "À payer"

#, fuzzy
msgid "Guessed"
msgstr "Deviné"

msgid "Empty"
msgstr ""
"""


@pytest.fixture
def french(tmp_path, monkeypatch):
    """A small catalogue of our own, so that these tests say nothing about today's words."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(THE_PO)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    i18n._translations.cache_clear()
    with i18n.speaking("fr"):
        yield
    i18n._translations.cache_clear()


def test_a_sentence_is_told_in_the_language_spoken(french):
    assert i18n.gettext("Pay %(amount)s", amount="5 €") == "Payer 5 €"
    with i18n.speaking("en"):
        assert i18n.gettext("Pay %(amount)s", amount="€5") == "Pay €5"


def test_french_says_zero_in_the_singular_and_english_does_not(french):
    assert i18n.ngettext("%(num)s invoice", "%(num)s invoices", 0) == "0 facture"
    assert i18n.ngettext("%(num)s invoice", "%(num)s invoices", 2) == "2 factures"
    with i18n.speaking("en"):
        assert i18n.ngettext("%(num)s invoice", "%(num)s invoices", 0) == "0 invoices"


def test_a_word_can_depend_on_its_place(french):
    assert i18n.pgettext("invoice", "Open") == "À payer"
    assert i18n.gettext("Open") == "Open"


@pytest.mark.parametrize("sentence", ["Guessed", "Empty", "Never heard of"])
def test_what_nobody_translated_stays_english(french, sentence):
    assert i18n.gettext(sentence) == sentence


def test_a_lazy_sentence_is_told_when_it_is_shown(french):
    label = i18n.lazy_gettext("Pay %(amount)s", amount="<b>")

    assert str(label) == "Payer <b>"
    assert escape(label) == "Payer &lt;b&gt;"
    with i18n.speaking("en"):
        assert f"{label}!" == "Pay <b>!"


def test_the_language_outside_a_block_comes_back():
    with i18n.speaking("fr"):
        pass

    assert i18n.language() == "en"


def test_a_language_we_do_not_speak_is_refused():
    with pytest.raises(ValueError, match="de"):
        i18n.speak("de")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de-DE,de;q=0.9,en;q=0.5,fr;q=0.6", "fr"),
        ("en;q=0.5,fr;q=0.5", "en"),
        ("fr;q=0,en;q=0.1", "en"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("FR_fr", "en"),
        ("fr;q=nonsense", "en"),
        (",;,;q=,\x00", "en"),
        ("xx," * 5_000 + "fr", "en"),
    ],
)
def test_the_best_language_of_a_header(header, language):
    assert i18n.best_language(header) == language


def test_extraction_finds_python_and_template_sentences(tmp_path: Path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "{% do things.append(1) %}{{ _('From a page') }}"
        "{{ ngettext('%(num)s page', '%(num)s pages', 2) }}"
    )
    (tmp_path / "view.py").write_text('_("From a view")\npgettext("place", "From a place")\n')
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "other.py").write_text('_("Not ours")\n')

    found = sentences(tmp_path)

    assert "From a page" in found
    assert ("%(num)s page", "%(num)s pages") in found
    assert "From a view" in found
    assert found.get("From a place", context="place") is not None
    assert "Not ours" not in found


def test_updating_keeps_what_is_translated_and_says_what_is_not(french):
    catalogue = updated("fr")
    kept = catalogue.get("Pay %(amount)s")

    assert kept is None or is_translated(kept)
    assert catalogue.get("Never heard of") is None
    assert not re.search(rb"^#: .*:\d+$", text_of(catalogue), re.MULTILINE)
