"""Laws about what is not code: migrations, locks, translations, the README's map."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from babel.messages.catalog import Catalog, Message

from foundation.catalogue import is_translated
from tests.house.tree import Source

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==([\w.!+-]+)", re.M)
ADDRESS = re.compile(r"(?i)https?://|file:|index-url|find-links|git\+")


def migration_offences(versions: list[Source], head: str) -> Iterator[str]:
    """Versions are numbered without a gap, each follows the one before, the last one is the head.

    `.current-head` makes two branches that both add a version meet in one line of one file.
    """
    before: str | None = None
    for number, source in enumerate(sorted(versions, key=lambda source: source.path), 1):
        name = source.path.rpartition("/")[2].removesuffix(".py")
        if not name.startswith(f"{number:04}_"):
            yield f"{source.path}: not number {number:04}"
        if _revisions(source) != (name, before):
            yield f"{source.path}: does not say it is {name} after {before}"
        yield from _imports_of_ours(source)
        before = name
    if head != before:
        yield f"the head is {before}, .current-head says {head}"


def _revisions(source: Source) -> tuple[object, ...]:
    for line in source.tree.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == (
            "(revision, down_revision)"
        ):
            return tuple(ast.literal_eval(line.value))
    return ()


def _imports_of_ours(source: Source) -> Iterator[str]:
    """A migration stays what it was when the code moves on, so it imports none of it."""
    for node in ast.walk(source.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (
            f"{source.path}: imports {name}"
            for name in names
            if name.partition(".")[0] not in {"sqlalchemy", "alembic", "collections"}
        )


def pins(lock: str) -> dict[str, str]:
    """The version that a lock pins for each package."""
    return {name.lower(): version for name, version in PIN.findall(lock)}


def lock_offences(name: str, lock: str) -> Iterator[str]:
    """Every package is pinned with its hashes, and none comes from an address."""
    if ADDRESS.search(lock):
        yield f"{name}: holds an address"
    for entry in re.split(r"\n(?=\S)", lock):
        if re.match(r"[A-Za-z0-9]", entry) and not (PIN.match(entry) and "--hash=sha256:" in entry):
            yield f"{name}: not pinned with a hash: {entry.splitlines()[0]}"


def pin_offences(smaller: str, bigger: Mapping[str, str]) -> Iterator[str]:
    """A bigger lock holds the very pins of the smaller one, so that both fit in one .venv."""
    wanted = pins(smaller)
    for name, lock in bigger.items():
        held = pins(lock)
        for package, version in wanted.items():
            if held.get(package) != version:
                yield f"{name}: {package} is {held.get(package)}, run.lock says {version}"


def translation_offences(catalogue: Catalog) -> Iterator[str]:
    """Every sentence has words in the other language, with the same values in them."""
    for message in catalogue:
        if message.id and not is_translated(message):
            yield f"not translated: {message.id}"
        elif message.id and _values(message.id) != _values(message.string):
            yield f"other values than the original: {message.id}"


def _values(words: Message | str | Iterable[str]) -> set[str]:
    forms = [words] if isinstance(words, str) else list(words)
    return {value for form in forms for value in PLACEHOLDER.findall(form)}


def rooms_off_the_map(rooms: Iterable[str], readme: str) -> list[str]:
    """Rooms that the README's map does not show, or shows twice."""
    return [room for room in rooms if len(re.findall(rf"(?m)^\W*{room}/[`\s]", readme)) != 1]


def unnamed(names: Iterable[str], readme: str) -> list[str]:
    """Commands or settings that the README does not tell."""
    return [name for name in names if not re.search(rf"\b{re.escape(name)}\b", readme)]
