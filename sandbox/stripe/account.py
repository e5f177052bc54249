"""One Stripe account: where its objects lie, what time it is, under which address it answers."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from sandbox.stripe.errors import missing
from sandbox.stripe.store import Obj, Store

API_VERSION = "2026-10-28.endive"


@dataclass(slots=True, kw_only=True)
class Account:
    """What every part of the sandbox is handed. `origin` is known once the server listens."""

    store: Store
    now: Callable[[], datetime]
    api_key: str
    seller: str
    origin: str = "http://localhost"

    def stamp(self) -> int:
        """Now, in whole seconds, as Stripe dates its objects."""
        return int(self.now().timestamp())

    def need(self, identifier: str, kind: str, *, what: str, param: str = "id") -> Obj:
        """The object, or Stripe's 404."""
        found = self.store.find(identifier, kind)
        if found is None:
            raise missing(what, identifier, param=param)
        return found


@dataclass(frozen=True, slots=True)
class CallMark:
    """The API request an event came from; hosted pages have none."""

    request_id: str | None = None
    idempotency_key: str | None = None


HOSTED_PAGE = CallMark()
CALL: ContextVar[CallMark] = ContextVar("CALL", default=HOSTED_PAGE)


def public(thing: Obj) -> Obj:
    """The object without what Stripe does not show: our own notes, named with a leading `_`."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
