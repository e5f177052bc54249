"""The WSGI app: the API under /v1, and a dropped connection where a fault says so."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from sandbox.stripe.api import Answer, Api, Call

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from sandbox.stripe.world import StripeWorld

LOST = "X-Sandbox-Lost"


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
    app = Flask("sandbox", static_folder="static", template_folder="templates")

    @app.route("/v1/<path:rest>", methods=["GET", "POST", "DELETE"])
    def v1(rest: str) -> Response:
        form = request.get_data(as_text=True) if request.method == "POST" else _query()
        call = Call(
            method=request.method, path=request.path, form=form, headers=dict(request.headers)
        )
        return _respond(app, api.answer(call))

    app.wsgi_app = AnswersGetLost(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way
    return app


def _query() -> str:
    return request.query_string.decode("latin-1")


def _respond(app: Flask, answer: Answer) -> Response:
    text = app.json.dumps(answer.body)
    response = Response(text, answer.status, content_type="application/json")
    response.headers.update(answer.headers)
    if answer.lost:
        response.headers[LOST] = "1"
    return response
