"""Refusals about pay links."""

from foundation.errors import QuittanceError


class PayLinkError(QuittanceError):
    """A refusal about a pay link."""

    code = "pay_link.refused"


class NothingToAskFor(PayLinkError):
    """None of the chosen invoices is open on this account."""

    code = "pay_link.nothing_to_ask_for"


class TooManyToAskFor(PayLinkError):
    code = "pay_link.too_many"

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"a pay link asks for {limit} invoices")


class SeveralPayments(PayLinkError):
    """The chosen invoices are of several companies of the seller, or in several currencies."""

    code = "pay_link.several_payments"


class PayLinkOver(PayLinkError):
    """The link opens nothing (any more)."""

    code = "pay_link.over"


class PayLinkChanged(PayLinkError):
    """What is to be paid is not what the page showed."""

    code = "pay_link.changed"
