"""The laws, applied to everything in the checkout. The failing path is the message."""

import sys

import pytest

import dev
from foundation.catalogue import text_of, updated
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, po_file
from foundation.settings import Settings, UnsafeSettings
from tests.house import laws, papers
from tests.house.tree import ROOT, product, rooms, sources

EVERYWHERE = [laws.machine_paths, laws.postponed]
IN_PYTHON = [laws.long_functions, laws.relative_imports, laws.bare_excuses, laws.skipped_tests]
IN_THE_PRODUCT = [
    laws.commits,
    laws.missing_docstrings,
    laws.floats_of_money,
    laws.vague_names,
    laws.unescaped,
]
README = (ROOT / "README.md").read_text()
VERSIONS = ROOT / "migrations" / "versions"
LOCKS = {path.name: path.read_text() for path in sorted(ROOT.glob("requirements/*.lock"))}


def nothing(offences: list[str]) -> None:
    """The offences are the message."""
    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize("law", EVERYWHERE, ids=lambda law: law.__name__)
def test_every_file_keeps(law):
    nothing([words for source in sources() for words in law(source)])


@pytest.mark.parametrize("law", IN_PYTHON, ids=lambda law: law.__name__)
def test_all_python_keeps(law):
    nothing([words for source in sources(".py") for words in law(source)])


@pytest.mark.parametrize("law", IN_THE_PRODUCT, ids=lambda law: law.__name__)
def test_the_product_keeps(law):
    nothing([words for source in product(sources(".py")) for words in law(source)])


def test_no_file_is_too_long():
    found = sources(".py", ".html", ".txt", ".typ", ".js", ".css", ".sh")
    found = [source for source in found if source.path != "people/common_words.txt"]  # data

    nothing([words for source in found for words in laws.long_files(source)])


def test_templates_escape_everything():
    nothing([words for s in sources(".html", ".txt", ".typ") for words in laws.unescaped(s)])


def test_no_room_shadows_the_standard_library():
    modules = {path.stem for path in ROOT.glob("*.py")}

    assert not ({*rooms()} | modules) & sys.stdlib_module_names


def test_no_two_refusals_carry_the_same_code():
    nothing(laws.shared_codes(laws.error_codes(product(sources(".py")))))


def test_migrations_are_numbered_and_their_head_is_written_down():
    versions = [source for source in sources(".py") if source.path.startswith("migrations/v")]
    head = (VERSIONS / ".current-head").read_text().strip()

    nothing(list(papers.migration_offences(versions, head)))


@pytest.mark.parametrize("name", LOCKS)
def test_locks_carry_hashes_and_no_address(name):
    nothing(list(papers.lock_offences(name, LOCKS[name])))


def test_the_locks_agree():
    bigger = {name: LOCKS[name] for name in ("test.lock", "bench.lock")}

    nothing(list(papers.pin_offences(LOCKS["run.lock"], bigger)))


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {DEFAULT_LANGUAGE}))
def test_everything_we_say_is_translated(language):
    catalogue = updated(language)

    nothing(list(papers.translation_offences(catalogue)))
    assert text_of(catalogue) == po_file(language).read_bytes(), "run: python3 dev.py translations"


def test_every_room_is_on_the_map_once():
    nothing(papers.rooms_off_the_map(rooms(), README))


def test_the_readme_tells_every_command():
    nothing(papers.unnamed([f"dev.py {verb}" for verb in dev.VERBS], README))


def test_the_readme_tells_what_production_refuses_to_start_without():
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environment({"QUITTANCE_MODE": "production"})

    nothing(papers.unnamed([words.split()[0] for words in refused.value.problems], README))
