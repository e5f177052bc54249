"""The statement of account: a page, a PDF to send on, and tables for a spreadsheet."""

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.paging import CursorUnreadable
from foundation.web.requests import wiring
from portal.auth import me
from portal.charts import bars_of
from portal.files import PDF_TYPE, TABLE_ROWS_MAX, sent, table_file
from portal.forms.statements import StatementForm, key_of, kind_words
from portal.lists import address, choices, cut_of, page_addresses, table_addresses
from portal.pages import own_account, page
from portal.statements import A_DAY, statement_table, whole_statement
from receivables.documents.statement import ROWS_MAX, Letterhead
from receivables.documents.statement_tables import ITEMS, MOVEMENTS
from receivables.queries.account_activity import balance_before, movements
from receivables.queries.customers import account_of
from receivables.queries.standing import Books, books_of, standing_items, standing_of

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("statements", __name__)

SHOW: Final = "statements.show"


@blueprint.get("/statement")
def show() -> ResponseReturnValue:
    """What was open on a day, or what happened over some days, a page at a time."""
    form = StatementForm.of(request.args, wiring().clock.today())
    is_readable = form.validate()
    try:
        with own_account(snapshot=True) as session:
            told = _page(session, form, is_readable=is_readable)
    except CursorUnreadable:
        return redirect(address(SHOW, form.params))
    return told, 200 if is_readable else 422


@blueprint.get("/statement.pdf")
def pdf() -> ResponseReturnValue:
    """The same as a document. It is set after the transaction: that takes its time."""
    form = StatementForm.of(request.args, wiring().clock.today())
    if not form.validate():
        return _back()
    with own_account(snapshot=True) as session:
        books = _chosen(form, books_of(session, customer_id=me().customer_id))
        if books is None:
            return _back()
        statement = whole_statement(session, form, books, most=ROWS_MAX + 1)
        account = account_of(session, customer_id=me().customer_id)
    if statement.length > ROWS_MAX:
        flash(
            _("This is more than %(most)s lines. Take a spreadsheet instead.", most=ROWS_MAX),
            "refused",
        )
        return _back()
    settings = wiring().settings
    head = Letterhead(
        seller_name=settings.seller_name,
        ledger_name=books.ledger_name,
        customer_name=account.name,
        customer_number=account.number,
        currency=books.currency,
        language=language(),
        fonts=settings.fonts,
    )
    name = f"{_name(account.number, books)}-{form.days[-1].data.isoformat()}.pdf"
    return sent(statement.document(head), PDF_TYPE, name)


@blueprint.get("/statement.<any(csv, xlsx):ending>")
def table(ending: str) -> ResponseReturnValue:
    """The same as a table to take away."""
    form = StatementForm.of(request.args, wiring().clock.today())
    if not form.validate():
        return _back()
    with own_account(snapshot=True) as session:
        books = _chosen(form, books_of(session, customer_id=me().customer_id))
        if books is None:
            return _back()
        account = account_of(session, customer_id=me().customer_id)
        return table_file(
            ending,
            title=_("Statement of account"),
            name=_name(account.number, books),
            table=statement_table(session, form, books, most=TABLE_ROWS_MAX + 1),
            back=address(SHOW, request.args.to_dict()),
            day=form.days[-1].data,
        )


def _page(session: "Session", form: StatementForm, *, is_readable: bool) -> str:
    accounts = books_of(session, customer_id=me().customer_id)
    books = _chosen(form, accounts)
    several = {key_of(one): f"{one.ledger_name}, {one.currency}" for one in accounts}
    form.account.data = key_of(books) if books else ""
    shown = _shown(session, form, books) if books and is_readable else {}
    return page(
        session,
        "portal/statements/show.html",
        form=form,
        books=books,
        is_readable=is_readable,
        kind_choices=choices(
            SHOW, {**form.params, "account": form.account.data}, "kind", kind_words()
        ),
        account_choices=choices(SHOW, form.params, "account", several) if len(several) > 1 else [],
        pdf_url=address("statements.pdf", form.params),
        tables=table_addresses("statements.table", form.params),
        movement_words=MOVEMENTS,
        item_words=ITEMS,
        **shown,
    )


def _shown(session: "Session", form: StatementForm, books: Books) -> dict[str, Any]:
    cut = cut_of(request.args)
    if form.is_open:
        standing = standing_of(session, books=books, on=form.on.data)
        found: Any = standing_items(session, books=books, on=form.on.data, cut=cut)
        told = {"standing": standing, "bars": bars_of(standing.aging)}
    else:
        start, end = form.start.data, form.end.data
        opening = balance_before(session, books=books, on=start)
        found = movements(session, books=books, start=start, end=end, cut=cut)
        told = {
            "opening": opening,
            "closing": balance_before(session, books=books, on=end + A_DAY),
        }
    return {"found": found, **told, **page_addresses(SHOW, form.params, found)}


def _chosen(form: StatementForm, accounts: tuple[Books, ...]) -> Books | None:
    """The account of the statement; None where there never was any. One we do not know is a 404."""
    books = form.chosen(accounts)
    if books is None and form.account.data:
        abort(404)
    return books


def _back() -> ResponseReturnValue:
    """To the page, which says what is wrong."""
    return redirect(address(SHOW, request.args.to_dict()))


def _name(number: str, books: Books) -> str:
    """What a file is called where it is kept: whose, in what."""
    return f"statement-{number}-{books.currency}"
