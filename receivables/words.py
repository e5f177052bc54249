"""What a contact's rights are called, on pages and in letters."""

from typing import Final

from foundation.i18n import lazy_gettext as _l
from receivables.models import ContactRole

# Each may all that stands before it.
RIGHTS: Final = {
    ContactRole.VIEWER.value: _l("May look"),
    ContactRole.PAYER.value: _l("May look and pay"),
    ContactRole.ADMIN.value: _l("May pay and manage people"),
}
# The same, said to whoever has the right.
YOURS: Final = {
    ContactRole.VIEWER.value: _l("You may look."),
    ContactRole.PAYER.value: _l("You may look and pay."),
    ContactRole.ADMIN.value: _l("You may pay and manage people."),
}


def right_words(role: str) -> str:
    """The right, to whoever has it, in their language."""
    return str(YOURS[role])
