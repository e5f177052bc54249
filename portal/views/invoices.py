"""The customer's invoices: the list to choose from, and each one whole."""

import uuid
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.money import Money
from foundation.paging import CursorUnreadable
from foundation.templating import money
from foundation.web.requests import wiring
from payments.basket.queries import marks_of
from payments.card.underway import on_their_way
from portal.auth import me
from portal.elsewhere import elsewhere
from portal.event_words import event_words
from portal.files import PDF_TYPE, TABLE_ROWS_MAX, sent, table_file
from portal.forms.invoices import currency_words, params_of, state_words, wanted_invoices
from portal.lists import (
    address,
    choices,
    cut_of,
    page_addresses,
    row_addresses,
    sort_addresses,
    table_addresses,
)
from portal.pages import own_account, page
from receivables.documents.invoice import invoice_copy
from receivables.documents.list_tables import invoices_table
from receivables.queries.balances import balances_of
from receivables.queries.customers import account_of
from receivables.queries.invoice_detail import invoice_of
from receivables.queries.invoices import (
    InvoiceFilter,
    every_invoice,
    invoice_page,
    owner_of_invoice,
)
from receivables.queries.originals import has_original, original_of
from receivables.words import TAKEN_OFF

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")

LIST = "invoices.list"


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """The invoices that fit the address; a page that is no more leads to the first one."""
    wanted = wanted_invoices(request.args)
    try:
        with own_account() as session:
            return _list_page(session, wanted)
    except CursorUnreadable:
        return redirect(address(LIST, params_of(wanted)))


@blueprint.get("/<uuid:invoice_id>")
def show(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """One invoice with its lines and its history."""
    on = wiring().clock.today()
    customer_id = me().customer_id
    with own_account() as session:
        invoice = invoice_of(session, customer_id=customer_id, invoice_id=invoice_id, on=on)
        if invoice is not None:
            return page(
                session,
                "portal/invoices/show.html",
                invoice=invoice,
                taken_off=[(TAKEN_OFF[kind], made) for kind, made in invoice.taken_off.items()],
                events=[event_words(event) for event in invoice.history],
                marks=marks_of(session, contact_id=me().contact_id, customer_id=customer_id),
                has_original=has_original(session, customer_id=customer_id, invoice_id=invoice_id),
                on_their_way=on_their_way(session, customer_id=customer_id, invoice_id=invoice_id),
            )
    return elsewhere(partial(owner_of_invoice, invoice_id=invoice_id))


@blueprint.get("/<uuid:invoice_id>.pdf")
def pdf(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """A copy of it as a document. It is set after the transaction: that takes its time."""
    on, customer_id = wiring().clock.today(), me().customer_id
    with own_account() as session:
        invoice = invoice_of(session, customer_id=customer_id, invoice_id=invoice_id, on=on)
        account = account_of(session, customer_id=customer_id)
    if invoice is None:
        abort(404)
    settings = wiring().settings
    document = invoice_copy(
        invoice,
        account,
        seller_name=settings.seller_name,
        language=language(),
        fonts=settings.fonts,
    )
    return sent(document, PDF_TYPE, f"{invoice.row.number}.pdf")


@blueprint.get("/<uuid:invoice_id>/original.pdf")
def original(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """The seller's own document, byte by byte; never shown among our pages, only sent."""
    with own_account() as session:
        found = original_of(session, customer_id=me().customer_id, invoice_id=invoice_id)
    if found is None:
        abort(404)
    return sent(found.content, PDF_TYPE, f"{found.number}-original.pdf")


@blueprint.get("/table.<any(csv, xlsx):ending>")
def table(ending: str) -> ResponseReturnValue:
    """The list as a table to take away: the same filter and order, every page."""
    wanted, on = wanted_invoices(request.args), wiring().clock.today()
    with own_account(snapshot=True) as session:
        found = every_invoice(
            session, customer_id=me().customer_id, wanted=wanted, on=on, most=TABLE_ROWS_MAX + 1
        )
        return table_file(
            ending,
            title=_("Invoices"),
            name="invoices",
            table=invoices_table(found),
            back=address(LIST, params_of(wanted)),
        )


def _list_page(session: "Session", wanted: InvoiceFilter) -> str:
    params = params_of(wanted)
    customer_id, on = me().customer_id, wiring().clock.today()
    balances = balances_of(session, customer_id=customer_id, on=on)
    found = invoice_page(
        session, customer_id=customer_id, wanted=wanted, on=on, cut=cut_of(request.args)
    )
    return page(
        session,
        "portal/invoices/list.html",
        wanted=wanted,
        found=found,
        balances=balances,
        caption=_("Invoices, %(filter)s", filter=state_words()[wanted.state]),
        state_choices=choices(LIST, {**params, "sort": None}, "state", state_words()),
        currency_choices=choices(LIST, params, "currency", currency_words(balances, wanted)),
        sort_urls=sort_addresses(LIST, params),
        address_of=row_addresses("invoices.show", "invoice_id"),
        tables=table_addresses("invoices.table", params),
        zeros={row.total.currency: money(Money.zero(row.total.currency)) for row in found.rows},
        several_ledgers=len({row.ledger_id for row in found.rows}) > 1,
        marks=marks_of(session, contact_id=me().contact_id, customer_id=customer_id),
        **page_addresses(LIST, params, found),
    )
