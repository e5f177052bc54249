"""What the installed `stripe` package says an answer holds, held against what the sandbox answers.

New objects start from it, and the tests check every answer against it, so that an upgrade of the
package shows what changed.
"""

from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin, get_type_hints

import stripe

from sandbox.stripe.contract import below, names_of


def fields_of(shape: type) -> dict[str, Any]:
    """The annotated fields of one class of the package, without those of its base."""
    hints = get_type_hints(shape, localns=names_of(shape.__module__))
    own = (name for name in shape.__annotations__ if not name.startswith("_"))
    return {name: hints[name] for name in own if name != "OBJECT_NAME"}


def blank(shape: type) -> dict[str, Any]:
    """Every field of the class that may be null, as null: the ground a new object starts from."""
    return {name: None for name, hint in fields_of(shape).items() if NoneType in get_args(hint)}


def lacking(answer: Any, shape: Any, path: str = "") -> list[str]:
    """What the answer lacks, or holds in the wrong type, to be this class of the package."""
    faults: list[str] = []
    for name, hint in fields_of(shape).items():
        where = below(path, name)
        if name not in answer:
            faults += [] if NoneType in get_args(hint) else [f"{where} is absent"]
        else:
            faults += _wrong(answer[name], hint, where)
    return faults


def _wrong(value: Any, hint: Any, path: str) -> list[str]:
    """What speaks against this value being of that type; members of a union only need one fit."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        complaints = [_wrong(value, member, path) for member in arguments]
        return min(complaints, key=len)
    if origin is Literal:
        return [] if value in arguments else [f"{path} is {value!r}, not one of {arguments}"]
    if origin is list:
        return _wrong_list(value, arguments[0], path)
    if hint is NoneType:
        return [] if value is None else [f"{path} is not null"]
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
        return lacking(value, hint, path) if isinstance(value, dict) else [f"{path} is no object"]
    return _wrong_plain(value, hint, path)


def _wrong_list(value: Any, hint: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path} is no list"]
    return [fault for at, item in enumerate(value) for fault in _wrong(item, hint, f"{path}[{at}]")]


def _wrong_plain(value: Any, hint: Any, path: str) -> list[str]:
    if hint is Any or isinstance(hint, ForwardRef) or not isinstance(hint, type):
        return []
    fits = type(value) is hint if hint in (int, bool, str) else isinstance(value, hint | int)
    return [] if fits else [f"{path} is {type(value).__name__}, not {hint.__name__}"]
