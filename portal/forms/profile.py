"""A person's own password."""

from wtforms import PasswordField
from wtforms.validators import InputRequired

from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from people.errors import (
    CurrentPasswordWrong,
    FreshSignInNeeded,
    PasswordNamesPerson,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    PasswordUnreadable,
    SignInBusy,
)


class PasswordForm(HouseForm):
    """The new password, typed once: a toggle shows it, so typing it twice proves nothing more."""

    current = PasswordField(_l("Current password"), default="")
    chosen = PasswordField(_l("New password"), [InputRequired(_l("Type a new password."))])
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        SignInBusy: WHOLE_FORM,
        FreshSignInNeeded: WHOLE_FORM,
        CurrentPasswordWrong: "current",
        PasswordTooShort: "chosen",
        PasswordTooLong: "chosen",
        PasswordUnreadable: "chosen",
        PasswordTooCommon: "chosen",
        PasswordUnchanged: "chosen",
        PasswordNamesPerson: "chosen",
    }
