"""A receipt: what came in and what it paid; as a page, printed, and as a PDF."""

import uuid

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from portal.auth import me
from portal.pages import own_account, page
from portal.words import method_words
from receivables.queries.receipts import receipt_of

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.get("/<uuid:receipt_id>")
def show(receipt_id: uuid.UUID) -> ResponseReturnValue:
    """One receipt; the same page prints well."""
    with own_account() as session:
        receipt = receipt_of(session, customer_id=me().customer_id, receipt_id=receipt_id)
        if receipt is None:
            abort(404)
        return page(
            session,
            "portal/receipts/show.html",
            receipt=receipt,
            method_words=method_words(receipt.method),
        )
