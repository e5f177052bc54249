"""The people of the company: who may act for it, what they may do, and who was asked to join."""

import uuid
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.web.requests import wiring
from portal.auth import me
from portal.forms.people import RightsForm
from portal.lists import cut_of, page_addresses
from portal.managed import managed_accounts
from portal.pages import page, shared_account
from receivables.actions.contacts import Rights, set_rights
from receivables.queries.contacts import Colleague, colleague_of, colleague_page, roles_at
from receivables.queries.invitations import waiting_invitations
from receivables.words import RIGHTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """Everybody who may act for the company, and whose answer is awaited."""
    accounts = managed_accounts()
    with shared_account([one.customer_id for one in accounts]) as session:
        found = colleague_page(session, customer_id=me().customer_id, cut=cut_of(request.args))
        return page(
            session,
            "portal/people/list.html",
            people=found.rows,
            seats=roles_at(
                session,
                person_ids=[one.person_id for one in found.rows],
                customer_ids=[one.customer_id for one in accounts],
            ),
            accounts={one.customer_id: one.customer_name for one in accounts},
            waiting=waiting_invitations(
                session, customer_id=me().customer_id, at=wiring().clock.now()
            ),
            **page_addresses("people.list", {}, found),
            rights=RIGHTS,
            own_id=me().contact_id,
            customer_id=me().customer_id,
        )


@blueprint.route("/<uuid:contact_id>", methods=["GET", "POST"])
def show(contact_id: uuid.UUID) -> ResponseReturnValue:
    """One person: what they may do on each account, changed at once."""
    if request.method == "POST":
        return _changed(contact_id)
    with shared_account(_managed_ids()) as session:
        someone = _someone(session, contact_id)
        return _page(session, someone, _form(session, someone))


def _changed(contact_id: uuid.UUID) -> ResponseReturnValue:
    with shared_account(_managed_ids(), locked=True) as session:
        someone = _someone(session, contact_id)
        form = _form(session, someone)
        if form.validate_on_submit() and form.accepted_by(
            _set, session, someone=someone, wanted=form.wanted
        ):
            words = _("The rights of %(name)s are changed.", name=someone.name)
            flash(words if form.outcome else _("Nothing was different."), "done")
            return redirect(url_for("people.list"), 303)
        return _page(session, someone, form), 422


@blueprint.post("/<uuid:contact_id>/removal")
def remove(contact_id: uuid.UUID) -> ResponseReturnValue:
    """End every right of a person on the accounts that the reader looks after."""
    managed = _managed_ids()
    with shared_account(managed, locked=True) as session:
        someone = _someone(session, contact_id)
        form = _form(session, someone)
        wanted: Rights = dict.fromkeys(managed)
        if not form.accepted_by(_set, session, someone=someone, wanted=wanted):
            return _page(session, someone, form), 409
    flash(_("%(name)s has no access any more and is signed out.", name=someone.name), "done")
    return redirect(url_for("people.list"), 303)


def _set(session: "Session", *, someone: Colleague, wanted: Rights) -> bool:
    return set_rights(
        session,
        person_id=someone.person_id,
        wanted=wanted,
        deed=me().deed(),
        kept_session_id=me().session_id,
    )


def _managed_ids() -> tuple[uuid.UUID, ...]:
    return tuple(one.customer_id for one in managed_accounts())


def _someone(session: "Session", contact_id: uuid.UUID) -> Colleague:
    found = colleague_of(session, customer_id=me().customer_id, contact_id=contact_id)
    return found or abort(404)


def _form(session: "Session", someone: Colleague) -> RightsForm:
    roles = roles_at(session, person_ids=[someone.person_id], customer_ids=_managed_ids())
    return RightsForm.of(managed_accounts(), roles[someone.person_id])


def _page(session: "Session", someone: Colleague, form: RightsForm) -> str:
    return page(
        session,
        "portal/people/show.html",
        someone=someone,
        form=form,
        is_self=someone.contact_id == me().contact_id,
    )
