"""What a file is, said by its content and never by its name; and where many files are read from."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

PDF_BYTES_MAX: Final = 10 * 1024 * 1024
FILES_MAX: Final = 100_000
_PDF_STARTS: Final = (b"%PDF-1.", b"%PDF-2.")
_PDF_TAIL: Final = 1_024  # bytes before the end, where a whole PDF says that it ends
# A file in a ZIP that is encrypted, packed in a way we do not know, or damaged.
_UNREADABLE: Final = (RuntimeError, zipfile.BadZipFile, OSError, EOFError, zlib.error, KeyError)


def is_pdf(content: bytes) -> bool:
    """Whether this is a whole PDF: it begins as one and says where its parts lie, and that it ends.

    What it shows is not looked at. It is only ever sent to be kept, never shown among our pages.
    """
    tail = content[-_PDF_TAIL:]
    return content.startswith(_PDF_STARTS) and b"startxref" in tail and b"%%EOF" in tail


class FilesUnreadable(Exception):
    """What was given is no folder and no whole ZIP, or holds more than FILES_MAX files."""


class Files(Protocol):
    """Files by their names, with "/" between folder and file; one is in memory at a time."""

    def names(self) -> list[str]: ...

    def read(self, name: str, most: int) -> bytes | None:
        """Its content, at most one byte more than `most`; None where it cannot be read."""
        ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        every = (path for path in self._root.rglob("*") if path.is_file())
        return [path.relative_to(self._root).as_posix() for path in every]

    def read(self, name: str, most: int) -> bytes | None:
        try:
            with (self._root / name).open("rb") as opened:
                return opened.read(most + 1)
        except OSError:
            return None


class _Zip:
    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened

    def names(self) -> list[str]:
        return [one.filename for one in self._zip.infolist() if not one.is_dir()]

    def read(self, name: str, most: int) -> bytes | None:
        """Nothing is unpacked to the disk, and never more than is asked for: no bomb goes off."""
        try:
            with self._zip.open(name) as opened:
                return opened.read(most + 1)
        except _UNREADABLE:
            return None


@contextmanager
def files_of(given: Path) -> Iterator[Files]:
    """The files of a folder or of a ZIP. Raises FilesUnreadable."""
    if given.is_dir():
        yield _checked(_Folder(given))
        return
    try:
        opened = zipfile.ZipFile(given)
    except (zipfile.BadZipFile, OSError) as no_zip:
        raise FilesUnreadable(given.name) from no_zip
    with opened:
        yield _checked(_Zip(opened))


def _checked(files: Files) -> Files:
    if len(files.names()) > FILES_MAX:
        raise FilesUnreadable(f"more than {FILES_MAX} files")
    return files
