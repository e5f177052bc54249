"""What becomes of one line of contacts.csv, held against the books."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from foundation.i18n import gettext as _
from people.models import PersonKind
from receivables.actions.seats import SeatDraft
from receivables.imports.known import KnownCustomer
from receivables.imports.known_people import KnownPerson
from receivables.imports.report import Problem
from receivables.models import ContactRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the file. Without a language the customer's counts."""

    line: int
    email: str
    name: str
    role: str
    customer_number: str
    language: str


class Verdict(enum.Enum):
    """What an import does with a line."""

    NEW = enum.auto()
    CHANGED = enum.auto()
    SAME = enum.auto()


def judged(
    row: Line, customers: Mapping[str, KnownCustomer], people: Mapping[str, KnownPerson]
) -> Verdict | Problem:
    """What would become of the line, or why it cannot be taken."""
    customer, person = customers.get(row.customer_number), people.get(row.email)
    if customer is None:
        words = _(
            "There is no customer %(number)s. Import the customers first.",
            number=row.customer_number,
        )
        return Problem(line=row.line, column="customer_number", sentence=words)
    if person is None:
        return Verdict.NEW
    if person.kind != PersonKind.CONTACT:
        words = _("This address belongs to one of the seller's own people.")
        return Problem(line=row.line, column="email", sentence=words)
    seat = person.seats.get(customer.id)
    if seat is None:
        return Verdict.NEW
    if not seat.is_active:
        words = _(
            "This person's access was ended. An administrator of the account can invite them."
        )
        return Problem(line=row.line, column="email", sentence=words)
    return Verdict.SAME if seat.role == row.role else Verdict.CHANGED


def planned(
    row: Line, customers: Mapping[str, KnownCustomer], people: Mapping[str, KnownPerson]
) -> SeatDraft:
    """The right that the line asks for."""
    customer, person = customers[row.customer_number], people.get(row.email)
    return SeatDraft(
        customer_id=customer.id,
        person_id=person.id if person else None,
        email=row.email,
        name=row.name,
        language=row.language or customer.language,
        role=ContactRole(row.role),
        is_new=person is None or customer.id not in person.seats,
    )
