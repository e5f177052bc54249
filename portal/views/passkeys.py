"""Passkeys: signed in with, added and removed. A device answers what the page carries."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.web.requests import request_deed, wiring
from people.actions.passkeys import remove_passkey
from people.passkeys import (
    Owner,
    add_passkey,
    options_to_add,
    options_to_sign_in,
    sign_in_by_passkey,
)
from people.queries.passkeys import credential_ids_of
from portal.auth import enter, me, visitor
from portal.forms.passkeys import PasskeyForm, PasskeySignInForm
from portal.pages import own_account, page
from portal.passkey_site import site_here
from portal.views.sign_in import onwards

blueprint = Blueprint("passkeys", __name__)


@blueprint.route("/sign-in/passkey", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with whichever passkey the device holds for us: no address, no password, no code."""
    form = PasskeySignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit() and form.accepted_by(
        sign_in_by_passkey,
        wiring().transaction,
        site=site_here(),
        visitor=visitor(),
        deed=request_deed(),
    ):
        enter(form.outcome)
        return onwards(form.next.data)
    form.answer.data = ""  # each page has a challenge of its own
    options = options_to_sign_in(site_here(), deed=request_deed())
    shown = render_template("portal/passkeys/sign_in.html", form=form, options=options)
    return shown, 422 if form.errors else 200


@blueprint.route("/profile/passkeys/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Have the device make a passkey, and call it something."""
    form = PasskeyForm()
    if form.validate_on_submit() and form.accepted_by(
        add_passkey, wiring().transaction, site=site_here(), deed=me().deed()
    ):
        flash(_("You can sign in with “%(name)s” from now on.", name=form.name.data), "done")
        return redirect(url_for("profile.show"), 303)
    form.answer.data = ""
    with own_account() as session:
        known = credential_ids_of(session, me().person_id)
        owner = Owner(person_id=me().person_id, email=me().email, name=me().name, known=known)
        options = options_to_add(site_here(), owner, deed=me().deed())
        shown = page(session, "portal/passkeys/new.html", form=form, options=options)
    return shown, 422 if form.errors else 200


@blueprint.post("/profile/passkeys/<uuid:passkey_id>/removal")
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """Nobody signs in with it any more. Another person's is as good as absent."""
    with own_account() as session:
        if not remove_passkey(session, passkey_id=passkey_id, deed=me().deed()):
            abort(404)
    flash(_("That passkey no longer signs in."), "done")
    return redirect(url_for("profile.show"), 303)
