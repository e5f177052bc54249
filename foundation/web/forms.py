"""Forms speak the reader's language and hand out ours: Money, ids, cleaned text.

A refusal that belongs to a field is told at that field, with what was typed still there.
"""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, cast

from flask import current_app
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, PasswordField, StringField
from wtforms.i18n import get_translations
from wtforms.widgets import DateInput, TextInput

from foundation.amounts import format_amount, parse_amount
from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.money import Money
from foundation.web.errors import Answers

WHOLE_FORM: Final = ""  # in `refusals`: told above the form, not at a field


def said(refusal: QuittanceError) -> str:
    """The refusal in the words of this face."""
    return cast(Answers, current_app.extensions["quittance.answers"]).sentence(refusal)


class HouseForm(FlaskForm):
    """`refusals` says which refusal is told at which field; all others reach the error page."""

    refusals: ClassVar[Mapping[type[QuittanceError], str]] = {}

    class Meta(FlaskForm.Meta):
        """How every form of ours is made."""

        def get_translations(self, form: FlaskForm) -> Any:
            """WTForms' own few sentences, in the reader's language."""
            return get_translations([language()])

        def bind_field(self, form: FlaskForm, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Text comes without spaces around it and without NUL, which no column can hold."""
            if issubclass(unbound_field.field_class, StringField):
                is_password = issubclass(unbound_field.field_class, PasswordField)
                own = options.pop("filters", unbound_field.kwargs.pop("filters", ()))
                options["filters"] = [*own, without_nul if is_password else cleaned]
            return super().bind_field(form, unbound_field, options)

    def __init__(self, currency: str | None = None, **given: Any) -> None:
        """`currency` is what the form's MoneyFields are in."""
        self.currency = currency
        self.outcome: Any = None
        super().__init__(**given)

    def process(self, *args: Any, **given: Any) -> None:
        """Tell the money fields their currency, then read what was sent."""
        for field in self:
            if isinstance(field, MoneyField) and field.currency is None:
                field.currency = self.currency
        super().process(*args, **given)

    def accepted_by(self, action: Callable[..., Any], first: Any, **given: Any) -> bool:
        """Run the action with the fields it asks for by name; False when it refused at a field.

        `first` is the session or, for a procedure, the transaction factory. What the action
        returned is in `outcome`. A refused action leaves nothing behind in the session.
        """
        asked = inspect.signature(action).parameters
        sent = {name: field.data for name, field in self._fields.items() if name in asked}
        try:
            if isinstance(first, Session):
                with first.begin_nested():
                    self.outcome = action(first, **(sent | given))
            else:
                self.outcome = action(first, **(sent | given))
        except tuple(self.refusals) as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: QuittanceError) -> None:
        """Tell a refusal at its field, or above the form when it belongs to none."""
        kinds = type(refusal).__mro__
        name = next((self.refusals[kind] for kind in kinds if kind in self.refusals), WHOLE_FORM)
        if name == WHOLE_FORM:
            self.form_errors.append(said(refusal))
        else:
            field = self[name]
            field.errors = [*field.errors, said(refusal)]


class MoneyField(Field):
    """An amount as the reader types it: "1,234.56", "1 234,56"; its data is Money."""

    widget = TextInput()

    def __init__(
        self,
        label: object = None,
        validators: Any = None,
        *,
        currency: str | None = None,
        **kw: Any,
    ) -> None:
        self.currency = currency
        render = {"inputmode": "decimal", "autocomplete": "off"} | kw.pop("render_kw", {})
        super().__init__(label, validators, render_kw=render, **kw)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_amount(self.data, language()) if isinstance(self.data, Money) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; what cannot be read is an error at this field."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            self.raw_data = [""]  # spaces are nothing, for the validators too
            return  # whether it may be empty is for InputRequired or Optional to say
        if self.currency is None:
            raise TypeError(f"{self.name} has no currency: give the form one")
        try:
            self.data = parse_amount(valuelist[0], self.currency, language())
        except QuittanceError as refusal:
            raise ValueError(said(refusal)) from refusal


class DayField(Field):
    """A calendar day, as a browser's own picker sends it; what was typed instead stays."""

    widget = DateInput()
    data: Any = None  # a day, or None where it could not be read

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, dt.date) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; a field that was not sent keeps what it was made with."""
        if not valuelist:
            return
        day: dt.date | None = None
        try:
            day = dt.date.fromisoformat(valuelist[0].strip())
        except ValueError as error:
            raise ValueError(_("This is not a day. Write it like 2026-11-25.")) from error
        finally:
            self.data = day


def without_nul(value: object) -> object:
    """Text as typed, less what PostgreSQL cannot store."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def cleaned(value: object) -> object:
    """The same, less spaces around it."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value
