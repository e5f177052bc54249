"""Which company a person looks at, when they act for several."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from foundation.web.requests import wiring
from people.actions.web_sessions import choose_company
from portal.auth import companies, person, person_deed
from portal.destinations import destination
from receivables.queries.customers import ContactRight

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/accounts", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """The companies this person acts for (none is said too); one of them chosen.

    One that is not theirs is as good as absent.
    """
    if request.method == "POST":
        wanted = request.form.get("customer_id", "")
        _look_at(next((one for one in companies() if str(one.customer_id) == wanted), None))
        return redirect(destination(request.form.get("next")), 303)
    return render_template(
        "portal/accounts/choose.html",
        companies=companies(),
        name=person().name,
        next=request.args.get("next", ""),
    )


def _look_at(company: ContactRight | None) -> None:
    if company is None:
        abort(404)
    seen = person()
    with wiring().transaction(person=seen.person_id) as session:
        choose_company(
            session,
            session_id=seen.session_id,
            customer_id=company.customer_id,
            deed=person_deed(),
        )
