"""Who reads a letter about a payment: a contact, or the address a pay link was sent to."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from foundation.settings import Settings
from payments.links.queries import addressee_of
from payments.links.tokens import NamedLink, pay_link_token
from people.queries.persons import person_of
from receivables.queries.customers import contacts_of_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """To whom a letter goes, in which language, and by which pay link if not as a contact."""

    to: str
    language: str
    link: NamedLink | None = None

    def address(self, settings: Settings, path: str, payment_id: object) -> str:
        """Where the letter leads: a contact to `path`, the holder of a link to the payment."""
        if self.link is None:
            return f"{settings.portal_url}{path}"
        token = pay_link_token(self.link, settings.secret_keys)
        return f"{settings.portal_url}/pay-link/{token}/{payment_id}"


def reader_of(session: Session, payload: Mapping[str, object]) -> Reader | None:
    """The reader named in an outbox row; None who lost their right to the account meanwhile."""
    customer_id = uuid.UUID(str(payload["customer_id"]))
    if link_id := payload.get("pay_link_id"):
        named = NamedLink(uuid.UUID(str(link_id)), customer_id)
        sent_to = addressee_of(session, named)
        return Reader(to=sent_to.email, language=sent_to.language, link=named) if sent_to else None
    person_id = uuid.UUID(str(payload["person_id"]))
    person = person_of(session, person_id)
    rights = contacts_of_person(session, person_id=person_id)
    may_read = any(right.customer_id == customer_id for right in rights)
    if person is None or not person.is_active or not may_read:
        return None
    return Reader(to=f"{person.name} <{person.email}>", language=person.language)
