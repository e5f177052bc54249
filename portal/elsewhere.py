"""What belongs to another company of the same person: found for them, and the way there shown."""

from collections.abc import Callable

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from foundation.web.requests import wiring
from portal.auth import companies, me
from receivables.queries.customers import ContactRight

Find = Callable[..., object]  # a query by session and customer_id


def company_with(find: Find) -> ContactRight | None:
    """Which of this person's companies has it, asked one by one; the one looked at is first."""
    here = me().customer_id
    for company in sorted(companies(), key=lambda one: one.customer_id != here):
        with wiring().transaction(customer=company.customer_id) as session:
            if find(session, customer_id=company.customer_id) is not None:
                return company
    return None


def elsewhere(find: Find) -> ResponseReturnValue:
    """A 404; who acts for several companies and has it at another is led there.

    A stranger's and one that never was are the same 404 for everybody.
    """
    company = company_with(find)
    if company is None:
        abort(404)
    there = request.full_path.rstrip("?")
    return render_template("portal/accounts/elsewhere.html", company=company, next=there), 404
