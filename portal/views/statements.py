"""The statement of account: a page, a PDF to send on, and tables for a spreadsheet."""

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.paging import CursorUnreadable
from foundation.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_table, xlsx_table
from foundation.web.requests import wiring
from portal.auth import me
from portal.charts import bars_of
from portal.files import PDF_TYPE, TABLE_ROWS_MAX, refused_as_too_long, sent
from portal.forms.statements import StatementForm, key_of, kind_words
from portal.lists import address, choices, cut_of, page_addresses
from portal.pages import own_account, page
from portal.statements import A_DAY, Activity, OpenItems, whole_statement
from receivables.documents.statement import ROWS_MAX, Letterhead
from receivables.documents.statement_tables import ITEMS, MOVEMENTS
from receivables.queries.account_activity import balance_before, movements
from receivables.queries.customers import Account, account_of
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
    found = _whole(ROWS_MAX)
    if found is None:
        return _back()
    statement, books, account = found
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
    return sent(statement.document(head), PDF_TYPE, _name(statement, books, account, "pdf"))


@blueprint.get("/statement.csv")
def csv() -> ResponseReturnValue:
    """The same for a program to read."""
    found = _whole(TABLE_ROWS_MAX)
    if found is None:
        return _back()
    statement, books, account = found
    return sent(csv_table(*statement.table), CSV_TYPE, _name(statement, books, account, "csv"))


@blueprint.get("/statement.xlsx")
def xlsx() -> ResponseReturnValue:
    """The same for a spreadsheet."""
    found = _whole(TABLE_ROWS_MAX)
    if found is None:
        return _back()
    statement, books, account = found
    made = xlsx_table(_("Statement of account"), *statement.table)
    return sent(made, XLSX_TYPE, _name(statement, books, account, "xlsx"))


def _page(session: "Session", form: StatementForm, *, is_readable: bool) -> str:
    accounts = books_of(session, customer_id=me().customer_id)
    books = form.chosen(accounts)
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
        files={kind: address(f"statements.{kind}", form.params) for kind in ("pdf", "xlsx", "csv")},
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


def _whole(most: int) -> tuple[OpenItems | Activity, Books, Account] | None:
    """The statement whole; None when the address asks for none, or for more than `most` rows."""
    form = StatementForm.of(request.args, wiring().clock.today())
    if not form.validate():
        return None
    with own_account() as session:
        customer_id = me().customer_id
        books = form.chosen(books_of(session, customer_id=customer_id))
        if books is None:
            return None
        statement = whole_statement(session, form, books, most=most + 1)
        account = account_of(session, customer_id=customer_id)
    if refused_as_too_long(statement.table, most):
        return None
    return statement, books, account


def _back() -> ResponseReturnValue:
    """To the page, which says what is wrong."""
    return redirect(address(SHOW, request.args.to_dict()))


def _name(statement: OpenItems | Activity, books: Books, account: Account, ending: str) -> str:
    """What the file is called where it is kept: whose, in what, up to when."""
    day = statement.on if isinstance(statement, OpenItems) else statement.end
    return f"statement-{account.number}-{books.currency}-{day.isoformat()}.{ending}"
