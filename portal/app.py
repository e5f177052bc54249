"""The customers' face, put together: who may come in, what it says, which pages it has."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, render_template

from foundation.settings import Settings
from foundation.web.errors import Answers
from foundation.web.faces import Face, close_face, open_face
from foundation.web.guard import Doorman
from foundation.web.problems import Problem
from foundation.web.requests import Wiring
from portal.auth import ask_again, chosen_language, init_auth, is_fresh, principal, refuse
from portal.views import (
    accounts,
    basket,
    codes,
    credit_notes,
    home,
    invitations,
    invoices,
    languages,
    passkeys,
    pay_by_link,
    pay_links,
    payments,
    people,
    profile,
    receipts,
    reports,
    saved_methods,
    sign_in,
    statements,
)
from portal.words import credit_standing, invoice_standing, sentence
from receivables.words import charge_words, title_words

POLICY: Final = Path(__file__).with_name("policy.yaml")
VIEWS: Final = (
    accounts,
    basket,
    credit_notes,
    codes,
    home,
    invitations,
    invoices,
    languages,
    passkeys,
    pay_by_link,
    pay_links,
    payments,
    people,
    profile,
    receipts,
    reports,
    saved_methods,
    sign_in,
    statements,
)
STATUSES: Final = {"card.payment_unknown": HTTPStatus.NOT_FOUND}


def create_app(wiring: Wiring) -> Flask:
    """The portal over this wiring; refuses to start when a route has no row in policy.yaml."""
    face = face_of(wiring.settings)
    app = open_face("portal", face, wiring)
    init_auth(app)
    for view in VIEWS:
        app.register_blueprint(view.blueprint)
    app.context_processor(lambda: {"shell": None})  # a page of an account says which, see pages.py
    app.jinja_env.globals["invoice_standing"] = invoice_standing
    app.jinja_env.globals["credit_standing"] = credit_standing
    app.jinja_env.globals["charge_words"] = charge_words
    app.jinja_env.globals["title_words"] = title_words
    return close_face(app, face)


def face_of(settings: Settings) -> Face:
    """The portal as one of the faces."""
    return Face(
        name="portal",
        base_url=settings.portal_url,
        policy=POLICY,
        answers=Answers(sentence=sentence, statuses=STATUSES, render=error_page),
        doorman=Doorman(
            principal=principal,
            refuse=refuse,
            is_fresh=is_fresh,
            ask_again=ask_again,
        ),
        chosen_language=chosen_language,
        provider_origin=settings.stripe_page,
    )


def error_page(problem: Problem) -> str:
    """Whatever went wrong, on our own page."""
    return render_template("portal/error.html", problem=problem, title=problem.title)
