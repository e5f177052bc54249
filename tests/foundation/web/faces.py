"""A small face to try the ground with: three roles by header, and a few routes of every kind."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Flask, abort, g, redirect, render_template_string, request, session
from flask.testing import FlaskClient
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import InputRequired

from foundation.clock import Clock
from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.limits import TooManyAttempts
from foundation.money import Money
from foundation.settings import Settings
from foundation.templating import money
from foundation.web.errors import Answers, error_page
from foundation.web.faces import Face, close_face, open_face
from foundation.web.forms import HouseForm, MoneyField
from foundation.web.guard import Doorman
from foundation.web.requests import Wiring, request_deed, wiring
from tests.clocks import FixedClock

POLICY = """
static: {GET: {roles: [everyone]}}
bootstrap.static: {GET: {roles: [everyone]}}
health.show: {GET: {roles: [everyone]}}
health.ready: {GET: {roles: [everyone]}}
things.show: {GET: {roles: [everyone]}}
things.mine: {GET: {roles: [contact], ownership: customer}}
things.pay:
  GET: {roles: [payer, admin]}
  POST: {roles: [payer, admin], audit: thing.paid}
things.hook: {POST: {roles: [everyone], csrf: the sender signs its body}}
things.proof: {GET: {roles: [contact], fresh_auth: 15}}
things.fail: {GET: {roles: [everyone]}}
things.deed: {GET: {roles: [everyone]}}
"""
BASE_URL = "http://localhost"


class TooMuch(QuittanceError):
    code = "thing.too_much"

    def __init__(self, most: Money) -> None:
        self.most = most
        super().__init__(f"at most {most}")


class Unsaid(QuittanceError):
    code = "thing.unsaid"


class ThingForm(HouseForm):
    name = StringField("Name", [InputRequired("Type a name.")])
    amount = MoneyField("Amount", [InputRequired("Type an amount.")])
    refusals = {TooMuch: "amount"}


def pay_thing(_first: object, *, amount: Money, name: str) -> str:
    if amount > Money(10_000, "EUR"):
        raise TooMuch(Money(10_000, "EUR"))
    return f"{name}: {amount}"


blueprint = Blueprint("things", __name__)
PAGE = "{% extends 'base.html' %}{% block page %}{{ words }}{% endblock %}"


@blueprint.get("/")
def show():
    return render_template_string(PAGE, title="Things", words=request.args.get("words", ""))


@blueprint.get("/mine/<uuid:thing_id>")
def mine(thing_id):
    abort(404)


@blueprint.route("/pay", methods=["GET", "POST"])
def pay():
    form = ThingForm("EUR")
    if form.validate_on_submit() and form.accepted_by(pay_thing, wiring().transaction):
        return form.outcome
    session["seen"] = "yes"
    told = [f"{form.csrf_token}{form.amount}", str(form.errors)]
    return render_template_string(PAGE, title="Pay", words=Markup(told[0]) + told[1]), (
        422 if form.errors else 200
    )


@blueprint.post("/hook")
def hook():
    return {"bytes": len(request.get_data())}


@blueprint.get("/proof")
def proof():
    return "fresh"


@blueprint.get("/deed")
def deed():
    return {"request_id": request_deed().request_id, "address": request.remote_addr}


@blueprint.get("/fail/<string:how>")
def fail(how):
    errors = {
        "refusal": TooMuch(Money(10_000, "EUR")),
        "unsaid": Unsaid("no words"),
        "limit": TooManyAttempts("sign_in", timedelta(seconds=90)),
        "defect": RuntimeError("Zq3 the secret of the stack"),
    }
    if how in errors:
        raise errors[how]
    if how == "gone":
        return redirect("https://elsewhere.example/", 303)
    return abort(int(how))


def told_money(refusal: QuittanceError) -> str:
    return money(refusal.most) if isinstance(refusal, TooMuch) else ""


def sentence(refusal: QuittanceError) -> str:
    if refusal.code.startswith("amount."):
        return f"{refusal.code}: {refusal.typed}"
    return {
        "thing.too_much": _("At most %(most)s.", most=told_money(refusal)),
        "limits.too_many_attempts": _("You tried too often."),
    }[refusal.code]


def settings_of(**changes: str) -> Settings:
    given = {"DATABASE_URL": "postgresql+psycopg://quittance_app@/x", "QUITTANCE_MODE": "test"}
    return Settings.from_environment({**given, **changes})


def a_face(
    folder: Path,
    *,
    policy: str = POLICY,
    base_url: str = BASE_URL,
    settings: Settings | None = None,
    transaction: object = None,
    clock: Clock | None = None,
    has_pages: bool = True,
    register=lambda app: None,
    checks=None,
) -> Flask:
    """The face, closed and ready to be asked."""
    path = folder / "policy.yaml"
    path.write_text(policy)
    doorman = Doorman(
        principal=lambda: request.headers.get("As", "anonymous"),
        refuse=lambda role, _row: redirect("/sign-in", 303) if role == "anonymous" else None,
        is_fresh=lambda minutes: request.headers.get("Age", "999") <= str(minutes),
    )
    face = Face(
        name="test",
        base_url=base_url,
        policy=path,
        answers=Answers(
            sentence=sentence,
            statuses={"thing.too_much": 422},
            render=error_page if has_pages else None,
        ),
        doorman=doorman,
        has_pages=has_pages,
        chosen_language=lambda: g.get("language"),
        provider_origin="https://checkout.stripe.com",
        checks=checks or {},
    )
    given = Wiring(
        settings=settings or settings_of(),
        clock=clock or FixedClock(),
        transaction=transaction,
        gateway=SimpleNamespace(),
    )
    app = open_face(__name__, face, given)
    app.register_blueprint(blueprint)
    register(app)
    return close_face(app, face)


def asking(app: Flask, role: str = "anonymous", **headers: str) -> FlaskClient:
    """A browser of somebody in that role."""
    client = app.test_client()
    client.environ_base.update({f"HTTP_{name.upper()}": text for name, text in headers.items()})
    client.environ_base["HTTP_AS"] = role
    return client
