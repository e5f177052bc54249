"""A person's own password, and which mails they get."""

from typing import Self

from wtforms import BooleanField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
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
from receivables.queries.mails import ChosenMails, Whose

OF_PAYMENTS = {
    Whose.ALL: _l("Of all payments of the account"),
    Whose.OWN: _l("Only of payments I make"),
    Whose.NONE: _l("No such mails"),
}
CHOICES = [SelectChoice(value.value, words) for value, words in OF_PAYMENTS.items()]


class MailsForm(HouseForm):
    """Which mails come about one account; what a page of ours does not offer changes nothing."""

    receipts = RadioField(_l("Receipts"), choices=CHOICES, validate_choice=False)
    news = RadioField(
        _l("News of payments: a debit on its way, returned, a refund"),
        choices=CHOICES,
        validate_choice=False,
    )
    credit_notes = BooleanField(_l("Each new credit note"))

    @classmethod
    def of(cls, stored: ChosenMails) -> Self:
        """As it was sent, or as it is stored."""
        return cls(obj=stored)

    def chosen(self, stored: ChosenMails) -> ChosenMails:
        """What is wanted from now on."""
        known = set(Whose)
        return ChosenMails(
            receipts=Whose(self.receipts.data) if self.receipts.data in known else stored.receipts,
            news=Whose(self.news.data) if self.news.data in known else stored.news,
            credit_notes=bool(self.credit_notes.data),
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
