"""The basket as a page, after a look or after a refusal with what was typed still there."""

import uuid
from dataclasses import dataclass

from flask import flash, request, url_for
from sqlalchemy.orm import Session

from foundation.web.requests import wiring
from payments.basket.queries import Basket, basket_of
from payments.card.gateway import DEBITS_IN
from payments.card.saved_method import SavedMethodState
from payments.card.saved_queries import methods_of
from portal.auth import me
from portal.forms.basket import WAY, GroupForm, SentBasket, key_of, sent_basket
from portal.method_words import method_title
from portal.pages import page
from portal.words import sentence
from receivables.errors import CreditBlocked
from receivables.queries.balances import credit_by_ledger
from receivables.queries.customers import is_credit_blocked

SAVED = SavedMethodState.SAVED


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A saved method by which one payment of the basket may be paid."""

    id: str
    title: str
    is_debit: bool
    is_chosen: bool


def _ways(session: Session, basket: Basket) -> dict[str, list[Way]]:
    """For each group the saved methods that pay in its currency, and which one was chosen."""
    on = wiring().clock.today()
    found = methods_of(session, customer_id=me().customer_id) if basket.groups else ()
    good = [one for one in found if one.state == SAVED and not one.has_expired(on)]
    return {
        key: [
            Way(
                id=str(one.id),
                title=method_title(one),
                is_debit=one.is_debit,
                is_chosen=request.values.get(f"{WAY}{key}") == str(one.id),
            )
            for one in good
            if one.pays(group.currency)
        ]
        for group in basket.groups
        for key in [key_of(group)]
    }


def why_credit_blocked(session: Session) -> str:
    """Why the credit cannot be used here, if so: said before it is pressed, not after."""
    is_blocked = is_credit_blocked(session, customer_id=me().customer_id)
    return sentence(CreditBlocked()) if is_blocked else ""


def basket_address() -> str:
    """The basket again, with the ways of paying that were chosen on the page that was sent."""
    chosen = {name: one for name, one in request.form.items() if name.startswith(WAY) and one}
    return url_for("basket.show", **chosen)  # type: ignore[arg-type] # names of the page's fields


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
        saved_ways=_ways(session, basket),
        credits=credit_by_ledger(session, customer_id=me().customer_id),
        credit_blocked=why_credit_blocked(session),
    )
