"""Matching makes many small objects and no cycles; the collector would walk whole ledgers for
nothing, which costs a third of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """No collection of cycles inside; afterwards as before.

    What was made inside counts as old afterwards: else the next small collection would walk all of
    it. Freezing and thawing moves it there without looking at it; where a process keeps objects
    frozen, as before a fork, they are left so.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
