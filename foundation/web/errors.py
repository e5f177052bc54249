"""The one place where a face turns whatever went wrong into an answer.

A refusal of ours becomes a sentence of the face; a defect becomes a page that says whether money
moved, with the request id under which the log tells the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, jsonify, make_response, render_template
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from foundation import logs
from foundation.errors import QuittanceError
from foundation.limits import TooManyAttempts
from foundation.web import problems
from foundation.web.problems import Problem

Sentence = Callable[[QuittanceError], str]
Render = Callable[[Problem], str]

REFUSED: Final = HTTPStatus.CONFLICT  # what a refusal is when its face says nothing else
_log = logs.logger(__name__)


def error_page(problem: Problem) -> str:
    """The page any face can show, on the plainest base there is."""
    return render_template("error.html", problem=problem, title=problem.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How one face answers errors.

    `sentence` finds the words for a refusal; a KeyError says there are none, which is a defect.
    `statuses` says which code is not a mere 409. `render` None is a face of machines: JSON.
    """

    sentence: Sentence
    statuses: Mapping[str, int]
    render: Render | None = error_page

    def of_refusal(self, error: QuittanceError) -> Response:
        """A refusal of ours, in the face's words."""
        try:
            words = self.sentence(error)
        except KeyError:
            _log.exception("refusal.without_words", code=error.code)
            return self.answer(problems.defect())
        _log.info("refused", code=error.code, detail=str(error))
        if isinstance(error, TooManyAttempts):
            wait = error.retry_after.total_seconds()
            return self.answer(problems.too_many(error.code, words, wait))
        status = self.statuses.get(error.code, REFUSED)
        return self.answer(problems.refusal(error.code, words, status))

    def of_http(self, error: HTTPException) -> Response:
        """A refusal of the framework; a redirect or a made answer is passed on."""
        if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
            return make_response(error.get_response())
        return self.answer(problems.of_http(error))

    def of_defect(self, error: Exception) -> Response:
        """Anything nobody thought of."""
        _log.error("defect", kind=type(error).__name__, exc_info=error)
        return self.answer(problems.defect())

    def answer(self, problem: Problem) -> Response:
        """The problem as this face tells it."""
        response = self._page(problem, self.render) if self.render else self._json(problem)
        response.status_code = problem.status
        if problem.retry_after is not None:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response

    @staticmethod
    def _page(problem: Problem, render: Render) -> Response:
        """The page; bare words when even the page cannot be made."""
        bare = make_response(f"{problem.title}. {problem.words}\n")
        bare.mimetype = "text/plain"
        if request_ctx.url_adapter is None:  # a host that is not ours: no address can be made
            return bare
        try:
            return make_response(render(problem))
        except Exception:
            _log.exception("error_page.broken")
            return bare

    @staticmethod
    def _json(problem: Problem) -> Response:
        told = {"error": problem.code, "message": problem.words, "request_id": problem.request_id}
        return jsonify({name: value for name, value in told.items() if value is not None})


def init_errors(app: Flask, answers: Answers) -> None:
    """Answer every error of this face."""
    app.register_error_handler(QuittanceError, answers.of_refusal)
    app.register_error_handler(HTTPException, answers.of_http)
    app.register_error_handler(Exception, answers.of_defect)
