"""Pay links of an account: sent to whoever is to pay, listed, withdrawn.

withdraw talks to the provider: it holds no transaction while it does.
"""

import uuid
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.paging import CursorUnreadable
from foundation.web.requests import wiring
from payments.card.errors import EarlierPaymentUnsettled, EarlierPaymentWentThrough
from payments.links.actions import LIFETIME, withdraw_pay_link
from payments.links.paying import close_pages_of_link, send_pay_link
from payments.links.queries import link_page
from portal.auth import me
from portal.basket_page import own_basket
from portal.forms.basket import key_of
from portal.forms.choice import id_of
from portal.forms.pay_links import TONGUES, PayLinkForm
from portal.lists import cut_of, page_addresses
from portal.pages import own_account, page
from receivables.queries.invoices import InvoiceRow, invoices_by_id

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("pay_links", __name__, url_prefix="/pay-links")

LIST = "pay_links.list"
OFFERED_MAX = 500  # as many as a basket holds
ROWS_MAX = 20  # each may ask for a hundred invoices, which are all looked at


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """The links made for this account, by whomever; newest first."""
    try:
        with own_account() as session:
            found = link_page(
                session,
                customer_id=me().customer_id,
                at=wiring().clock.now(),
                cut=cut_of(request.args, size=ROWS_MAX),
            )
            return page(
                session,
                "portal/pay_links/list.html",
                found=found,
                **page_addresses(LIST, {}, found),
            )
    except CursorUnreadable:
        return redirect(url_for(LIST))


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Send a link for the invoices of a payment in the basket, or for one invoice."""
    with own_account() as session:
        offered = _offered(session)
    if not offered:
        flash(_("Choose first which invoices the link asks to pay."), "note")
        return redirect(url_for("invoices.list"), 303)
    form = PayLinkForm.of(offered)
    if form.validate_on_submit() and form.accepted_by(
        send_pay_link,
        wiring().transaction,
        operation_id=form.press_of(me().contact_id),
        contact_id=me().contact_id,
        deed=me().deed(),
    ):
        flash(_("The pay link for %(email)s is on its way.", email=form.email.data), "done")
        return redirect(url_for(LIST), 303)
    form.operation_id.data = form.operation_id.data or str(uuid.uuid4())
    with own_account() as session:
        shown = page(
            session,
            "portal/pay_links/new.html",
            form=form,
            offered=offered,
            tongues=TONGUES,
            days=LIFETIME.days,
        )
    return shown, 422 if form.errors else 200


@blueprint.post("/<uuid:pay_link_id>/withdrawal")
def withdraw(pay_link_id: uuid.UUID) -> ResponseReturnValue:
    """Let it open nothing any more. Another customer's is as good as absent."""
    with own_account() as session:
        if not withdraw_pay_link(session, pay_link_id=pay_link_id, deed=me().deed()):
            abort(404)
    try:
        close_pages_of_link(
            partial(wiring().transaction, customer=me().customer_id),
            wiring().gateway,
            pay_link_id=pay_link_id,
            deed=me().deed(),
        )
    except (EarlierPaymentUnsettled, EarlierPaymentWentThrough) as earlier:
        flash(_may_still_pay(earlier), "note")
    else:
        flash(_("The pay link is withdrawn. It no longer opens anything."), "done")
    return redirect(url_for(LIST), 303)


def _may_still_pay(earlier: EarlierPaymentUnsettled | EarlierPaymentWentThrough) -> str:
    if isinstance(earlier, EarlierPaymentWentThrough):
        return _("The pay link is withdrawn, but a payment by it went through before.")
    return _(
        "The pay link is withdrawn, but a payment begun by it is not settled yet and may still go"
        " through. You find it among the payments."
    )


def _offered(session: "Session") -> tuple[InvoiceRow, ...]:
    """The open ones of what the page named: an invoice, a payment of the basket, or its boxes."""
    named = [*request.args.getlist("invoice_id"), *request.form.getlist("offered")][:OFFERED_MAX]
    group = request.args.get("group", "")
    groups = own_basket(session).groups if group else ()
    ids = [line.invoice_id for one in groups if key_of(one) == group for line in one.items]
    rows = invoices_by_id(
        session,
        customer_id=me().customer_id,
        invoice_ids=[*ids, *filter(None, map(id_of, named))],
        on=wiring().clock.today(),
    )
    return tuple(row for row in rows if row.still_open.is_positive)
