"""Where a process may be killed: before every statement and COMMIT, around every provider call."""

import os
import signal
from typing import Any

import sqlalchemy as sa
import stripe

from sandbox.stripe.client import InProcess
from sandbox.stripe.world import StripeWorld

LABEL_LENGTH = 60


class Points:
    """Counts the points a process passes, and ends it by SIGKILL at one of them."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.kill_at = kill_at
        self.labels: list[str] = []

    def reach(self, label: str) -> None:
        """Come to a point; nobody comes further than the one where the kill is."""
        self.labels.append(" ".join(label.split())[:LABEL_LENGTH])
        if len(self.labels) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: sa.Engine) -> None:
        """Every statement and every COMMIT of this engine is a point."""

        def statement(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            self.reach(sql)

        sa.event.listen(engine, "before_cursor_execute", statement)
        sa.event.listen(engine, "commit", lambda _connection: self.reach("COMMIT"))

    def client(self, world: StripeWorld) -> stripe.StripeClient:
        """The real client library; before and after each call is a point."""
        return stripe.StripeClient(
            world.account.api_key,
            http_client=_Watched(world, self),
            max_network_retries=0,
        )


class _Watched(InProcess):
    def __init__(self, world: StripeWorld, points: Points) -> None:
        super().__init__(world.app)
        self._points = points

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        call = f"{method} {url.rpartition('/v1/')[2].partition('/cs_')[0]}"
        self._points.reach(f"before {call}")
        try:
            return super().request(method, url, *args, **kwargs)
        finally:
            self._points.reach(f"after {call}")
