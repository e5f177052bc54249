"""The first page: what is owed, what is late, what is under way, and how to pay."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from foundation.paging import Cut
from foundation.web.requests import wiring
from payments.card.underway import overdue_being_paid, underway
from portal.auth import me
from portal.charts import bars_of
from portal.pages import own_account, page, question_address
from receivables.queries.balances import balances_of
from receivables.queries.customers import account_of
from receivables.queries.invoices import due_soon
from receivables.queries.receipts import receipt_page

blueprint = Blueprint("home", __name__)

RECEIPTS_MAX = 3


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """The account at a glance, as of today."""
    customer_id = me().customer_id
    on = wiring().clock.today()
    with own_account() as session:
        balances = balances_of(session, customer_id=customer_id, on=on)
        return page(
            session,
            "portal/home/show.html",
            on=on,
            account=account_of(session, customer_id=customer_id),
            balances=balances,
            bars={balance.currency: bars_of(balance.aging) for balance in balances},
            soon=due_soon(session, customer_id=customer_id, on=on),
            underway=underway(session, customer_id=customer_id),
            overdue_being_paid=overdue_being_paid(session, customer_id=customer_id, on=on),
            receipts=receipt_page(
                session, customer_id=customer_id, cut=Cut(size=RECEIPTS_MAX)
            ).rows,
            question_address=question_address(),
        )
