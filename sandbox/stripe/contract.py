"""What the installed `stripe` package says a request may hold, held against what is sent.

The package's types are made from Stripe's own specification. An unknown, missing or mistyped
parameter is refused as Stripe refuses it. What it says of answers is in `answers.py`.
"""

import builtins
import sys
import typing
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from typing import NotRequired as OlderNotRequired

import stripe
from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from sandbox.stripe.errors import StripeRefusal, invalid

Reader = Callable[[Any, str], Any]
# Options of the client library, which travel as headers and never in the form.
NOT_ON_THE_WIRE = frozenset(RequestOptions.__annotations__)
GONE = {"payment_method_types": "payment_method_types_no_longer_supported"}


class _Names(dict[str, Any]):
    """Where forward references are looked up; what the package does not export is anything."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return Any


@cache
def names_of(module: str) -> _Names:
    """The names one module of the package can mean: its own, then the package's, then the
    words of typing itself (for what it inherits from another module)."""
    return _Names(vars(typing) | vars(stripe) | vars(sys.modules[module]))


def read(params_type: type, given: dict[str, Any]) -> dict[str, Any]:
    """The request's parameters with their true types, or Stripe's refusal."""
    taken: dict[str, Any] = _reader_of(params_type)(given, "")
    return taken


@cache
def _reader_of(hint: Any) -> Reader:
    """How a value of this type is read from a form; built once a type."""
    origin = get_origin(hint)
    if origin in (NotRequired, OlderNotRequired):
        return _reader_of(get_args(hint)[0])
    if is_typeddict(hint):
        return _fields_reader(hint)
    if origin in (Union, UnionType):
        return _union_reader(get_args(hint))
    if origin is Literal:
        return _literal_reader(get_args(hint))
    if origin is list:
        return _list_reader(_reader_of(get_args(hint)[0]))
    if origin is dict or _is_untyped_object(hint):
        return _read_text_map
    return PLAIN.get(hint, _read_anything)


def _is_untyped_object(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, stripe.StripeObject)


def _fields_reader(typed_dict: Any) -> Reader:
    hints = get_type_hints(typed_dict, localns=names_of(typed_dict.__module__), include_extras=True)
    readers = {name: _lazily(hint) for name, hint in hints.items() if name not in NOT_ON_THE_WIRE}
    required = [name for name in readers if name in typed_dict.__required_keys__]

    def read_fields(given: Any, path: str) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise invalid("Invalid object", param=path)
        for name in given:
            if name not in readers:
                raise _unknown(below(path, name), name)
        for name in required:
            if name not in given:
                raise _missing(below(path, name))
        return {name: readers[name](value, below(path, name)) for name, value in given.items()}

    return read_fields


def _lazily(hint: Any) -> Reader:
    """Most of the hundreds of parameters are never sent: read their types when they are."""
    return lambda value, path: _reader_of(hint)(value, path)


def below(path: str, name: str) -> str:
    """The way Stripe names a nested parameter: `line_items[0][quantity]`."""
    return f"{path}[{name}]" if path else name


def _unknown(param: str, name: str) -> StripeRefusal:
    if name in GONE:
        return invalid(
            f"The parameter {name} is no longer supported.", param=param, code=GONE[name]
        )
    return invalid(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")


def _missing(param: str) -> StripeRefusal:
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def _union_reader(members: tuple[Any, ...]) -> Reader:
    members = tuple(member for member in members if member is not NoneType)
    literals = [member for member in members if get_origin(member) is Literal]
    if str in members and len(literals) == 1 and get_args(literals[0]) != ("",):
        # The package keeps lists of words open for values of tomorrow; Stripe itself does not.
        return _literal_reader(get_args(literals[0]), is_switch=bool in members)
    nested = [_reader_of(m) for m in members if _is_nested(m)]
    flat = [_reader_of(m) for m in members if not _is_nested(m)]

    def read_union(value: Any, path: str) -> Any:
        readers = nested if nested and (isinstance(value, dict) or not flat) else flat
        refusal = invalid("Invalid value", param=path)
        for reader in readers:
            try:
                return reader(value, path)
            except StripeRefusal as refused:
                refusal = refused
        raise refusal

    return read_union


def _is_nested(hint: Any) -> bool:
    return is_typeddict(hint) or get_origin(hint) in (dict, list) or _is_untyped_object(hint)


def _literal_reader(words: tuple[Any, ...], *, is_switch: bool = False) -> Reader:
    def read_literal(value: Any, path: str) -> Any:
        if is_switch and value in ("true", "false"):
            return _read_switch(value, path)
        if value not in words:
            choice = ", ".join(str(word) for word in words)
            raise invalid(f"Invalid {path}: must be one of {choice}", param=path)
        return value

    return read_literal


def _list_reader(item: Reader) -> Reader:
    def read_list(value: Any, path: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
            raise invalid("Invalid array", param=path)
        return [item(value[key], f"{path}[{key}]") for key in sorted(value, key=int)]

    return read_list


def _read_text_map(value: Any, path: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise invalid("Invalid object", param=path)
    return value


def _read_text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise invalid("Invalid string", param=path)
    return value


def _read_integer(value: Any, path: str) -> int:
    text = _read_text(value, path)
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise invalid(f"Invalid integer: {text}", param=path, code="parameter_invalid_integer")
    return int(text)


def _read_switch(value: Any, path: str) -> bool:
    text = _read_text(value, path)
    if text not in ("true", "false"):
        raise invalid(f"Invalid boolean: {text}", param=path)
    return text == "true"


def _read_decimal(value: Any, path: str) -> Decimal:
    text = _read_text(value, path)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {text}", param=path) from None


def _read_anything(value: Any, path: str) -> Any:
    return value


PLAIN: dict[Any, Reader] = {
    str: _read_text,
    int: _read_integer,
    bool: _read_switch,
    Decimal: _read_decimal,
    float: _read_decimal,
}
