"""Work in batches: each is one transaction, and may be met by another import of the same."""

import functools
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

BATCH: Final = 500  # customers or invoices a transaction; larger ones gained nothing

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def batches(things: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The same things, so many at a time."""
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch


def met_once(work: Callable[P, R]) -> Callable[P, R]:
    """Run a batch again when its numbers were taken meanwhile: now it sees them and compares."""

    @functools.wraps(work)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except IntegrityError:
            return work(*args, **kwargs)

    return again
