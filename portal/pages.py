"""What every signed-in page shows around its own content, read in the view's own transaction."""

import uuid
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from flask import render_template
from sqlalchemy.orm import Session

from foundation.web.requests import wiring
from payments.basket.queries import basket_count
from portal.auth import companies, me

PAYING_ROLES: Final = ("payer", "admin")
MANAGING_ROLE: Final = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The header of a signed-in page: whose account, who looks at it, what lies in the basket."""

    account_name: str
    account_number: str
    person_name: str
    basket_count: int
    may_pay: bool
    manages_people: bool
    has_other_accounts: bool


def own_account(*, locked: bool = False, snapshot: bool = False) -> AbstractContextManager[Session]:
    """One transaction on the account of the person signed in; nobody else's rows exist in it.

    `locked`: alone on it until the end, as whoever moves its money must be. `snapshot`: only read,
    all as it was at one moment, as figures must be that add up.
    """
    customer_id = me().customer_id
    lock = {"customer": [customer_id]} if locked else None
    return wiring().transaction(
        customer=customer_id, person=me().person_id, lock=lock, snapshot=snapshot
    )


def shared_account(
    customer_ids: Collection[uuid.UUID], *, locked: bool = False
) -> AbstractContextManager[Session]:
    """The same on several accounts at once: the own one and those of `customer_ids`."""
    named = sorted({me().customer_id, *customer_ids})
    lock = {"customer": named} if locked else None
    return wiring().transaction(customer=named, person=me().person_id, lock=lock)


def question_address() -> str:
    """Where a customer may write: the address our mail comes from."""
    return parseaddr(wiring().settings.mail_from)[1]


def page(session: Session, template: str, **values: Any) -> str:
    """The page, with the header of the account that `session` was opened for.

    A page that knows what lies in the basket says it as `marks`; others have it counted.
    """
    who = me()
    marks = values.get("marks")
    count = len(marks.in_basket) if marks else basket_count(session, contact_id=who.contact_id)
    return render_template(template, shell=_shell(count), **values)


def _shell(count: int) -> Shell:
    """Whose account this is and what its basket holds, for the person signed in."""
    who = me()
    company = next(right for right in companies() if right.contact_id == who.contact_id)
    return Shell(
        account_name=company.customer_name,
        account_number=company.customer_number,
        person_name=who.name,
        basket_count=count,
        may_pay=who.role in PAYING_ROLES,
        manages_people=who.role == MANAGING_ROLE,
        has_other_accounts=who.has_other_accounts,
    )
