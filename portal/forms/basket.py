"""How much to pay of each invoice in the basket: one form, a part of it for each payment."""

import uuid
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from foundation.deed import Deed
from foundation.errors import QuittanceError
from foundation.i18n import lazy_gettext as _l
from foundation.limits import TooManyAttempts
from foundation.money import Money, MoneyTooLarge
from foundation.templating import amount
from foundation.web.forms import WHOLE_FORM, HouseForm, MoneyField, said
from payments.basket.actions import set_amounts
from payments.basket.errors import AmountExceedsOpen, AmountNotPositive, InvoiceNotPayable
from payments.basket.queries import Basket, BasketGroup, BasketLine
from payments.card.errors import (
    AmountOutOfRange,
    EarlierPaymentUnsettled,
    EarlierPaymentWentThrough,
    MethodUnusable,
    NothingToPay,
    OperationReused,
)
from portal.forms.choice import id_of
from receivables.actions.allocation import Claim
from receivables.errors import CreditBlocked, NoCreditLeft

PREFIX: Final = "amount-"
WAY: Final = "way-"  # with the group's key: how that payment is paid
NO_METHOD: Final = uuid.UUID(int=0)
SHOWN: Final = "shown-"  # beside each amount, what the page was drawn with


@dataclass(frozen=True, slots=True)
class FormLine:
    """One invoice of the group beside the field for its amount."""

    item: BasketLine
    field: MoneyField

    @property
    def shown(self) -> str:
        """What the page is drawn with: the stored amount, also where a refused one stands."""
        return amount(self.item.amount)

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
    """What one payment will settle: an amount for each invoice."""

    refusals = {
        MethodUnusable: WHOLE_FORM,
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
        CreditBlocked: WHOLE_FORM,
    }

    group: BasketGroup
    typed: frozenset[uuid.UUID] = frozenset()  # the invoices whose amounts count as sent

    @classmethod
    def of(cls, group: BasketGroup, sent: MultiDict[str, str] | None = None) -> Self:
        """The form of this group: with what was sent, else with the stored amounts."""
        fields = {
            f"{PREFIX}{line.invoice_id}": MoneyField(
                line.number, [InputRequired(_l("Write the amount to pay."))]
            )
            for line in group.items
        }
        made = type(cls.__name__, (cls,), fields)
        stored = {f"{PREFIX}{line.invoice_id}": line.amount for line in group.items}
        form: Self = made(group.currency, formdata=_filled(group, sent), data=stored)
        form.group = group
        lines = (line.invoice_id for line in group.items)
        form.typed = frozenset(line for line in lines if sent and f"{PREFIX}{line}" in sent)
        return form

    @property
    def key(self) -> str:
        """Which group of the basket it is, as its buttons say it."""
        return key_of(self.group)

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
        self.validate()
        stored = {line.invoice_id: line.amount for line in self.group.items if not line.was_reduced}
        changed = {
            claim.invoice_id: claim.amount
            for claim in self.claims
            if claim.invoice_id in self.typed and claim.amount != stored.get(claim.invoice_id)
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


@dataclass(frozen=True, slots=True)
class SentBasket:
    """Every group of the basket with what was typed, and the one whose button was pressed.

    The groups are one form, so that a press for one payment loses nothing typed for another. Of
    those it was not for, only what differs from what the page was drawn with counts as typed.
    """

    groups: tuple[GroupForm, ...]
    pressed: GroupForm | None  # none where nothing of that group is left, or the page has no id
    press_id: uuid.UUID  # of the page shown and its group, however often it is sent
    has_changed: bool  # the basket is not what was on the page that was sent
    way: uuid.UUID | None  # the saved method it is to be charged to; none for the payment page

    def keep(self, session: Session, *, contact_id: uuid.UUID, deed: Deed) -> bool:
        """Store every amount typed that can be; False when one was refused, told at its field."""
        return all([form.keep(session, contact_id=contact_id, deed=deed) for form in self.groups])

    def form_of(self, group: BasketGroup) -> GroupForm:
        """The form of a group: as it was sent, or fresh where it was not."""
        sent = (form for form in self.groups if form.key == key_of(group))
        return next(sent, None) or GroupForm.of(group)


def sent_basket(basket: Basket, sent: MultiDict[str, str]) -> SentBasket:
    """What came from the page of this basket."""
    page_id, key = id_of(sent.get("operation_id", "")), sent.get("group", "")
    meant = next((group for group in basket.groups if page_id and key_of(group) == key), None)
    named = {name for name in sent if name.startswith(PREFIX)}
    known = {name for group in basket.groups for name in _names(group)}
    has_changed = meant is None or not set(_names(meant)) <= named <= known
    groups = tuple(
        GroupForm.of(group, _typed(group, sent, is_pressed=group is meant and not has_changed))
        for group in basket.groups
    )
    return SentBasket(
        groups,
        pressed=next((form for form in groups if form.group is meant), None),
        press_id=uuid.uuid5(page_id or uuid.uuid4(), key),
        has_changed=has_changed,
        way=_way(sent.get(f"{WAY}{key}", "")),
    )


def _way(text: str) -> uuid.UUID | None:
    """What is no id of a method was not made by our page: it names one that never was."""
    return (id_of(text) or NO_METHOD) if text else None


def _names(group: BasketGroup) -> list[str]:
    """The fields of its amounts."""
    return [f"{PREFIX}{line.invoice_id}" for line in group.items]


def _typed(
    group: BasketGroup, sent: MultiDict[str, str], *, is_pressed: bool
) -> MultiDict[str, str]:
    """The amounts of a group that count as typed: all it is pressed for, else what was changed."""
    names = {f"{PREFIX}{line.invoice_id}": f"{SHOWN}{line.invoice_id}" for line in group.items}
    changed = {name for name, shown in names.items() if sent.get(name) != sent.get(shown)}
    return MultiDict(
        (name, sent[name]) for name in names if name in sent and (is_pressed or name in changed)
    )


def _filled(group: BasketGroup, typed: MultiDict[str, str] | None) -> MultiDict[str, str] | None:
    """What was typed, and the stored amount where nothing was."""
    if typed is None:
        return None
    stored = {f"{PREFIX}{line.invoice_id}": amount(line.amount) for line in group.items}
    return MultiDict(stored | dict(typed))


def key_of(group: BasketGroup) -> str:
    """Which group of a basket this is."""
    return f"{group.ledger_id}.{group.currency}"
