"""One spelling of an e-mail address, so that it names one person."""

import re
import unicodedata

from people.errors import EmailUnreadable
from people.models.person import EMAIL_LENGTH_MAX

# Only what makes it an address at all: whether it exists, a mail finds out.
_SHAPE = re.compile(r"[^\s@<>(),:;\"\\]+@[^\s@<>(),:;\"\\]+\.[^\s@<>(),:;\"\\]+")


def one_spelling(typed: str) -> str:
    """Lower case, composed, without the blanks around it; refuses nothing."""
    return unicodedata.normalize("NFC", typed.strip()).lower()


def email_of(typed: str) -> str:
    """The address as we keep it. Raises EmailUnreadable."""
    email = one_spelling(typed)
    if len(email) > EMAIL_LENGTH_MAX or not email.isprintable() or not _SHAPE.fullmatch(email):
        raise EmailUnreadable(f"{len(email)} characters")
    return email
