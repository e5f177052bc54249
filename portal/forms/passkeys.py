"""What a device answered, and what its owner calls it."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from people.errors import PasskeyRefused, PasskeysFull
from people.models.passkey import NAME_LENGTH_MAX


class PasskeySignInForm(HouseForm):
    """An answer that a device signed; script fetches it."""

    answer = HiddenField(default="")
    next = HiddenField()
    refusals = {TooManyAttempts: WHOLE_FORM, PasskeyRefused: WHOLE_FORM}


class PasskeyForm(HouseForm):
    """A new passkey and its name."""

    answer = HiddenField(default="")
    name = StringField(
        _l("Name of this passkey"),
        [
            InputRequired(_l("Give it a name, so that you know it again.")),
            Length(max=NAME_LENGTH_MAX, message=_l("This is longer than a name we can keep.")),
        ],
    )
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        PasskeyRefused: WHOLE_FORM,
        PasskeysFull: WHOLE_FORM,
    }

    def validate_name(self, field: StringField) -> None:
        """A name is written in signs that can be seen."""
        if not field.data.isprintable():
            raise ValidationError(_("Leave out what cannot be seen."))
