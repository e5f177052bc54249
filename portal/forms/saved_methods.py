"""Which kind of method somebody wants to save."""

from typing import Final

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from payments.card.errors import MethodUnusable, OperationReused, TooManyMethods
from payments.card.saved_method import MethodKind

KINDS: Final = {
    MethodKind.CARD: _l("A card, for payments in any currency"),
    MethodKind.SEPA: _l("A bank account in euro (SEPA debit)"),
    MethodKind.ACH: _l("A bank account in US dollars (ACH debit)"),
}


class SavingForm(HouseForm):
    """One kind; `operation_id` was made with the page, so that pressing twice is one press."""

    operation_id = HiddenField()
    kind = RadioField(
        _l("What do you want to save?"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        default=MethodKind.CARD.value,
        validate_choice=False,
    )
    refusals = {
        MethodUnusable: WHOLE_FORM,
        OperationReused: WHOLE_FORM,
        TooManyAttempts: WHOLE_FORM,
        TooManyMethods: WHOLE_FORM,
    }

    def validate_kind(self, field: RadioField) -> None:
        """One of those offered."""
        if field.data not in set(MethodKind):
            raise ValidationError(_("Choose what you want to save."))
