"""Signing in: by password, or by a link in a mail."""

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from foundation.i18n import lazy_gettext as _l
from foundation.web.forms import HouseForm
from people.errors import EmailUnreadable

EMAIL_LENGTH_MAX = 254


class SignInForm(HouseForm):
    """E-mail address and password. Nothing is said about which of them is wrong."""

    email = EmailField(_l("E-mail address"), [InputRequired(_l("Type your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])
    next = HiddenField()


class LinkForm(HouseForm):
    """Where to send a one-time link."""

    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Type your e-mail address.")),
            Length(max=EMAIL_LENGTH_MAX, message=_l("This is not an e-mail address.")),
        ],
    )
    next = HiddenField()
    refusals = {EmailUnreadable: "email"}


class OpenLinkForm(HouseForm):
    """The button that redeems a link: no fields, only the token against forged requests."""

    next = HiddenField()
