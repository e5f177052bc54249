"""Paying by card, and what became of it. Answers come from the provider, never from an address.

start, returned, check and abandon talk to the provider: they hold no transaction while they do.
"""

import uuid
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation.database import TransactionFactory
from foundation.i18n import gettext as _
from foundation.i18n import language, pgettext
from foundation.paging import CursorUnreadable, Page
from foundation.web.requests import wiring
from payments.card.checkout import PaymentOrder, start_payment
from payments.card.queries import (
    CardPaymentRow,
    CardPaymentView,
    owner_of_payment,
    payment_of,
    payment_page,
)
from payments.card.sync import abandon_payment, confirm_payment, sync_payment
from payments.card.underway import underway
from portal.asking import count_ask, may_ask
from portal.auth import look_at, me
from portal.basket_page import basket_page, keep_sent, own_sent_basket
from portal.elsewhere import company_with, elsewhere
from portal.forms.basket import GroupForm, SentBasket
from portal.lists import address, choices, cut_of, page_addresses, table_addresses
from portal.outcomes import outcome_of, version_of, why_not
from portal.pages import PAYING_ROLES, own_account, page
from portal.words import METHODS, debit_refusal
from receivables.queries.balances import balances_of
from receivables.queries.receipt_parts import came_short
from receivables.queries.receipts import ReceiptDetail, receipt_of, receipt_page

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("payments", __name__, url_prefix="/payments")

LIST: Final = "payments.list"


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """Money received, or the payments begun here; newest first."""
    kind = "card" if request.args.get("kind") == "card" else "received"
    try:
        with own_account() as session:
            return _list_page(session, kind)
    except CursorUnreadable:
        return redirect(address(LIST, {"kind": kind}))


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Pay one group of the basket: on to the provider's page, or back with what is wrong."""
    with own_account() as session:
        sent = own_sent_basket(session)
        is_kept, form = keep_sent(session, sent), sent.pressed
        if form is None or sent.has_changed:
            flash(_changed_words(), "note")
            return basket_page(session, sent), HTTPStatus.CONFLICT
        if not is_kept:
            return basket_page(session, sent), HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.accepted_by(count_ask, wiring().transaction) or not form.accepted_by(
        start_payment,
        _transaction(),
        gateway=wiring().gateway,
        order=_order(form, sent),
        deed=me().deed(),
    ):
        with own_account() as session:
            return basket_page(session, sent), HTTPStatus.CONFLICT
    started = form.outcome  # by a saved method: its own page says what came of it
    return _on_to(started.payment_id, None if sent.way else started.page_url)


@blueprint.get("/<uuid:payment_id>")
def show(payment_id: uuid.UUID) -> ResponseReturnValue:
    """What became of a card payment, in the words that are certain now."""
    customer_id = me().customer_id
    with own_account() as session:
        payment = payment_of(session, customer_id=customer_id, payment_id=payment_id)
        if payment is not None:
            receipt = _receipt(session, payment.row)
            return page(
                session,
                "portal/payments/show.html",
                payment=payment,
                outcome=outcome_of(payment),
                is_watched=not payment.row.is_settled,
                watch_key=version_of(payment),
                decline_words=why_not(payment.row, is_account=payment.is_saved_account),
                return_words=[debit_refusal(one.reason) for one in payment.row.gone[-1:]],
                receipt=receipt,
                is_short=receipt is not None and _is_short(session, payment, receipt),
                balances=balances_of(session, customer_id=customer_id, on=wiring().clock.today()),
            )
    return elsewhere(partial(owner_of_payment, payment_id=payment_id))


@blueprint.get("/<uuid:payment_id>/state")
def state(payment_id: uuid.UUID) -> ResponseReturnValue:
    """What the waiting page asks: has anything changed since?"""
    return jsonify(version=version_of(_own(payment_id)))


@blueprint.get("/<uuid:payment_id>/return")
def returned(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Back from the provider's page. Its address proves nothing: ask the provider, then show.

    Who chose another of their companies meanwhile comes back to the one that was paying.
    """
    payer = company_with(partial(owner_of_payment, payment_id=payment_id))
    if payer and payer.customer_id != me().customer_id:
        look_at(payer)
        flash(_("You are on the account of %(company)s now.", company=payer.customer_name), "note")
        return redirect(url_for("payments.returned", payment_id=payment_id), HTTPStatus.SEE_OTHER)
    return _asked(payment_id)


@blueprint.post("/<uuid:payment_id>/check")
def check(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the provider now, because the payer wants to know."""
    return _asked(payment_id)


@blueprint.post("/<uuid:payment_id>/confirmation")
def confirm(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the bank for its page once more: the same charge is confirmed there, never a second."""
    _own(payment_id)
    if may_ask():
        confirm_payment(_transaction(), wiring().gateway, payment_id=payment_id, deed=me().deed())
    return _on_to(payment_id)


@blueprint.post("/<uuid:payment_id>/cancellation")
def abandon(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Call the payment off: the provider closes its page, unless it was paid before."""
    _own(payment_id)
    if may_ask():
        abandon_payment(_transaction(), wiring().gateway, payment_id=payment_id, deed=me().deed())
    return _on_to(payment_id)


def _asked(payment_id: uuid.UUID) -> ResponseReturnValue:
    _own(payment_id)
    if may_ask():
        sync_payment(_transaction(), wiring().gateway, payment_id=payment_id, deed=me().deed())
    return _on_to(payment_id)


def _on_to(payment_id: uuid.UUID, page_url: str | None = None) -> ResponseReturnValue:
    shown = page_url or url_for("payments.show", payment_id=payment_id)
    return redirect(shown, HTTPStatus.SEE_OTHER)


def _own(payment_id: uuid.UUID) -> CardPaymentView:
    """The payment, if it is this customer's; another's is as good as absent."""
    with own_account() as session:
        found = payment_of(session, customer_id=me().customer_id, payment_id=payment_id)
    return found or abort(404)


def _changed_words() -> str:
    """The page that was sent does not fit this basket: it is old, or another company's."""
    words = _("Your basket has changed meanwhile. Look at it again before you pay.")
    if not me().has_other_accounts:
        return words
    other = _("If you chose another of your companies in the meantime, change back in the menu.")
    return f"{words} {other}"


def _transaction() -> TransactionFactory:
    """For a procedure, which opens its own: each sees this customer's rows only."""
    return partial(wiring().transaction, customer=me().customer_id)


def _order(form: GroupForm, sent: SentBasket) -> PaymentOrder:
    return PaymentOrder(
        operation_id=sent.press_id,
        saved_method_id=sent.way,
        contact_id=me().contact_id,
        ledger_id=form.group.ledger_id,
        items=form.claims,
        language=language(),
        address=request.remote_addr or "",
        return_url=lambda payment_id: (
            wiring().settings.portal_url + url_for("payments.returned", payment_id=payment_id)
        ),
    )


def _receipt(session: "Session", payment: CardPaymentRow) -> ReceiptDetail | None:
    """The receipt of a paid payment; money under review is on nobody's account yet."""
    if payment.receipt_id is None:
        return None
    return receipt_of(session, customer_id=me().customer_id, receipt_id=payment.receipt_id)


def _is_short(session: "Session", payment: CardPaymentView, receipt: ReceiptDetail) -> bool:
    return came_short(
        session,
        receipt.id,
        operation_id=payment.row.id,
        meant=payment.row.amount,
        invoice_ids=[item.invoice_id for item in payment.items],
    )


def _list_page(session: "Session", kind: str) -> str:
    wanted = {"kind": kind}
    customer_id, cut = me().customer_id, cut_of(request.args)
    tables = table_addresses("receipts.table", {}) if kind == "received" else {}
    found: Page[Any] = (
        payment_page(session, customer_id=customer_id, cut=cut)
        if kind == "card"
        else receipt_page(session, customer_id=customer_id, cut=cut)
    )
    kinds = {"received": pgettext("payments", "Received"), "card": _("Begun here")}
    chips = choices(LIST, wanted, "kind", kinds)
    if me().role in PAYING_ROLES:
        chips.append((_("Pay links"), url_for("pay_links.list"), False))
    return page(
        session,
        "portal/payments/list.html",
        kind=kind,
        kind_choices=chips,
        found=found,
        method_words=METHODS,
        tables=tables,
        underway=underway(session, customer_id=customer_id),
        **page_addresses(LIST, wanted, found),
    )
