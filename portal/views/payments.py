"""Paying by card, and what became of it. Every answer comes from the provider, none from an address.

start, returned, check and abandon talk to the provider: they hold no transaction while they do.
"""

import uuid
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.i18n import pgettext
from foundation.paging import CursorUnreadable
from foundation.web.requests import wiring
from payments.card.checkout import start_payment
from payments.card.errors import GatewayUnreachable
from payments.card.queries import CardPaymentView, payment_of, payment_page, underway
from payments.card.sync import abandon_payment, sync_payment
from portal.auth import me
from portal.basket_page import basket_page, own_basket
from portal.forms.basket import GroupForm, posted_group
from portal.lists import address, choices, cut_of, page_addresses
from portal.pages import own_account, page
from portal.words import METHODS, decline_words, sentence
from receivables.queries.balances import balances_of
from receivables.queries.receipts import receipt_of, receipt_page

blueprint = Blueprint("payments", __name__, url_prefix="/payments")

LIST: Final = "payments.list"

# Which page tells a payment's state. Waiting for the payer is refined by `_outcome`.
OUTCOMES: Final = {
    "submitting": "opening",
    "unknown": "opening",
    "awaiting_payer": "waiting",
    "processing": "checking",
    "succeeded": "received",
    "review": "review",
    "canceled": "canceled",
    "expired": "expired",
    "refused": "refused",
}


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """Money received, or the card payments begun here; newest first."""
    kind = "card" if request.args.get("kind") == "card" else "received"
    wanted = payment_page if kind == "card" else receipt_page
    customer_id = me().customer_id
    try:
        with own_account() as session:
            found = wanted(session, customer_id=customer_id, cut=cut_of(request.args))
            return page(
                session,
                "portal/payments/list.html",
                kind=kind,
                kind_choices=choices(LIST, {"kind": kind}, "kind", _kinds()),
                found=found,
                method_words=METHODS,
                underway=underway(session, customer_id=customer_id),
                **page_addresses(LIST, {"kind": kind}, found),
            )
    except CursorUnreadable:
        return redirect(address(LIST, {"kind": kind}))


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Pay one group of the basket: on to the provider's page, or back with what is wrong."""
    with own_account() as session:
        form = posted_group(own_basket(session), request.form)
        if form is None:
            flash(_("Your basket has changed meanwhile. Look at it again before you pay."), "note")
            return redirect(url_for("basket.show"), HTTPStatus.SEE_OTHER)
        if not (form.validate_on_submit() and form.keep(session, me().contact_id, me().deed())):
            return basket_page(session, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        started = start_payment(
            wiring().transaction,
            wiring().gateway,
            operation_id=form.operation,
            ledger_id=form.group.ledger_id,
            items=form.items,
            deed=me().deed(),
            contact_id=me().contact_id,
            language=me().language,
            return_url=wiring().settings.portal_url,
        )
    except QuittanceError as refusal:
        return _refused(form, refusal)
    shown = url_for("payments.show", payment_id=started.payment_id)
    return redirect(started.page_url or shown, HTTPStatus.SEE_OTHER)


@blueprint.get("/<uuid:payment_id>")
def show(payment_id: uuid.UUID) -> ResponseReturnValue:
    """What became of a card payment, in the words that are certain now."""
    customer_id = me().customer_id
    with own_account() as session:
        payment = payment_of(session, customer_id=customer_id, payment_id=payment_id)
        if payment is None:
            abort(404)
        receipt = payment.receipt_id and receipt_of(
            session, customer_id=customer_id, receipt_id=payment.receipt_id
        )
        return page(
            session,
            "portal/payments/show.html",
            payment=payment,
            outcome=_outcome(payment),
            is_watched=not payment.is_settled,
            watch_key=_version(payment),
            decline_words=decline_words(payment.decline_code),
            receipt=receipt,
            balances=balances_of(session, customer_id=customer_id, on=wiring().clock.today()),
        )


@blueprint.get("/<uuid:payment_id>/state")
def state(payment_id: uuid.UUID) -> ResponseReturnValue:
    """What the waiting page asks: has anything changed since?"""
    return jsonify(version=_version(_own(payment_id)))


@blueprint.get("/<uuid:payment_id>/return")
def returned(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Back from the provider's page. Its address proves nothing: ask the provider, then show."""
    return _asked(payment_id)


@blueprint.post("/<uuid:payment_id>/check")
def check(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the provider now, because the payer wants to know."""
    return _asked(payment_id)


@blueprint.post("/<uuid:payment_id>/cancellation")
def abandon(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Call the payment off: the provider closes its page, unless it was paid before."""
    _own(payment_id)
    try:
        abandon_payment(
            wiring().transaction, wiring().gateway, payment_id=payment_id, deed=me().deed()
        )
    except GatewayUnreachable:
        return _unsure(payment_id)
    return redirect(url_for("payments.show", payment_id=payment_id), HTTPStatus.SEE_OTHER)


def _kinds() -> dict[str, str]:
    return {"received": pgettext("payments", "Received"), "card": _("Card payments")}


def _asked(payment_id: uuid.UUID) -> ResponseReturnValue:
    _own(payment_id)
    try:
        sync_payment(
            wiring().transaction, wiring().gateway, payment_id=payment_id, deed=me().deed()
        )
    except GatewayUnreachable:
        return _unsure(payment_id)
    return redirect(url_for("payments.show", payment_id=payment_id), HTTPStatus.SEE_OTHER)


def _unsure(payment_id: uuid.UUID) -> ResponseReturnValue:
    """The provider did not answer: what we have stored may be old, and the page must say so."""
    flash(_("The payment service does not answer at the moment. We keep asking."), "note")
    shown = url_for("payments.show", payment_id=payment_id, unsure="yes")
    return redirect(shown, HTTPStatus.SEE_OTHER)


def _own(payment_id: uuid.UUID) -> CardPaymentView:
    """The payment, if it is this customer's; another's is as good as absent."""
    with own_account() as session:
        found = payment_of(session, customer_id=me().customer_id, payment_id=payment_id)
    return found or abort(404)


def _refused(form: GroupForm, refusal: QuittanceError) -> ResponseReturnValue:
    form.refuse(sentence(refusal))
    with own_account() as session:
        return basket_page(session, form), HTTPStatus.CONFLICT


def _outcome(payment: CardPaymentView) -> str:
    """The page for this state; while the payer may have paid unseen, nothing is promised."""
    if payment.state == "awaiting_payer" and request.args.get("unsure"):
        return "checking"
    if payment.state == "awaiting_payer" and payment.decline_code:
        return "declined"
    return OUTCOMES[payment.state]


def _version(payment: CardPaymentView) -> str:
    return f"{payment.state}-{payment.attempts}"
