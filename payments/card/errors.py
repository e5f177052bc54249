"""Refusals and doubts on the way to and from the card company."""

import uuid

from foundation.errors import QuittanceError
from foundation.money import Money


class CardError(QuittanceError):
    """A refusal while paying by card."""

    code = "card.refused"


class OperationReused(CardError):
    """The same page was sent twice with different content; nothing new was started."""

    code = "card.operation_reused"


class AmountOutOfRange(CardError):
    code = "card.amount_out_of_range"

    def __init__(self, amount: Money, least: Money, most: Money) -> None:
        self.amount, self.least, self.most = amount, least, most
        super().__init__(f"{amount} is not between {least} and {most}")


class NothingToPay(CardError):
    code = "card.nothing_to_pay"


class PaymentUnknown(CardError):
    """There is no such payment, or it is somebody else's."""

    code = "card.payment_unknown"

    def __init__(self, payment_id: uuid.UUID) -> None:
        self.payment_id = payment_id
        super().__init__(f"no payment {payment_id}")


class EarlierPaymentUnsettled(CardError):
    """The same contact's payment of the same invoices may still go through."""

    code = "card.earlier_payment_unsettled"

    def __init__(self, payment_id: uuid.UUID) -> None:
        self.payment_id = payment_id
        super().__init__(f"payment {payment_id} is not settled yet")


class EarlierPaymentWentThrough(CardError):
    """The same contact's payment of the same invoices turned out to be paid."""

    code = "card.earlier_payment_went_through"

    def __init__(self, payment_id: uuid.UUID) -> None:
        self.payment_id = payment_id
        super().__init__(f"payment {payment_id} is paid")


class IllegalMove(CardError):
    code = "card.illegal_move"

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        super().__init__(f"a card payment does not move from {old} to {new}")


class GatewayUnreachable(CardError):
    """No sure answer: what was asked may or may not have happened.

    `has_answered` tells that the provider did answer, with an error of its own; it keeps that
    answer under the key, so that asking again says nothing new.
    """

    code = "card.gateway_unreachable"

    def __init__(self, reason: str, *, has_answered: bool = False) -> None:
        self.has_answered = has_answered
        super().__init__(reason)


class GatewayRefused(CardError):
    """A sure no: what was asked did not happen."""

    code = "card.gateway_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class GatewayDeclined(CardError):
    """The bank said no to a charge: a sure answer, which the intent of that name tells whole."""

    code = "card.gateway_declined"

    def __init__(self, intent_ref: str) -> None:
        self.intent_ref = intent_ref
        super().__init__(f"intent {intent_ref} was declined")


class MethodUnusable(CardError):
    """No such saved method, or it pays nothing any more, or not in this currency."""

    code = "card.method_unusable"


class TooManyMethods(CardError):
    """No more are kept for one customer."""

    code = "card.too_many_methods"

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(f"at most {maximum} methods are kept")


class EventRefused(CardError):
    """A call to the webhook that the provider did not sign."""

    code = "card.event_refused"
