"""A person's own password."""

from wtforms import PasswordField
from wtforms.validators import InputRequired

from foundation.i18n import lazy_gettext as _l
from foundation.web.forms import HouseForm
from people.errors import (
    CurrentPasswordWrong,
    PasswordNamesPerson,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
)


class PasswordForm(HouseForm):
    """The new password, typed once: a toggle shows it, so typing it twice proves nothing more."""

    current = PasswordField(_l("Current password"))
    chosen = PasswordField(_l("New password"), [InputRequired(_l("Type a new password."))])
    refusals = {
        CurrentPasswordWrong: "current",
        PasswordTooShort: "chosen",
        PasswordTooLong: "chosen",
        PasswordUnreadable: "chosen",
        PasswordTooCommon: "chosen",
        PasswordNamesPerson: "chosen",
    }
