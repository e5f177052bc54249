"""Inviting a colleague by mail, and joining: a button, because mail scanners open links."""

import uuid
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.limits import TooManyAttempts
from foundation.web.forms import said
from foundation.web.requests import request_deed, wiring
from portal.auth import enter, me, visitor
from portal.forms.people import InviteForm, JoinForm
from portal.managed import managed_accounts
from portal.pages import own_account, page
from receivables.actions.invitations import ask_anew, join, withdraw_invitation
from receivables.errors import AlreadyHasAccess, InvitationDead
from receivables.invitation_tokens import TOKEN_LENGTH, Named, named_in
from receivables.inviting import invite_colleague
from receivables.queries.invitations import (
    HeldInvitation,
    Standing,
    WaitingInvitation,
    held_invitation,
    waiting_invitations,
)
from receivables.words import RIGHTS, YOURS

blueprint = Blueprint("invitations", __name__)
TOKEN = f"<string(length={TOKEN_LENGTH}):token>"


@blueprint.route("/people/invitations/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Ask a colleague to join; the answer is the same whether or not we know the address."""
    form = InviteForm.of(managed_accounts())
    if form.validate_on_submit() and form.accepted_by(
        invite_colleague, wiring().transaction, deed=me().deed()
    ):
        flash(_("The invitation to %(email)s is on its way.", email=form.email.data), "done")
        return redirect(url_for("people.list"), 303)
    with own_account() as session:
        shown = page(session, "portal/invitations/new.html", form=form, rights=RIGHTS)
    return shown, 422 if form.errors else 200


@blueprint.post("/people/invitations/<uuid:invitation_id>/renewal")
def renew(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Write the same again; the letter before is worth nothing from then on."""
    with own_account() as session:
        waiting = waiting_invitations(
            session, customer_id=me().customer_id, at=wiring().clock.now()
        )
    one = next((one for one in waiting if one.id == invitation_id), None) or abort(404)
    try:
        _send_again(one)
    except (TooManyAttempts, AlreadyHasAccess) as refusal:
        flash(said(refusal), "refused")
    else:
        flash(_("The invitation to %(email)s is on its way.", email=one.email), "done")
    return redirect(url_for("people.list"), 303)


def _send_again(one: WaitingInvitation) -> None:
    """To the accounts of then that the reader looks after today."""
    managed = [account.customer_id for account in managed_accounts()]
    invite_colleague(
        wiring().transaction,
        email=one.email,
        role=one.role,
        account_ids=[wanted for wanted in managed if wanted in one.account_ids] or managed[:1],
        deed=me().deed(),
    )


@blueprint.post("/people/invitations/<uuid:invitation_id>/withdrawal")
def withdraw(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Take it back before it is answered."""
    with own_account(locked=True) as session:
        if not withdraw_invitation(session, invitation_id=invitation_id, deed=me().deed()):
            abort(404)
    flash(_("The invitation is withdrawn. Its link no longer works."), "done")
    return redirect(url_for("people.list"), 303)


@blueprint.route(f"/invitation/{TOKEN}", methods=["GET", "POST"], endpoint="join")
def answer(token: str) -> ResponseReturnValue:
    """What the holder of the link is asked to join; pressing the button joins and signs in."""
    named = _named(token)
    seen = _held(named) if named else None
    if named is None or seen is None or seen.standing is not Standing.OPEN:
        return _over(seen, token), HTTPStatus.GONE
    form = JoinForm.of(asks_name=seen.asks_name)
    if form.validate_on_submit():
        return _joined(named, form, token)
    shown = render_template(
        "portal/invitations/join.html", form=form, seen=seen, token=token, rights=YOURS
    )
    return shown, 422 if form.errors else 200


@blueprint.post(f"/invitation/{TOKEN}/renewal", endpoint="ask_anew")
def ask_again(token: str) -> ResponseReturnValue:
    """Let the admins know that the holder of an old link would like another."""
    named = _named(token)
    if named is None:
        return _over(None, token), HTTPStatus.GONE
    try:
        with wiring().transaction() as session:
            ask_anew(session, named=named, deed=request_deed())
    except InvitationDead:
        return _over(_held(named), token), HTTPStatus.GONE
    return _over(_held(named), token)


def _named(token: str) -> Named | None:
    return named_in(token, wiring().settings.secret_keys)


def _held(named: Named) -> HeldInvitation | None:
    with wiring().transaction() as session:
        return held_invitation(session, named, at=wiring().clock.now())


def _over(seen: HeldInvitation | None, token: str) -> str:
    return render_template("portal/invitations/over.html", seen=seen, token=token)


def _joined(named: Named, form: JoinForm, token: str) -> ResponseReturnValue:
    name = form.name.data if "name" in form else ""
    try:
        with wiring().transaction() as session:
            started = join(session, named=named, name=name, visitor=visitor(), deed=request_deed())
    except InvitationDead:
        return _over(_held(named), token), HTTPStatus.GONE
    enter(started)
    flash(_("Welcome. You are signed in."), "done")
    return redirect(url_for("home.show"), 303)
