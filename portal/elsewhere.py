"""What belongs to another company of the same person: found for them, and the way there shown."""

import uuid
from collections.abc import Callable, Collection

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from foundation.web.requests import wiring
from portal.auth import companies
from receivables.queries.customers import ContactRight

# Which of these customers has it, if any: a query by the thing's own id.
OwnerOf = Callable[[Session, Collection[uuid.UUID]], uuid.UUID | None]


def company_with(owner_of: OwnerOf) -> ContactRight | None:
    """Which of this person's companies has it; one question, however many they are."""
    rights = {company.customer_id: company for company in companies()}
    with wiring().transaction(customer=list(rights)) as session:
        found = owner_of(session, list(rights))
    return rights.get(found) if found else None


def elsewhere(owner_of: OwnerOf) -> ResponseReturnValue:
    """A 404; who acts for several companies and has it at another is led there.

    A stranger's and one that never was are the same 404 for everybody.
    """
    company = company_with(owner_of)
    if company is None:
        abort(404)
    there = request.full_path.rstrip("?")
    return render_template("portal/accounts/elsewhere.html", company=company, next=there), 404
