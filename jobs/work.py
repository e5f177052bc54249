"""One piece of work as its handler gets it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jobs.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`id` is the outbox row's, the same at every try: receivers recognise repeats by it."""

    id: uuid.UUID
    topic: str
    payload: Mapping[str, Any]
    request_id: str


Handler = Callable[[Desk, Work], None]  # safe to run twice
