"""Signing in: by password, or by a link in a mail."""

from datetime import timedelta
from http import HTTPStatus
from math import ceil

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from people.emails import email_of
from people.errors import EmailUnreadable, SignInBusy, SignInRefused

EMAIL_LENGTH_MAX = 254

Answer = tuple[str, int, dict[str, str]]


class DoorForm(HouseForm):
    """A form strangers use: a reached limit is told on it, and to machines by status and header."""

    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Type your e-mail address.")),
            Length(max=EMAIL_LENGTH_MAX, message=_l("This is not an e-mail address.")),
        ],
    )
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        SignInBusy: WHOLE_FORM,
        SignInRefused: WHOLE_FORM,
    }
    wait: timedelta | None = None

    def refuse(self, refusal: QuittanceError) -> None:
        """Tell it above the form, never at a field: that would say which one is wrong."""
        if isinstance(refusal, TooManyAttempts):
            self.wait = refusal.retry_after
        super().refuse(refusal)

    def answer(self, page: str) -> Answer:
        """The page, and what happened in the words of HTTP."""
        if self.wait is not None:
            seconds = max(1, ceil(self.wait.total_seconds()))
            return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK, {}


class SignInForm(DoorForm):
    """E-mail address and password. Nothing is said about which of them is wrong."""

    password = PasswordField(_l("Password"), [InputRequired(_l("Type your password."))])
    next = HiddenField()


class LinkForm(DoorForm):
    """Where to send a one-time link."""

    def validate_email(self, field: EmailField) -> None:
        """Say that it is no address; whether somebody has it is not said."""
        try:
            email_of(field.data or "")
        except EmailUnreadable as refusal:
            raise ValidationError(_("This is not an e-mail address.")) from refusal


class OpenLinkForm(HouseForm):
    """The button that redeems a link: no fields, only the token against forged requests."""
