"""The basket as a page, after a look or after a refusal with what was typed still there."""

import uuid

from flask import flash, request
from sqlalchemy.orm import Session

from foundation.web.requests import wiring
from payments.basket.queries import Basket, basket_of
from payments.card.gateway import DEBITS_IN
from portal.auth import me
from portal.forms.basket import GroupForm, SentBasket, sent_basket
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


def own_sent_basket(session: Session) -> SentBasket:
    """The same with what the page sent."""
    return sent_basket(own_basket(session), request.form)


def keep_sent(session: Session, sent: SentBasket) -> bool:
    """Store every amount typed that can be; False when one was refused, told at its field."""
    return sent.keep(session, contact_id=me().contact_id, deed=me().deed())


def basket_page(session: Session, refused: SentBasket | None = None) -> str:
    """Each group with its form: as it was sent where that was refused."""
    basket = own_basket(session)
    form_of = refused.form_of if refused else GroupForm.of
    forms = [form_of(group) for group in basket.groups]
    for gone in refused.groups if refused else ():
        if gone.key not in {form.key for form in forms}:  # nothing of it is left to tell it at
            for told in gone.form_errors:
                flash(told, "refused")
    return page(
        session,
        "portal/basket/show.html",
        forms=forms,
        operation_id=uuid.uuid4(),  # each page shown has its own
        paid_meanwhile=basket.paid_meanwhile,
        held_by=basket.held_by,
        underway=basket.underway,
        debits_in=DEBITS_IN,
        credits=credit_by_ledger(session, customer_id=me().customer_id),
    )
