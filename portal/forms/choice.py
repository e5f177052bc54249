"""Choosing invoices on a list: to the basket with them."""

import uuid

from wtforms import Field, HiddenField, StringField
from wtforms.validators import AnyOf, Optional

from foundation.currency import CURRENCIES
from foundation.web.forms import HouseForm
from payments.basket.actions import ITEMS_MAX
from portal.destinations import destination


class IdsField(Field):
    """Ids of ticked boxes; what is no id was not made by our page and counts as not ticked."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The ids, each once, in the order of the page."""
        self.data = list(dict.fromkeys(filter(None, map(id_of, valuelist[:ITEMS_MAX]))))


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


def id_of(text: str) -> uuid.UUID | None:
    """The id, if the text is one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
