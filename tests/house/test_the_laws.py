"""Each law finds what it forbids, planted here, and leaves the rest alone."""

import pytest
from babel.messages.catalog import Catalog

from tests.house import laws, papers
from tests.house.tree import Source

LONG = "x = 1\n" * 401
LONG_FUNCTION = '"""A."""\ndef f():\n' + "    x = 1\n" * 60
HOME = "/" + "home/somebody/thing"
REMARK = "# TO" + "DO: one day"

PLANTED = [
    (laws.commits, "portal/views/home.py", "session.commit()"),
    (laws.long_files, "portal/app.py", LONG),
    (laws.long_files, "templates/portal/home/show.html", LONG[:-1] and "<p>\n" * 121),
    (laws.long_functions, "portal/app.py", LONG_FUNCTION),
    (laws.relative_imports, "portal/app.py", "from .auth import me"),
    (laws.missing_docstrings, "portal/app.py", "x = 1"),
    (laws.unescaped, "templates/base.html", "{{ name|safe }}"),
    (laws.unescaped, "templates/base.html", "{{ name | safe }}"),
    (laws.unescaped, "templates/base.html", "{% autoescape false %}"),
    (laws.unescaped, "portal/pages.py", "Markup(name)"),
    (laws.bare_excuses, "portal/app.py", "x = 1  # no" + "qa"),
    (laws.bare_excuses, "portal/app.py", "x = 1  # no" + "qa: S101"),
    (laws.bare_excuses, "portal/app.py", "x = 1  # type: " + "ignore[arg-type]"),
    (laws.floats_of_money, "receivables/actions/invoices.py", "float(amount)"),
    (laws.floats_of_money, "payments/card/checkout.py", "amount / 2"),
    (laws.skipped_tests, "tests/portal/test_home.py", "@pytest.mark.skip\ndef test_a(): ..."),
    (laws.skipped_tests, "tests/portal/test_home.py", "pytest.importorskip('flask')"),
    (laws.machine_paths, "portal/app.py", f"PLACE = '{HOME}'"),
    (laws.machine_paths, "requirements/run.in", "--index" + "-url https://example.com"),
    (laws.postponed, "portal/app.py", REMARK),
    (laws.vague_names, "portal/utils.py", ""),
    (laws.vague_names, "foundation/helpers/money.py", ""),
]
ALLOWED = [
    (laws.commits, "foundation/database.py", "session.commit()"),
    (laws.long_files, "portal/app.py", "x = 1\n" * 400),
    (laws.long_files, "templates/portal/home/show.html", "<p>\n" * 120),
    (laws.long_functions, "portal/app.py", LONG_FUNCTION.removesuffix("    x = 1\n")),
    (laws.relative_imports, "portal/app.py", "from portal.auth import me"),
    (laws.missing_docstrings, "portal/__init__.py", ""),
    (laws.unescaped, "templates/base.html", "{{ safe_name }} is safe"),
    (laws.bare_excuses, "portal/app.py", "x = 1  # no" + "qa: S101 (this says why)"),
    (laws.bare_excuses, "portal/app.py", "x = 1  # type: " + "ignore[misc] # no types there"),
    (laws.floats_of_money, "jobs/poller.py", "float(seconds) / 2"),
    (laws.floats_of_money, "receivables/actions/invoices.py", "amount // 2"),
    (laws.machine_paths, "portal/app.py", "url = '/invoices/work/here'"),
    (laws.vague_names, "portal/views/home.py", ""),
]


def names(case: object) -> str:
    return getattr(case, "__name__", "")


@pytest.mark.parametrize(("law", "path", "text"), PLANTED, ids=names)
def test_a_planted_violation_is_found(law, path, text):
    assert len(list(law(Source(path, text)))) == 1


@pytest.mark.parametrize(("law", "path", "text"), ALLOWED, ids=names)
def test_what_is_allowed_is_left_alone(law, path, text):
    assert list(law(Source(path, text))) == []


def test_a_code_that_two_refusals_carry_is_found():
    one = Source("a/errors.py", "class A(E):\n    code = 'basket.empty'")
    other = Source("b/errors.py", "class B(E):\n    code: ClassVar[str] = 'basket.empty'")
    third = Source("c/errors.py", "class C(E):\n    code = 'basket.full'")

    assert laws.shared_codes(laws.error_codes([one, other, third])) == [
        "a/errors.py::A: basket.empty is taken",
        "b/errors.py::B: basket.empty is taken",
    ]


def version(name: str, before: str | None, more: str = "") -> Source:
    text = f"revision, down_revision = {name!r}, {before!r}\n{more}"
    return Source(f"migrations/versions/{name}.py", text)


FIRST, SECOND = version("0001_a", None), version("0002_b", "0001_a")


@pytest.mark.parametrize(
    ("versions", "head"),
    [
        ([FIRST, SECOND], "0001_a"),
        ([FIRST, version("0003_b", "0001_a")], "0003_b"),
        ([FIRST, SECOND, version("0003_c", "0001_a")], "0003_c"),
        ([FIRST, version("0002_b", "0001_a", "import receivables.models")], "0002_b"),
        ([FIRST, version("0002_b", "0001_a", "from foundation.money import Money")], "0002_b"),
    ],
)
def test_a_migration_out_of_line_is_found(versions, head):
    assert len(list(papers.migration_offences(versions, head))) == 1


def test_migrations_in_line_are_left_alone():
    assert list(papers.migration_offences([SECOND, FIRST], "0002_b")) == []


@pytest.mark.parametrize(
    "lock",
    [
        "flask==3.1.3\n",
        "flask>=3 \\\n    --hash=sha256:00",
        "flask @ https" + "://example.com/flask.whl --hash=sha256:00",
        "--index" + "-url x\nflask==3.1.3 \\\n    --hash=sha256:00",
    ],
)
def test_a_lock_without_hash_or_with_an_address_is_found(lock):
    assert list(papers.lock_offences("run.lock", lock)) != []


def test_a_lock_with_pins_and_hashes_is_left_alone():
    lock = "celery[redis]==5.7.0 \\\n    --hash=sha256:00\n    # via -r requirements/run.in\n"

    assert list(papers.lock_offences("run.lock", lock)) == []


def test_locks_that_disagree_are_found():
    bigger = {"test.lock": "Flask==3.1.2\n", "bench.lock": "flask==3.1.3\npolars==2.1.0\n"}

    assert list(papers.pin_offences("flask==3.1.3\n", bigger)) == [
        "test.lock: flask is 3.1.2, run.lock says 3.1.3"
    ]


@pytest.mark.parametrize(
    ("original", "translation", "is_fuzzy"),
    [("Pay", "", False), ("Pay", "Payer", True), ("Pay %(a)s", "Payer %(b)s", False)],
)
def test_a_sentence_without_its_words_is_found(original, translation, is_fuzzy):
    catalogue = Catalog(locale="fr", fuzzy=False)
    catalogue.add(original, translation, flags=["fuzzy"] if is_fuzzy else [])

    assert len(list(papers.translation_offences(catalogue))) == 1


def test_a_translated_sentence_is_left_alone():
    catalogue = Catalog(locale="fr", fuzzy=False)
    catalogue.add("Pay %(amount)s", "Payer %(amount)s")
    catalogue.add(("%(num)s day", "%(num)s days"), ("%(num)s jour", "%(num)s jours"))

    assert list(papers.translation_offences(catalogue)) == []


def test_a_room_off_the_map_is_found():
    readme = "```\nportal/     the customers' face\n  people/   inside\n```"

    assert papers.rooms_off_the_map(["portal", "people", "jobs"], readme) == ["jobs"]


def test_a_room_that_is_twice_on_the_map_is_found():
    readme = "| `docs/` | pictures |\n| `portal/` | the face |\n| `docs/` | the two pictures |"

    assert papers.rooms_off_the_map(["portal", "docs"], readme) == ["docs"]


def test_a_command_the_readme_does_not_tell_is_found():
    readme = "`python3 dev.py demo --fresh`, `python3 dev.py import-customers FILE`"

    assert papers.unnamed(["dev.py demo", "dev.py import-customers"], readme) == []
    assert papers.unnamed(["dev.py setup", "QUITTANCE_MODE"], readme) == [
        "dev.py setup",
        "QUITTANCE_MODE",
    ]
