"""A receipt: what came in and what it paid; as a page, printed, and as a PDF."""

import uuid
from functools import partial

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.web.requests import wiring
from portal.auth import me
from portal.elsewhere import elsewhere
from portal.files import PDF_TYPE, TABLE_ROWS_MAX, sent, table_file
from portal.pages import own_account, page
from portal.words import method_words
from receivables.documents.list_tables import settlements_table
from receivables.documents.receipt import receipt_document
from receivables.queries.receipts import owner_of_receipt, receipt_of
from receivables.queries.settlements import every_settlement

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.get("/<uuid:receipt_id>")
def show(receipt_id: uuid.UUID) -> ResponseReturnValue:
    """One receipt; the same page prints well."""
    with own_account() as session:
        receipt = receipt_of(session, customer_id=me().customer_id, receipt_id=receipt_id)
        if receipt is not None:
            return page(
                session,
                "portal/receipts/show.html",
                receipt=receipt,
                method_words=method_words(receipt.method),
            )
    return elsewhere(partial(owner_of_receipt, receipt_id=receipt_id))


@blueprint.get("/table.<any(csv, xlsx):ending>")
def table(ending: str) -> ResponseReturnValue:
    """Every receipt with the invoices it settles, as a table to take away."""
    with own_account(snapshot=True) as session:
        found = every_settlement(session, customer_id=me().customer_id, most=TABLE_ROWS_MAX + 1)
        return table_file(
            ending,
            title=_("Payments"),
            name="payments",
            table=settlements_table(found),
            back=url_for("payments.list"),
        )


@blueprint.get("/<uuid:receipt_id>.pdf")
def pdf(receipt_id: uuid.UUID) -> ResponseReturnValue:
    """The same as a document. It is set after the transaction: that takes its time."""
    with own_account() as session:
        receipt = receipt_of(session, customer_id=me().customer_id, receipt_id=receipt_id)
    if receipt is None:
        abort(404)
    settings = wiring().settings
    document = receipt_document(
        receipt,
        seller_name=settings.seller_name,
        language=language(),
        fonts=settings.fonts,
    )
    return sent(document, PDF_TYPE, f"{receipt.number}.pdf")
