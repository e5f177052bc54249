"""Codes of an authenticator app: asked for when signing in, set up and taken away when in."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.web.forms import said
from foundation.web.requests import wiring
from people.actions.second_factors import (
    begin_codes,
    begun_secret,
    end_codes,
    renew_recovery_codes,
)
from people.codes import address_of
from people.errors import CodesAlreadySetUp, CodesNotBegun
from people.second_step import confirm_app, give_second_proof
from portal.auth import keep_token, me, person, person_deed
from portal.forms.codes import CodeForm
from portal.pages import own_account, page
from portal.views.sign_in import onwards

blueprint = Blueprint("codes", __name__)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """The second step of a sign-in."""
    form = CodeForm(next=request.args.get("next", ""))
    if form.validate_on_submit() and form.accepted_by(
        give_second_proof,
        wiring().transaction,
        session_id=person().session_id,
        deed=person_deed(),
    ):
        keep_token(form.outcome)
        return onwards(form.next.data)
    return render_template("portal/codes/ask.html", form=form), 422 if form.errors else 200


@blueprint.get("/profile/app")
def show() -> ResponseReturnValue:
    """The picture to read with the app, and the first code to type."""
    return _page(CodeForm())


@blueprint.post("/profile/app")
def begin() -> ResponseReturnValue:
    """A fresh secret; what was begun before and not confirmed is worth nothing."""
    try:
        with own_account() as session:
            begin_codes(session, deed=me().deed())
    except CodesAlreadySetUp as refusal:
        flash(said(refusal), "refused")
        return redirect(url_for("profile.show"), 303)
    return redirect(url_for("codes.show"), 303)


@blueprint.post("/profile/app/confirmation")
def confirm() -> ResponseReturnValue:
    """From now on a sign-in asks for a code; the recovery codes are shown this once."""
    form = CodeForm()
    if form.validate_on_submit() and form.accepted_by(
        confirm_app, wiring().transaction, deed=me().deed()
    ):
        return _recovery_codes(form.outcome, is_new=True)
    shown = _page(form)
    return (shown, 422) if isinstance(shown, str) else shown


@blueprint.post("/profile/app/recovery-codes")
def renew() -> ResponseReturnValue:
    """Ten new codes in the place of all before."""
    try:
        with own_account() as session:
            codes = renew_recovery_codes(session, deed=me().deed())
    except CodesNotBegun:
        return redirect(url_for("profile.show"), 303)
    return _recovery_codes(codes, is_new=False)


@blueprint.post("/profile/app/removal")
def end() -> ResponseReturnValue:
    """A sign-in asks for no code any more."""
    try:
        with own_account() as session:
            end_codes(session, deed=me().deed())
    except CodesNotBegun:
        return redirect(url_for("profile.show"), 303)
    flash(_("Signing in no longer asks for a code."), "done")
    return redirect(url_for("profile.show"), 303)


def _page(form: CodeForm) -> ResponseReturnValue:
    try:
        with own_account() as session:
            secret = begun_secret(session, deed=me().deed())
            address = address_of(secret, email=me().email, seller=wiring().settings.seller_name)
            return page(
                session,
                "portal/codes/show.html",
                form=form,
                picture=_picture(address),
                address=address,
                secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            )
    except CodesNotBegun:
        return redirect(url_for("profile.show"), 303)


def _recovery_codes(codes: tuple[str, ...], *, is_new: bool) -> str:
    with own_account() as session:
        return page(session, "portal/codes/recovery.html", codes=codes, is_new=is_new)


def _picture(address: str) -> str:
    """The address as a QR code, in an image address that the content policy allows."""
    made = segno.make(address, micro=False, error="m")
    return str(made.png_data_uri(scale=6, border=4))
