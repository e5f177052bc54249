"""The customer's credit notes: the list, and each one with its lines and what it was used for."""

import uuid
from functools import partial
from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import language, pgettext
from foundation.paging import CursorUnreadable
from foundation.web.requests import wiring
from portal.auth import me
from portal.basket_page import why_credit_blocked
from portal.elsewhere import elsewhere
from portal.files import PDF_TYPE, TABLE_ROWS_MAX, sent, table_file
from portal.lists import address, choices, cut_of, page_addresses, row_addresses, table_addresses
from portal.pages import own_account, page
from receivables.documents.credit_note import REASONS, credit_note_copy
from receivables.documents.list_tables import credit_notes_table
from receivables.queries.balances import credits_of
from receivables.queries.credit_notes import (
    credit_note_of,
    credit_note_page,
    every_credit_settlement,
    owner_of_credit_note,
)
from receivables.queries.customers import account_of

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("credit_notes", __name__, url_prefix="/credit-notes")

LIST: Final = "credit_notes.list"


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """All of them, or those with something left; newest first."""
    try:
        with own_account() as session:
            return _list_page(session)
    except CursorUnreadable:
        return redirect(address(LIST, _params()))


@blueprint.get("/<uuid:credit_note_id>")
def show(credit_note_id: uuid.UUID) -> ResponseReturnValue:
    """One credit note with its lines and the invoices it settles."""
    customer_id = me().customer_id
    with own_account() as session:
        note = credit_note_of(session, customer_id=customer_id, credit_note_id=credit_note_id)
        if note is not None:
            return page(
                session,
                "portal/credit_notes/show.html",
                note=note,
                reasons=REASONS,
                credit_blocked=why_credit_blocked(session),
            )
    return elsewhere(partial(owner_of_credit_note, credit_note_id=credit_note_id))


@blueprint.get("/<uuid:credit_note_id>.pdf")
def pdf(credit_note_id: uuid.UUID) -> ResponseReturnValue:
    """A copy of it as a document. It is set after the transaction: that takes its time."""
    customer_id = me().customer_id
    with own_account() as session:
        note = credit_note_of(session, customer_id=customer_id, credit_note_id=credit_note_id)
        account = account_of(session, customer_id=customer_id)
    if note is None:
        abort(404)
    settings = wiring().settings
    document = credit_note_copy(
        note,
        account,
        seller_name=settings.seller_name,
        language=language(),
        fonts=settings.fonts,
    )
    return sent(document, PDF_TYPE, f"{note.row.number}.pdf")


@blueprint.get("/table.<any(csv, xlsx):ending>")
def table(ending: str) -> ResponseReturnValue:
    """The list as a table to take away, with what each settles, every page."""
    with own_account(snapshot=True) as session:
        found = every_credit_settlement(
            session, customer_id=me().customer_id, is_free=_is_free(), most=TABLE_ROWS_MAX + 1
        )
        return table_file(
            ending,
            title=_("Credit notes"),
            name="credit-notes",
            table=credit_notes_table(found),
            back=address(LIST, _params()),
        )


def _list_page(session: "Session") -> str:
    customer_id, params = me().customer_id, _params()
    found = credit_note_page(
        session, customer_id=customer_id, is_free=_is_free(), cut=cut_of(request.args)
    )
    words = {
        "": pgettext("credit notes", "All"),
        "free": pgettext("credit notes", "With something left"),
    }
    return page(
        session,
        "portal/credit_notes/list.html",
        found=found,
        is_free=_is_free(),
        credits=list(credits_of(session, customer_id=customer_id).values()),
        reasons=REASONS,
        state_choices=choices(LIST, params, "state", words),
        address_of=row_addresses("credit_notes.show", "credit_note_id"),
        tables=table_addresses("credit_notes.table", params),
        several_ledgers=len({row.ledger_id for row in found.rows}) > 1,
        **page_addresses(LIST, params, found),
    )


def _is_free() -> bool:
    """Only those with something left were asked for; anything else means all."""
    return request.args.get("state") == "free"


def _params() -> dict[str, str | None]:
    return {"state": "free" if _is_free() else None}
