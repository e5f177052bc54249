"""The basket as a page, after a look or after a refusal with what was typed still there."""

import uuid

from sqlalchemy.orm import Session

from foundation.web.requests import wiring
from payments.basket.queries import Basket, basket_of
from portal.auth import me
from portal.forms.basket import GroupForm, SentBasket
from portal.pages import page
from receivables.queries.balances import credit_by_ledger


def own_basket(session: Session) -> Basket:
    """The basket of the person signed in, as of today."""
    who = me()
    return basket_of(
        session,
        contact_id=who.contact_id,
        customer_id=who.customer_id,
        on=wiring().clock.today(),
    )


def basket_page(session: Session, refused: SentBasket | None = None) -> str:
    """Each group with its form: as it was sent where that was refused."""
    basket = own_basket(session)
    form_of = refused.form_of if refused else GroupForm.of
    forms = [form_of(group) for group in basket.groups]
    return page(
        session,
        "portal/basket/show.html",
        forms=forms,
        operation_id=uuid.uuid4(),  # each page shown has its own
        paid_meanwhile=basket.paid_meanwhile,
        underway=basket.underway,
        credits=credit_by_ledger(session, customer_id=me().customer_id),
    )
