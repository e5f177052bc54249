"""Which company a person looks at, when they act for several."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.auth import companies, look_at, person
from portal.destinations import destination

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/accounts", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """The companies this person acts for (none is said too); one of them chosen.

    One that is not theirs is as good as absent.
    """
    if request.method == "POST":
        wanted = request.form.get("customer_id", "")
        look_at(next((one for one in companies() if str(one.customer_id) == wanted), None))
        return redirect(destination(request.form.get("next")), 303)
    return render_template(
        "portal/accounts/choose.html",
        companies=companies(),
        name=person().name,
        next=request.args.get("next", ""),
    )
