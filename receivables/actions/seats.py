"""Many people's rights at once, given by the seller: for imports."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.deed import Deed
from foundation.rows import insert_rows
from people.actions.persons import PersonDraft, create_persons
from receivables.actions.contacts import change_right
from receivables.models import Contact, ContactRole


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDraft:
    """One person's right on one account as it shall be; without `person_id` the person is new."""

    customer_id: uuid.UUID
    person_id: uuid.UUID | None
    email: str
    name: str
    language: str
    role: ContactRole
    is_new: bool  # else it stands with another role


def seat_people(session: Session, drafts: Sequence[SeatDraft], *, deed: Deed) -> None:
    """Add the people who are new, give the rights that are new, change the roles of the others.

    The caller holds the locks of the customers. Raises EmailTaken, and then nothing was stored.
    """
    unknown: dict[str, SeatDraft] = {}
    for draft in drafts:
        if draft.person_id is None:
            unknown.setdefault(draft.email, draft)  # the first line says name and language
    ids = create_persons(
        session,
        [
            PersonDraft(email=draft.email, name=draft.name, language=draft.language)
            for draft in unknown.values()
        ],
        deed=deed,
    )
    seated = [
        draft if draft.person_id else replace(draft, person_id=ids[draft.email]) for draft in drafts
    ]
    _add(session, [draft for draft in seated if draft.is_new], deed)
    for draft in seated:
        if not draft.is_new and draft.person_id:
            change_right(
                session,
                customer_id=draft.customer_id,
                person_id=draft.person_id,
                role=draft.role,
                deed=deed,
            )


def _add(session: Session, drafts: Sequence[SeatDraft], deed: Deed) -> None:
    rows = [
        {
            "id": uuid.uuid4(),
            "customer_id": draft.customer_id,
            "person_id": draft.person_id,
            "role": draft.role,
            "created_at": deed.at,
            "is_active": True,
            "gets_receipts": True,
        }
        for draft in drafts
    ]
    insert_rows(session, Contact, rows)
    for row, draft in zip(rows, drafts, strict=True):
        whose = replace(deed, subject_id=draft.customer_id)
        facts = {"role": draft.role}
        contact_id = uuid.UUID(str(row["id"]))
        record(session, "contact.added", object_id=contact_id, deed=whose, facts=facts)
