"""Refusals at the basket."""

import uuid

from foundation.errors import QuittanceError
from foundation.money import Money


class BasketError(QuittanceError):
    """A refusal at the basket."""

    code = "basket.refused"


class AmountExceedsOpen(BasketError):
    code = "basket.amount_exceeds_open"

    def __init__(self, invoice_id: uuid.UUID, amount: Money, still_open: Money) -> None:
        self.invoice_id, self.amount, self.still_open = invoice_id, amount, still_open
        super().__init__(f"{amount} asked, only {still_open} is open")


class AmountNotPositive(BasketError):
    code = "basket.amount_not_positive"

    def __init__(self, invoice_id: uuid.UUID) -> None:
        self.invoice_id = invoice_id
        super().__init__("an amount to pay is more than nothing")


class InvoiceNotPayable(BasketError):
    """Paid meanwhile, or not this customer's: told apart by nobody outside."""

    code = "basket.invoice_not_payable"

    def __init__(self, invoice_id: uuid.UUID) -> None:
        self.invoice_id = invoice_id
        super().__init__(f"nothing to pay on invoice {invoice_id}")


class BasketFull(BasketError):
    code = "basket.full"

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"a basket holds {limit} invoices")
