"""What a session asks money for, one line each."""

from typing import Any

from sandbox.stripe.errors import invalid, not_played
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Obj

PLAYED = frozenset({"price_data", "quantity", "metadata"})
PLAYED_OF_PRICE = frozenset({"currency", "product_data", "unit_amount", "tax_behavior"})


def line_item(given: Obj, at: int) -> Obj:
    """One line with its price made on the spot; amounts in minor units of its currency."""
    here = f"line_items[{at}]"
    price = _price_of(given, here)
    quantity = given.get("quantity")
    if quantity is None or quantity < 1:
        raise invalid("Quantity is required and at least 1.", param=f"{here}[quantity]")
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("item"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": given["price_data"]["product_data"]["name"],
        "metadata": given.get("metadata", {}),
        "price": price,
        "quantity": quantity,
    }


def _price_of(given: Obj, here: str) -> Obj:
    for name in given:
        if name not in PLAYED:
            raise not_played(f"the parameter {here}[{name}]", param=f"{here}[{name}]")
    data = given.get("price_data", {})
    for name in data:
        if name not in PLAYED_OF_PRICE:
            param = f"{here}[price_data][{name}]"
            raise not_played(f"the parameter {param}", param=param)
    for name in ("currency", "unit_amount", "product_data"):
        if name not in data:
            param = f"{here}[price_data][{name}]"
            raise invalid(
                f"Missing required param: {param}.", param=param, code="parameter_missing"
            )
    if data["unit_amount"] < 0:
        raise invalid(
            "This value must be greater than or equal to 0.",
            param=f"{here}[price_data][unit_amount]",
            code="parameter_invalid_integer",
        )
    return _price(data)


def _price(data: Obj) -> dict[str, Any]:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": 0,
        "currency": data["currency"].lower(),
        "livemode": False,
        "metadata": {},
        "product": new_id("product"),
        "recurring": None,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "type": "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
