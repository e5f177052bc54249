"""A receipt: what came in and what it paid; as a page, printed, and as a PDF."""

import io
import uuid
from functools import partial

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from foundation.i18n import language
from foundation.web.requests import wiring
from portal.auth import me
from portal.elsewhere import elsewhere
from portal.pages import own_account, page
from portal.words import method_words
from receivables.documents.receipt import receipt_document
from receivables.queries.receipts import owner_of_receipt, receipt_of

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
    return send_file(
        io.BytesIO(document),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{receipt.number}.pdf",
    )
