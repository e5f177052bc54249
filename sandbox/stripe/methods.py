"""Payment methods that are kept with a customer: attached, listed, detached for good."""

from sandbox.stripe import lists
from sandbox.stripe.account import Account
from sandbox.stripe.cards import BY_SCENARIO, TestCard
from sandbox.stripe.errors import invalid
from sandbox.stripe.events import emit
from sandbox.stripe.store import Obj

USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
    "attachment, shared with a connected account without Customer attachment, or was detached "
    "from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must "
    "attach it to a Customer first."
)


def find(account: Account, method_id: str) -> Obj:
    """The method, or Stripe's 404."""
    return account.need(method_id, "payment_method", what="PaymentMethod", param="payment_method")


def retrieve(account: Account, params: Obj, method_id: str) -> Obj:
    """One method."""
    return find(account, method_id)


def attach(account: Account, params: Obj, method_id: str) -> Obj:
    """Keep a method with a customer; one that was detached is gone."""
    method = find(account, method_id)
    if "customer" not in params:
        raise invalid("You must provide a customer.", param="customer", code="parameter_missing")
    customer = account.need(params["customer"], "customer", what="customer", param="customer")
    if method["_is_detached"]:
        raise invalid(USED_UP)
    if method["customer"] not in (None, customer["id"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    return kept_with(account, method, customer["id"])


def kept_with(account: Account, method: Obj, customer_id: str) -> Obj:
    """The method, attached to that customer."""
    method["customer"] = customer_id
    emit(account, "payment_method.attached", account.store.save(method))
    return method


def detach(account: Account, params: Obj, method_id: str) -> Obj:
    """Take a method from its customer; it can never be charged again."""
    method = find(account, method_id)
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible."
        )
    method |= {"customer": None, "_is_detached": True}
    emit(account, "payment_method.detached", account.store.save(method))
    return method


def of_customer(account: Account, params: Obj, customer_id: str) -> Obj:
    """The methods kept with a customer, newest first."""
    account.need(customer_id, "customer", what="customer", param="customer")
    url = f"/v1/customers/{customer_id}/payment_methods"
    return lists.page(account, "payment_method", url, params | {"customer": customer_id})


def check_owner(method: Obj, customer_id: str | None) -> None:
    """Raise Stripe's refusal unless that customer's intent may charge the method."""
    if method["_is_detached"]:
        raise invalid(USED_UP, param="payment_method")
    if method["customer"] is not None and method["customer"] != customer_id:
        raise invalid(
            "The PaymentMethod belongs to a Customer. Please include the Customer in the "
            "`customer` parameter on the PaymentIntent.",
            param="payment_method",
        )


def card_of(method: Obj) -> TestCard:
    """Which test card it is, and so what becomes of charging it."""
    return BY_SCENARIO[method["_card"]]
