"""`python -m foundation.catalogue`: bring new sentences into the .po files, keep translated ones.

No line numbers and no dates change, so that a diff shows sentences and nothing else.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, TRANSLATIONS, po_file

ROOT: Final = TRANSLATIONS.parent
KEYWORDS: Final = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS: Final = [
    ("tests/**", "ignore"),
    ("benchmarks/**", "ignore"),
    ("migrations/**", "ignore"),
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
_JINJA: Final = {"newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}
OPTIONS: Final = {"templates/**.html": _JINJA, "templates/**.txt": _JINJA}
FIRST_DAY: Final = datetime(2026, 11, 21, tzinfo=UTC)  # of a new catalogue; never changes after
_NOT_OURS: Final = {"var", "node_modules", "__pycache__"}
_WIDTH: Final = 100


def sentences(root: Path = ROOT) -> Catalog:
    """Every sentence the product can say."""
    found = Catalog(fuzzy=False)
    for name, _line, message, comments, context in extract_from_dir(
        root,
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        comment_tags=["NOTE:"],
        strip_comment_tags=True,
        directory_filter=lambda folder: not _is_not_ours(Path(folder)),
    ):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def _is_not_ours(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _NOT_OURS


def updated(name: str) -> Catalog:
    """The catalogue of a language with today's sentences: new ones empty, unused ones gone."""
    path = po_file(name)
    if path.exists():
        with path.open("rb") as source:
            catalogue = read_po(source, locale=name)
    else:
        catalogue = Catalog(
            locale=name,
            project="Quittance",
            version="1",
            header_comment="# What Quittance says in French.",
            msgid_bugs_address="Quittance",
            last_translator="Quittance",
            language_team="Quittance",
            revision_date=FIRST_DAY,
            creation_date=FIRST_DAY,
            fuzzy=False,
        )
    catalogue.update(sentences(), no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as its file holds it."""
    text = io.BytesIO()
    write_po(
        text, catalogue, width=_WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    return text.getvalue()


def is_translated(message: Message) -> bool:
    """Whether every form of the sentence has words."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(forms) and not message.fuzzy


def main() -> None:
    """Update every catalogue and say how many sentences wait for a translator."""
    for name in LANGUAGES:
        if name == DEFAULT_LANGUAGE:
            continue
        catalogue = updated(name)
        po_file(name).write_bytes(text_of(catalogue))
        waiting = [message.id for message in catalogue if message.id and not is_translated(message)]
        sys.stdout.write(f"{name}: {len(catalogue)} sentences, {len(waiting)} to translate\n")
        sys.stdout.writelines(f"  {sentence}\n" for sentence in waiting)


if __name__ == "__main__":
    main()
