"""The WSGI app: API, hosted page and control page; a dropped connection where a fault says so."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, g, request

from sandbox.stripe import confirming, control, hosted
from sandbox.stripe.api import Answer, Api, Call
from sandbox.stripe.hosted import LOST
from sandbox.stripe.webhooks import LOOPBACK

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from sandbox.stripe.world import StripeWorld

LARGEST_BODY = 1_000_000
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class AnswersGetLost:
    """Hangs up instead of answering when the answer is marked as lost."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or raise what a server turns into a closed connection."""

        def listen(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            if any(name == LOST for name, _ in headers):
                raise ConnectionResetError("the answer is lost on purpose")
            return start_response(status, headers, *rest)  # type: ignore[arg-type]  # passed on

        return self._app(environ, listen)  # type: ignore[arg-type]  # the same shape, spelt out


def create_app(world: "StripeWorld", api: Api) -> Flask:
    """The app of one world."""
    app = Flask("sandbox")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["stripe_world"] = world
    app.register_blueprint(hosted.pages)
    app.register_blueprint(confirming.pages)
    app.register_blueprint(control.pages)
    app.before_request(refuse_strangers)
    app.after_request(protect)

    @app.route("/v1/<path:rest>", methods=["GET", "POST", "DELETE"])
    def v1(rest: str) -> Response:
        form = request.get_data(as_text=True) if request.method == "POST" else _query()
        call = Call(
            method=request.method, path=request.path, form=form, headers=dict(request.headers)
        )
        return _respond(app, api.answer(call))

    app.wsgi_app = AnswersGetLost(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way
    return app


def refuse_strangers() -> None:
    """This machine only, and no form that another site's page sends."""
    if request.host.rsplit(":", 1)[0].strip("[]") not in LOOPBACK:
        abort(403)
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.method != "GET" and site not in ("none", "same-origin"):
        abort(403)


def protect(response: Response) -> Response:
    """Strict headers on every answer; pages may say where their forms lead (`g.form_action`)."""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-src 'self'; "
        f"frame-ancestors 'none'; form-action 'self' {g.get('form_action', '')}"
    )
    response.headers.setdefault("Content-Security-Policy", policy.strip())
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _query() -> str:
    return request.query_string.decode("latin-1")


def _respond(app: Flask, answer: Answer) -> Response:
    text = app.json.dumps(answer.body)
    response = Response(text, answer.status, content_type="application/json")
    response.headers.update(answer.headers)
    if answer.lost:
        response.headers[LOST] = "1"
    return response
