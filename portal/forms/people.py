"""Inviting a colleague, changing what somebody may do, joining."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from wtforms import EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from foundation.i18n import gettext as _
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.web.forms import WHOLE_FORM, HouseForm
from people.errors import EmailUnreadable
from people.models.person import EMAIL_LENGTH_MAX, NAME_LENGTH_MAX
from receivables.errors import AlreadyHasAccess, InvitationDead, MayNotManage, NoAdminLeft
from receivables.models import ContactRole
from receivables.queries.customers import ContactRight
from receivables.words import RIGHTS

NO_RIGHT: Final = ""
PREFIX: Final = "right-"


class AccountsField(SelectMultipleField):
    """Ticked accounts; one that the reader does not look after counts as not ticked."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The ids, each once."""
        allowed = {choice.value for choice in self.choices or ()}
        self.data = [uuid.UUID(one) for one in dict.fromkeys(valuelist) if one in allowed]

    def pre_validate(self, form: HouseForm) -> None:
        """What was not allowed is left out above; nothing is not enough."""
        if not self.data:
            raise ValidationError(_("Choose at least one account."))

    def is_ticked(self, value: str) -> bool:
        """Whether the box of this account is drawn ticked."""
        return value in map(str, self.data or ())


class InviteForm(HouseForm):
    """Whom to write to, what they may do, and on which accounts."""

    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Type the e-mail address of your colleague.")),
            Length(max=EMAIL_LENGTH_MAX, message=_l("This is not an e-mail address.")),
        ],
    )
    role = RadioField(
        _l("What may this person do?"),
        choices=[SelectChoice(*one) for one in RIGHTS.items()],
        default=ContactRole.VIEWER.value,
        validate_choice=False,
    )
    account_ids = AccountsField(_l("On which accounts?"))
    refusals = {
        TooManyAttempts: WHOLE_FORM,
        MayNotManage: WHOLE_FORM,
        EmailUnreadable: "email",
        AlreadyHasAccess: "email",
    }

    @classmethod
    def of(cls, accounts: Sequence[ContactRight]) -> Self:
        """The form of an admin who looks after these accounts; the first is ticked."""
        form = cls()
        choices = [SelectChoice(str(one.customer_id), one.customer_name) for one in accounts]
        form.account_ids.choices = choices
        if form.is_submitted():
            form.account_ids.process_formdata(form.account_ids.raw_data or [])
        else:
            form.account_ids.data = [one.customer_id for one in accounts[:1]]
        return form

    def validate_role(self, field: RadioField) -> None:
        """One of three; a page of ours sends no other."""
        try:
            field.data = ContactRole(field.data)
        except ValueError as error:
            raise ValidationError(_("Choose what this person may do.")) from error


class RightsForm(HouseForm):
    """What one person may do on each account that the reader looks after."""

    refusals = {MayNotManage: WHOLE_FORM, NoAdminLeft: WHOLE_FORM}

    @classmethod
    def of(cls, accounts: Sequence[ContactRight], roles: Mapping[uuid.UUID, ContactRole]) -> Self:
        """The form as it was sent, or with the roles as they are."""
        choices = [SelectChoice(*one) for one in (*RIGHTS.items(), (NO_RIGHT, _l("No access")))]
        fields: dict[str, Any] = {
            f"{PREFIX}{one.customer_id}": SelectField(
                one.customer_name,
                choices=choices,
                default=roles.get(one.customer_id, NO_RIGHT),
                validate_choice=False,
            )
            for one in accounts
        }
        made: type[Self] = type(cls.__name__, (cls,), fields)
        return made()

    @property
    def accounts(self) -> list[SelectField]:
        """A field for each account."""
        return [field for field in self if field.name.startswith(PREFIX)]

    @property
    def wanted(self) -> dict[uuid.UUID, ContactRole | None]:
        """Customer -> role, as chosen."""
        return {
            uuid.UUID(field.name.removeprefix(PREFIX)): ContactRole(field.data)
            if field.data
            else None
            for field in self.accounts
        }

    def validate(self, *given: Any, **more: Any) -> bool:
        """A page of ours sends only what it offers."""
        known = {NO_RIGHT, *ContactRole}
        for field in self.accounts:
            field.data = field.data if field.data in known else field.object_data
        return bool(super().validate(*given, **more))


class JoinForm(HouseForm):
    """What to call somebody we do not know yet; a button for whom we know."""

    name = StringField(
        _l("Your name"),
        [
            InputRequired(_l("Tell us your name.")),
            Length(max=NAME_LENGTH_MAX, message=_l("This is longer than a name we can keep.")),
        ],
    )
    refusals = {InvitationDead: WHOLE_FORM}

    @classmethod
    def of(cls, *, asks_name: bool) -> Self:
        """With the field, or without."""
        form = cls()
        if not asks_name:
            del form.name
        return form

    def validate_name(self, field: StringField) -> None:
        """A name is written in letters and signs that can be seen."""
        if not field.data.isprintable():
            raise ValidationError(_("Leave out what cannot be seen."))
