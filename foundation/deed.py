"""Who does what for whom: the one value every action takes, so that no row lacks an actor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

SYSTEM_ID: Final = UUID(int=1)  # the person who acts in jobs
PAY_LINK_ID: Final = UUID(int=2)  # whoever holds a pay link: nobody we know


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act: who did it (actor), whose account it concerns (subject), when, in which request."""

    actor_id: UUID
    subject_id: UUID | None
    request_id: str
    at: datetime  # wall clock, aware UTC
    on: date  # business day
    impersonation_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a deed happens at an aware moment")
