"""Sending a pay link, and the button of whoever holds one."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID, uuid4, uuid5

from wtforms import EmailField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from foundation.i18n import LANGUAGES, language
from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from payments.card.errors import (
    AmountOutOfRange,
    NothingToPay,
    OperationReused,
)
from payments.links.errors import (
    NothingToAskFor,
    PayLinkChanged,
    SeveralPayments,
    TooManyToAskFor,
)
from people.errors import EmailUnreadable
from people.models.person import EMAIL_LENGTH_MAX
from portal.forms.choice import IdsField, id_of
from receivables.queries.invoices import InvoiceRow

TONGUES = {"en": "English", "fr": "Français"}  # each in its own words


class PayLinkForm(HouseForm):
    """To whom, in which language, and which invoices it asks to pay.

    `operation_id` was made with the page, so that pressing twice is one press.
    """

    operation_id = HiddenField()
    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Type the e-mail address of whoever is to pay.")),
            Length(max=EMAIL_LENGTH_MAX, message=_l("This is not an e-mail address.")),
        ],
    )
    spoken = RadioField(
        _l("Language of the mail"),
        choices=[SelectChoice(*one) for one in TONGUES.items()],
        validate_choice=False,
    )
    invoice_id = IdsField(_l("Invoices"))
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        EmailUnreadable: "email",
        NothingToAskFor: "invoice_id",
        TooManyToAskFor: "invoice_id",
        SeveralPayments: "invoice_id",
        AmountOutOfRange: "invoice_id",
    }

    @classmethod
    def of(cls, offered: Sequence[InvoiceRow]) -> Self:
        """Every invoice offered is ticked, until something was sent."""
        form = cls()
        if not form.is_submitted():
            form.invoice_id.data = [row.id for row in offered]
            form.spoken.data = language()
        return form

    def validate_spoken(self, field: RadioField) -> None:
        """One of ours; a page of ours sends no other."""
        field.data = field.data if field.data in LANGUAGES else language()

    def validate_invoice_id(self, field: IdsField) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError(_("Choose at least one invoice."))

    def press_of(self, contact_id: UUID) -> UUID:
        """One press of one page by one contact; the page changed and sent again is another."""
        page_id = id_of(self.operation_id.data or "") or uuid4()
        asked = (self.email.data or "", self.spoken.data, *sorted(self.invoice_id.data or ()))
        return uuid5(page_id, " ".join(map(str, (contact_id, *asked))))

    def is_ticked(self, invoice_id: UUID) -> bool:
        """Whether the box of this invoice is drawn ticked."""
        return invoice_id in (self.invoice_id.data or ())


class LinkPayForm(HouseForm):
    """The button of whoever holds a link: which page was pressed, and what that page asked for."""

    operation_id = HiddenField()
    shown = HiddenField()
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        PayLinkChanged: WHOLE_FORM,
        OperationReused: WHOLE_FORM,
        AmountOutOfRange: WHOLE_FORM,
        NothingToPay: WHOLE_FORM,
    }

    @property
    def press_id(self) -> UUID | None:
        """The id the page was drawn with, if it was one of ours."""
        return id_of(self.operation_id.data or "")
