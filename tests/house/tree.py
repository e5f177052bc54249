"""What lies in the checkout: rooms, code, templates; never what is built or installed there."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_ROOMS = {"requirements", "var"}
BINARY = {".png", ".jpg", ".ico", ".pdf", ".gz", ".woff2"}


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root of the checkout, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        return self.path.partition("/")[0]

    @property
    def length(self) -> int:
        return len(self.text.splitlines())


def rooms(root: Path = ROOT) -> list[str]:
    """Every folder of the first floor that holds something of ours."""
    folders = (path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted(path.name for path in folders if path.name not in NOT_ROOMS and _is_used(path))


def sources(*suffixes: str) -> list[Source]:
    """Every text file of the checkout, or those with one of these suffixes."""
    return [
        Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(_files())
        if path.suffix not in BINARY and (not suffixes or path.suffix in suffixes)
    ]


def product(found: list[Source]) -> list[Source]:
    """Those of the rooms that run, not of what tests, measures or migrates them."""
    others = {"tests", "benchmarks", "migrations", "dev.py"}
    return [source for source in found if source.room not in others]


def _is_used(folder: Path) -> bool:
    return any("__pycache__" not in path.parts for path in folder.rglob("*") if path.is_file())


def _files() -> list[Path]:
    top = [path for path in ROOT.iterdir() if path.name not in {".git", ".venv", "var"}]
    top = [path for path in top if not path.name.endswith("_cache") and path.name != ".hypothesis"]
    inside = [path for folder in top if folder.is_dir() for path in folder.rglob("*")]
    found = [path for path in [*top, *inside] if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts and path.suffix != ".mo"]
