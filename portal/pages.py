"""What every signed-in page shows around its own content, read in the view's own transaction."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from payments.basket.queries import basket_count
from portal.auth import me
from receivables.queries.customers import account_of, contacts_of_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The header of a signed-in page: whose account, who looks at it, what lies in the basket."""

    account_name: str
    account_number: str
    person_name: str
    basket_count: int
    may_pay: bool
    has_other_accounts: bool


def page(session: Session, template: str, **values: Any) -> str:
    """The page, with the header of the account that `session` was opened for."""
    return render_template(template, shell=shell_of(session), **values)


def shell_of(session: Session) -> Shell:
    """Whose account this is and what its basket holds, for the person signed in."""
    who = me()
    account = account_of(session, customer_id=who.customer_id)
    return Shell(
        account_name=account.name,
        account_number=account.number,
        person_name=who.name,
        basket_count=basket_count(session, contact_id=who.contact_id),
        may_pay=who.role in ("payer", "admin"),
        has_other_accounts=len(contacts_of_person(session, person_id=who.person_id)) > 1,
    )
