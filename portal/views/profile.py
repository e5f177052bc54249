"""A person's own page: who they are here, their password, and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import ngettext
from foundation.web.requests import wiring
from people.actions.web_sessions import end_other_sessions, end_session
from people.password_change import change_password, needs_current
from people.passwords import LENGTH_MIN
from people.queries.passkeys import passkeys_of
from people.queries.second_factors import codes_of
from people.queries.web_sessions import OpenSession
from portal.auth import keep_token, me, own_places, person
from portal.browsers import browser_name, system_name
from portal.forms.profile import MailsForm, PasswordForm
from portal.pages import own_account, page
from receivables.actions.mails import choose_mails
from receivables.queries.mails import ChosenMails, chosen_mails

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("profile", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One browser somebody is signed in with, as the page shows it."""

    id: UUID
    browser: str | None
    system: str | None
    address: str
    created_at: datetime
    last_seen_at: datetime
    proof: str
    awaits_code: bool
    is_here: bool


@blueprint.get("/profile")
def show() -> ResponseReturnValue:
    """Everything about the person signed in."""
    return _page(PasswordForm())


@blueprint.post("/profile/password")
def password() -> ResponseReturnValue:
    """Replace the password; everywhere else the person is signed out."""
    form = PasswordForm()
    if form.validate_on_submit() and form.accepted_by(
        change_password, wiring().transaction, seen=person(), deed=me().deed()
    ):
        keep_token(form.outcome.token)
        flash(_("Your password is changed. Everywhere else you are signed out."), "done")
        return redirect(url_for("profile.show"), 303)
    return _page(form), 422


@blueprint.post("/profile/mails")
def mails() -> ResponseReturnValue:
    """Keep which mails the person wants about this account."""
    who = me()
    with own_account() as session:
        stored = _chosen(session)
        chosen = MailsForm.of(stored).chosen(stored)
        choose_mails(session, contact_id=who.contact_id, chosen=chosen, deed=who.deed())
    flash(_("From now on you get the mails you chose."), "done")
    return redirect(url_for("profile.show"), 303)


@blueprint.post("/profile/sessions/<uuid:session_id>/end")
def end_session_there(session_id: UUID) -> ResponseReturnValue:
    """Sign out one other browser. Another person's session is as good as absent."""
    who = me()
    with wiring().transaction(customer=who.customer_id, person=who.person_id) as session:
        if session_id == who.session_id or not end_session(
            session, session_id=session_id, deed=who.deed()
        ):
            abort(404)
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("profile.show"), 303)


@blueprint.post("/profile/sessions/end")
def end_sessions_elsewhere() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    who = me()
    with wiring().transaction(customer=who.customer_id, person=who.person_id) as session:
        ended = end_other_sessions(session, kept_id=who.session_id, deed=who.deed())
    flash(
        ngettext(
            "%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", ended
        ),
        "done",
    )
    return redirect(url_for("profile.show"), 303)


def _page(form: PasswordForm) -> str:
    with own_account() as session:
        return page(
            session,
            "portal/profile/show.html",
            form=form,
            mails=MailsForm(formdata=None, obj=_chosen(session)),
            person=person(),
            places=[_place(one) for one in own_places(session)],
            passkeys=passkeys_of(session, me().person_id),
            codes=codes_of(session, me().person_id),
            needs_current=needs_current(person(), at=wiring().clock.now()),
            length_min=LENGTH_MIN,
        )


def _chosen(session: "Session") -> ChosenMails:
    return chosen_mails(session, customer_id=me().customer_id, contact_id=me().contact_id)


def _place(one: OpenSession) -> Place:
    return Place(
        id=one.id,
        browser=browser_name(one.agent),
        system=system_name(one.agent),
        address=one.address,
        created_at=one.created_at,
        last_seen_at=one.last_seen_at,
        proof=one.proof,
        awaits_code=one.awaits_code,
        is_here=one.id == me().session_id,
    )
