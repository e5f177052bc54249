"""Paying by a link, without signing in: what it asks for, on to the card company, what came of it.

Nothing here leads further into the account: each page shows what its link is for and no more.
"""

import uuid
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.database import TransactionFactory
from foundation.i18n import language
from foundation.limits import TooManyAttempts
from foundation.web.requests import request_deed, wiring
from payments.card.errors import EarlierPaymentUnsettled, EarlierPaymentWentThrough
from payments.card.queries import CardPaymentView, payment_of
from payments.card.sync import sync_payment
from payments.links.errors import PayLinkOver
from payments.links.paying import LinkPress, count_ask, holder_deed, pay_by_link
from payments.links.queries import (
    HeldLink,
    Standing,
    for_holder,
    held_link,
    name_in_part,
    paid_by_link,
    told_until,
)
from payments.links.tokens import TOKEN_LENGTH, NamedLink, link_in
from portal.forms.pay_links import LinkPayForm
from portal.outcomes import outcome_of, version_of, why_not
from portal.pages import question_address
from portal.words import debit_refusal
from receivables.queries.receipts import ReceiptDetail, receipt_of

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("pay_by_link", __name__)
TOKEN = f"/pay-link/<string(length={TOKEN_LENGTH}):token>"


@blueprint.route(TOKEN, methods=["GET", "POST"])
def show(token: str) -> ResponseReturnValue:
    """What the link asks to pay; the button leads to the card company's page."""
    named, form = _named(token), LinkPayForm()
    if named is None:
        return _over(None)
    if form.validate_on_submit() and form.press_id and (on := _pressed(token, named, form)):
        return on
    held = _held(named)
    if held is None or held.standing is not Standing.OPEN:
        return _over(held)
    shown = render_template(
        "portal/pay_by_link/show.html",
        token=token,
        held=held,
        form=form,
        company=name_in_part(held.customer_name),
        operation_id=uuid.uuid4(),  # each page shown has its own
        question_address=question_address(),
    )
    return shown, HTTPStatus.CONFLICT if form.is_submitted() else HTTPStatus.OK


@blueprint.get(f"{TOKEN}/<uuid:payment_id>")
def outcome(token: str, payment_id: uuid.UUID) -> ResponseReturnValue:
    """What became of a payment that was begun by this link, in the words that are certain now."""
    named, payment = _own(token, payment_id)
    held = _held(named)
    if payment.row.is_settled and not _is_told(held, payment):
        return _over(held)
    with wiring().transaction(customer=named.customer_id) as session:
        receipt = _receipt(session, named, payment)
    return render_template(
        "portal/pay_by_link/outcome.html",
        token=token,
        payment=payment,
        held=held,
        outcome=outcome_of(payment),
        receipt=receipt,
        is_watched=not payment.row.is_settled,
        watch_key=version_of(payment),
        decline_words=why_not(payment.row),
        return_words=[debit_refusal(one.reason) for one in payment.row.gone[-1:]],
        question_address=question_address(),
    )


@blueprint.get(f"{TOKEN}/<uuid:payment_id>/state")
def state(token: str, payment_id: uuid.UUID) -> ResponseReturnValue:
    """What the waiting page asks: has anything changed since?"""
    _link, payment = _own(token, payment_id)
    return {"version": version_of(payment)}


@blueprint.get(f"{TOKEN}/<uuid:payment_id>/return")
def returned(token: str, payment_id: uuid.UUID) -> ResponseReturnValue:
    """Back from the provider's page. Its address proves nothing: ask the provider, then show."""
    return _looked(token, payment_id)


@blueprint.post(f"{TOKEN}/<uuid:payment_id>/check")
def check(token: str, payment_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the provider now, because the payer wants to know."""
    return _looked(token, payment_id)


def _looked(token: str, payment_id: uuid.UUID) -> ResponseReturnValue:
    named, _payment = _own(token, payment_id)
    deed = holder_deed(named, request_deed())
    try:
        count_ask(wiring().transaction, named, deed)
    except TooManyAttempts:  # the page goes on looking by itself
        return _on_to(token, payment_id)
    sync_payment(_transaction(named), wiring().gateway, payment_id=payment_id, deed=deed)
    return _on_to(token, payment_id)


def _named(token: str) -> NamedLink | None:
    return link_in(token, wiring().settings.secret_keys)


def _held(named: NamedLink) -> HeldLink | None:
    clock = wiring().clock
    with wiring().transaction() as session:
        return held_link(session, named, at=clock.now(), on=clock.today())


def _own(token: str, payment_id: uuid.UUID) -> tuple[NamedLink, CardPaymentView]:
    """The payment, if this link began it; any other is as good as absent."""
    named = _named(token) or abort(404)
    with wiring().transaction() as session:
        if not paid_by_link(session, named, payment_id=payment_id):
            abort(404)
        found = payment_of(session, customer_id=named.customer_id, payment_id=payment_id)
    return named, found or abort(404)


def _pressed(token: str, named: NamedLink, form: LinkPayForm) -> ResponseReturnValue | None:
    """On to the provider's page, or to a payment in the way; None: the form says why not."""
    press = LinkPress(
        operation_id=form.press_id or uuid.uuid4(),
        shown=form.shown.data or "",
        language=language(),
        address=request.remote_addr or "",
        return_url=lambda payment_id: (
            wiring().settings.portal_url
            + url_for("pay_by_link.returned", token=token, payment_id=payment_id)
        ).replace(token, "{token}"),
        return_token=token,
    )
    try:
        if not form.accepted_by(
            pay_by_link,
            _transaction(named),
            gateway=wiring().gateway,
            named=named,
            press=press,
            deed=request_deed(),
        ):
            return None
    except (EarlierPaymentUnsettled, EarlierPaymentWentThrough) as earlier:
        return _on_to(token, earlier.payment_id)
    except PayLinkOver:
        return None
    return _on_to(token, form.outcome.payment_id, form.outcome.page_url)


def _is_told(held: HeldLink | None, payment: CardPaymentView) -> bool:
    now = wiring().clock.now()
    return held is not None and now <= told_until(held, started_at=payment.row.started_at)


def _over(held: HeldLink | None) -> ResponseReturnValue:
    """Why it opens nothing (any more)."""
    shown = render_template(
        "portal/pay_by_link/over.html", held=held, question_address=question_address()
    )
    return shown, HTTPStatus.GONE


def _on_to(token: str, payment_id: uuid.UUID, page_url: str | None = None) -> ResponseReturnValue:
    shown = page_url or url_for("pay_by_link.outcome", token=token, payment_id=payment_id)
    return redirect(shown, HTTPStatus.SEE_OTHER)


def _transaction(named: NamedLink) -> TransactionFactory:
    """For a procedure, which opens its own: each sees the rows of the link's customer only."""
    return partial(wiring().transaction, customer=named.customer_id)


def _receipt(
    session: "Session", named: NamedLink, payment: CardPaymentView
) -> ReceiptDetail | None:
    """The receipt of a paid payment; money under review is on nobody's account yet."""
    if payment.row.receipt_id is None:
        return None
    receipt_id = payment.row.receipt_id
    found = receipt_of(session, customer_id=named.customer_id, receipt_id=receipt_id)
    return for_holder(session, found, payment_id=payment.row.id) if found else None
