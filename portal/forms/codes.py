"""Typing a code."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from people.errors import CodesNotBegun, CodeWrong

LENGTH_MAX = 40  # of the longest spelling of a recovery code, with room for blanks


class CodeForm(HouseForm):
    """A code of the app or, when signing in, one of the recovery codes."""

    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Type the code.")),
            Length(max=LENGTH_MAX, message=_l("This is longer than any code.")),
        ],
    )
    next = HiddenField()
    refusals = {TooManyAttempts: WHOLE_FORM, CodesNotBegun: WHOLE_FORM, CodeWrong: "code"}
