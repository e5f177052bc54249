"""Who asks, and for whose object: one's own, a colleague's, somebody else's, or nobody's."""

import uuid
from collections.abc import Callable
from typing import Final

from flask import url_for

from tests.access.principals import Ask, Principal
from tests.access.town import Company, Town
from tests.factories.books import Account

MISSING: Final = uuid.UUID("00000000-0000-4000-8000-000000000000")
TARGETS: Final = ("own", "colleague", "foreign", "missing")


class Scene:
    """A town, who asks, and whose object is asked for."""

    def __init__(self, town: Town, who: Principal, target: str) -> None:
        self.town, self.who, self.target = town, who, target
        self.account = who.account(town)
        if who.seat == "nobody":
            self.account = town.companies["a"].people["payer"]

    @property
    def company(self) -> Company:
        """Whose object it is."""
        other = {"a": "b", "b": "a"}[self.who.letter]
        return self.town.companies[other if self.target == "foreign" else self.who.letter]

    @property
    def owner(self) -> Account:
        """The contact whose object it is."""
        if self.target == "own":
            return self.account
        people = self.company.people
        taken = people["colleague"].contact_id == self.account.contact_id
        return people["admin" if taken else "colleague"]

    def begin(self) -> uuid.UUID:
        """A payment of the owner's, its page open; whoever may not spend it gets one that waits."""
        if self.who.role not in ("payer", "admin"):
            return self.company.waiting
        return self.town.begin_payment(self.owner, self.town.invoice(self.company.letter))

    def id_of(self, found: Callable[[], uuid.UUID]) -> uuid.UUID:
        """The object's id, or one that never was."""
        return MISSING if self.target == "missing" else found()

    def path(self, endpoint: str, **values: object) -> str:
        """The address."""
        with self.town.portal.test_request_context():
            return url_for(endpoint, **values)


Make = Callable[[Scene], Ask]


def plain(endpoint: str, **data: str) -> Make:
    """A route without an object."""
    return lambda scene: Ask(path=scene.path(endpoint), data=dict(data))
