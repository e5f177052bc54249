"""One spelling of an e-mail address, so that it names one person."""

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address

from people.errors import EmailUnreadable
from people.models.person import EMAIL_LENGTH_MAX

# Only what makes it an address at all: whether it exists, a mail finds out.
_SHAPE = re.compile(r"[^\s@<>(),:;\"\\]+@[^\s@<>(),:;\"\\]+\.[^\s@<>(),:;\"\\]+")


def one_spelling(typed: str) -> str:
    """Lower case, composed, without the blanks around it; refuses nothing.

    What no table can hold (a NUL, half a surrogate pair) and what is too long fits no address.
    """
    composed = unicodedata.normalize("NFC", typed[: EMAIL_LENGTH_MAX + 1].strip()).lower()
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in composed)


def email_of(typed: str) -> str:
    """The address as we keep it. Raises EmailUnreadable."""
    email = one_spelling(typed)
    if len(email) > EMAIL_LENGTH_MAX or "\ufffd" in email or not _SHAPE.fullmatch(email):
        raise EmailUnreadable(f"{len(email)} characters")
    try:
        Address(addr_spec=email)  # what no letter can be addressed to is none: a@x.example.
    except (ValueError, IndexError, MessageError) as error:
        raise EmailUnreadable(f"{len(email)} characters") from error
    return email
