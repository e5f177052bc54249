"""Choosing invoices, and how much of each to pay: one form for what one payment can settle."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField
from wtforms.validators import AnyOf, InputRequired, Optional

from foundation.currency import CURRENCIES
from foundation.deed import Deed
from foundation.errors import QuittanceError
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.money import Money, MoneyTooLarge
from foundation.templating import amount
from foundation.web.forms import WHOLE_FORM, HouseForm, MoneyField, OperationField, said
from payments.basket.actions import ITEMS_MAX, set_amounts
from payments.basket.errors import AmountExceedsOpen, AmountNotPositive, InvoiceNotPayable
from payments.basket.queries import Basket, BasketGroup, BasketLine
from payments.card.errors import (
    AmountOutOfRange,
    EarlierPaymentUnsettled,
    EarlierPaymentWentThrough,
    NothingToPay,
    OperationReused,
)
from portal.destinations import destination
from receivables.actions.allocation import Claim
from receivables.errors import NoCreditLeft

PREFIX: Final = "amount-"


class IdsField(Field):
    """Ids of ticked boxes; what is no id was not made by our page and counts as not ticked."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The ids, each once, in the order of the page."""
        self.data = list(dict.fromkeys(filter(None, map(_uuid, valuelist[:ITEMS_MAX]))))


class AddForm(HouseForm):
    """Some invoices by their ids, or everything overdue in a currency; and where to go on."""

    invoice_id = IdsField()
    overdue_in = StringField(validators=[Optional(), AnyOf(list(CURRENCIES))])
    then = HiddenField()
    back = HiddenField()

    @property
    def is_empty(self) -> bool:
        """Nothing was chosen."""
        return not (self.invoice_id.data or self.overdue_in.data)

    @property
    def pays_now(self) -> bool:
        """The next page is the basket, not the list again."""
        return bool(self.then.data == "pay")

    @property
    def back_address(self) -> str:
        """The list as it was, if it was one of ours."""
        return destination(self.back.data, otherwise="invoices.list")


@dataclass(frozen=True, slots=True)
class FormLine:
    """One invoice of the group beside the field for its amount."""

    item: BasketLine
    field: MoneyField

    @property
    def attributes(self) -> dict[str, str]:
        """How the field is drawn: what script adds up, and its error tied to it."""
        most = self.item.still_open.minor  # in minor units
        drawn = {"class": "form-control", "data-amount": str(most)}
        if self.field.errors:
            drawn["class"] += " is-invalid"
            drawn["aria-invalid"] = "true"
            drawn["aria-describedby"] = f"{self.field.id}-problem"
        return drawn


class GroupForm(HouseForm):
    """What one payment will settle: an amount for each invoice, and the id of this one press."""

    operation_id = OperationField()
    refusals = {
        OperationReused: WHOLE_FORM,
        EarlierPaymentUnsettled: WHOLE_FORM,
        EarlierPaymentWentThrough: WHOLE_FORM,
        InvoiceNotPayable: WHOLE_FORM,
        AmountExceedsOpen: WHOLE_FORM,
        AmountNotPositive: WHOLE_FORM,
        AmountOutOfRange: WHOLE_FORM,
        NothingToPay: WHOLE_FORM,
        TooManyAttempts: WHOLE_FORM,
        NoCreditLeft: WHOLE_FORM,
    }

    group: BasketGroup

    has_changed = False  # the group is not what was on the page that sent it

    @classmethod
    def of(cls, group: BasketGroup, sent: MultiDict[str, str] | None = None) -> Self:
        """The form of this group: as it was sent, or fresh with the stored amounts."""
        fields = {
            f"{PREFIX}{line.invoice_id}": MoneyField(
                line.number, [InputRequired(_l("Write the amount to pay."))]
            )
            for line in group.items
        }
        made = type(cls.__name__, (cls,), fields)
        stored = {f"{PREFIX}{line.invoice_id}": line.amount for line in group.items}
        form: Self = made(group.currency, formdata=sent, data=stored)
        form.group = group
        return form

    @property
    def next_operation(self) -> uuid.UUID:
        """The id of the next press: each page shown has its own."""
        return uuid.uuid4()

    def is_for(self, group: BasketGroup) -> bool:
        """Whether this is the form of that group."""
        return (self.group.ledger_id, self.group.currency) == (group.ledger_id, group.currency)

    @property
    def lines(self) -> list[FormLine]:
        """Each invoice with its field."""
        return [FormLine(item, self[f"{PREFIX}{item.invoice_id}"]) for item in self.group.items]

    @property
    def claims(self) -> list[Claim]:
        """What is to be paid of each invoice."""
        return [
            Claim(invoice_id=line.item.invoice_id, amount=line.field.data)
            for line in self.lines
            if line.field.data is not None
        ]

    @property
    def total(self) -> Money:
        """The sum of what could be read."""
        read = (line.field.data for line in self.lines if isinstance(line.field.data, Money))
        try:
            return Money.total(read, self.group.currency)
        except MoneyTooLarge:  # each amount is refused at its line; there is no sum to show
            return self.zero

    @property
    def zero(self) -> Money:
        """Nothing, written as amounts of this group are."""
        return Money.zero(self.group.currency)

    def keep(self, session: Session, *, contact_id: uuid.UUID, deed: Deed) -> bool:
        """Store the changed amounts in the basket; False when one was refused, told at its field.

        Those that were not refused are kept: whoever comes back finds what they typed.
        """
        stored = {line.invoice_id: line.amount for line in self.group.items if not line.was_reduced}
        changed = {
            claim.invoice_id: claim.amount
            for claim in self.claims
            if claim.amount != stored.get(claim.invoice_id)
        }
        for refusal in set_amounts(session, contact_id=contact_id, amounts=changed, deed=deed):
            self.refuse(refusal)
        return not self.errors

    def refuse(self, refusal: QuittanceError) -> None:
        """Tell a refusal about one invoice at its amount, any other above the form."""
        field = self._fields.get(f"{PREFIX}{getattr(refusal, 'invoice_id', '')}")
        if field is None:
            super().refuse(refusal)
        else:
            field.errors = [*field.errors, said(refusal)]


def posted_group(basket: Basket, sent: MultiDict[str, str]) -> GroupForm | None:
    """The form that was sent, with what was typed; None when nothing of its group is left."""
    for group in basket.groups:
        if (str(group.ledger_id), group.currency) == (sent.get("ledger_id"), sent.get("currency")):
            typed = MultiDict(sent)
            for line in group.items:
                typed.setdefault(f"{PREFIX}{line.invoice_id}", amount(line.amount))
            form = GroupForm.of(group, typed)
            form.has_changed = _names(sent) != _names(form.data)
            return form
    return None


def sent_operation(sent: MultiDict[str, str]) -> uuid.UUID:
    """The id of the press that was sent; a new one when the page carried none."""
    return _uuid(sent.get("operation_id", "")) or uuid.uuid4()


def _names(fields: Iterable[str]) -> set[str]:
    return {name for name in fields if name.startswith(PREFIX)}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
