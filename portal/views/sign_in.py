"""Coming in and going out. Whatever is wrong, the answer does not tell who has an account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.web.requests import request_deed, wiring
from people.actions.sign_in_links import redeem_sign_in_link
from people.errors import SignInLinkDead
from people.link_tokens import TOKEN_LENGTH, link_id_of
from people.queries.sign_in_links import LiveLink, live_link
from people.sign_in import ask_for_link, sign_in
from portal.auth import (
    HALF,
    NO_COMPANY,
    enter,
    is_signed_in,
    leave,
    principal,
    visitor,
)
from portal.destinations import destination
from portal.forms.sign_in import LinkForm, OpenLinkForm, SignInForm

blueprint = Blueprint("sign_in", __name__)

GONE = 410


@blueprint.route("/sign-in", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """By password. Who is signed in already goes on."""
    form = SignInForm(next=request.args.get("next", ""))
    if is_signed_in():
        return onwards(form.next.data)
    if form.validate_on_submit() and form.accepted_by(
        sign_in, wiring().transaction, visitor=visitor(), deed=request_deed()
    ):
        enter(form.outcome)
        return onwards(form.next.data)
    return form.answer(render_template("portal/sign_in/new.html", form=form))


def onwards(wanted: str | None) -> ResponseReturnValue:
    """To the wanted page, by way of the code and the choice of a company where there are any."""
    going = destination(wanted)
    if principal() == HALF:
        return redirect(url_for("codes.ask", next=going), 303)
    if principal() == NO_COMPANY:
        return redirect(url_for("accounts.choose", next=going), 303)
    return redirect(going, 303)


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
def link() -> ResponseReturnValue:
    """Ask for a one-time link by mail; the answer is the same for every address."""
    form = LinkForm()
    if form.validate_on_submit() and form.accepted_by(
        ask_for_link, wiring().transaction, address=visitor().address, deed=request_deed()
    ):
        return redirect(url_for("sign_in.link", asked=1), 303)
    if request.method == "GET" and "asked" in request.args:
        return render_template("portal/sign_in/link_asked.html")
    return form.answer(render_template("portal/sign_in/link.html", form=form))


@blueprint.route(f"/sign-in/link/<string(length={TOKEN_LENGTH}):token>", methods=["GET", "POST"])
def open_link(token: str) -> ResponseReturnValue:
    """A button, because mail scanners open links; pressing it signs in and uses the link up."""
    form = OpenLinkForm()
    if form.validate_on_submit():
        return _redeemed(token)
    found = _link_of(token)
    if found is None:
        return render_template("portal/sign_in/dead_link.html"), GONE
    return render_template("portal/sign_in/open_link.html", form=form, link=found, token=token)


def _link_of(token: str) -> LiveLink | None:
    link_id = link_id_of(token, wiring().settings.secret_keys)
    if link_id is None:
        return None
    with wiring().transaction() as session:
        return live_link(session, link_id=link_id, at=wiring().clock.now())


def _redeemed(token: str) -> ResponseReturnValue:
    keys = wiring().settings.secret_keys
    try:
        with wiring().transaction() as session:
            started = redeem_sign_in_link(
                session, token=token, keys=keys, visitor=visitor(), deed=request_deed()
            )
    except SignInLinkDead:
        return render_template("portal/sign_in/dead_link.html"), GONE
    enter(started)
    return onwards(None)


@blueprint.post("/sign-out")
def out() -> ResponseReturnValue:
    """Sign out here; elsewhere stays as it is."""
    leave()
    flash(_("You are signed out."), "done")
    return redirect(url_for("sign_in.new"), 303)
