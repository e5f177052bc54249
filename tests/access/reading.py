"""What an answer, a document or a letter says, whatever it is made of."""

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from pypdf import PdfReader
from werkzeug.test import TestResponse

CURSOR = re.compile(r"(?:after|before)=([A-Za-z0-9_-]{16,})")
# Tokens carry the second in which they were made.
FRESH = re.compile(
    r'((?:name="(?:csrf_token|operation_id|operation)"[^>]*value=|data-options=)")[^"]*'
)
WORD = re.compile(r"[0-9a-z][0-9a-z_-]{4,}[0-9a-z]")


def words_of(answer: TestResponse) -> str:
    """The body as text; a document's through the eyes of a reader of documents."""
    if answer.mimetype == "application/pdf":
        return pdf_text(answer.data)
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        return sheet_text(answer.data)
    return answer.data.decode(errors="replace")


def pdf_text(document: bytes) -> str:
    """Every page, and what the document says of itself."""
    read = PdfReader(io.BytesIO(document))
    pages = [page.extract_text() for page in read.pages]
    said = [str(text) for name, text in (read.metadata or {}).items() if not name.endswith("Date")]
    return "\n".join([*pages, *said])


def sheet_text(workbook: bytes) -> str:
    """Every part of an Excel file, as the text it is."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


def without_tokens(page: str) -> str:
    """The page without what is new each time it is made."""
    return FRESH.sub(r"\1", page)


def everything_in(answer: TestResponse) -> str:
    """Body and headers, addresses decoded, cursors opened."""
    return decoded(f"{words_of(answer)}\n{answer.headers}")


def decoded(text: str) -> str:
    """The text, also as it reads with its addresses decoded and its cursors opened."""
    return "\n".join([text, unquote(text), *_opened(text)])


def _opened(text: str) -> Iterator[str]:
    """What page cursors carry."""
    for cursor in CURSOR.findall(text):
        try:
            yield base64.urlsafe_b64decode(cursor + "==").decode(errors="replace")
        except binascii.Error:
            yield cursor


def words_in(text: str) -> set[str]:
    """Whatever might be a name, a number or an id, in lower case."""
    return set(WORD.findall(text.lower()))
