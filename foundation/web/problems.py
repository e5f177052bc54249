"""What a reader is told when something is wrong: what happened, whether money moved, what next."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from foundation import logs
from foundation.i18n import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Told as a page or as JSON. `request_id` only where somebody will look into the log."""

    status: int
    code: str
    title: str
    words: str
    request_id: str | None = None
    retry_after: int | None = None  # seconds


def defect() -> Problem:
    """A mistake of ours. The reader's first question is about money, so that comes first."""
    return Problem(
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        code="defect",
        title=_("Something went wrong on our side"),
        words=_(
            "Nothing was charged by this page. If you were paying, look at your payments first."
        ),
        request_id=logs.request_id(),
    )


def refusal(code: str, words: str, status: int) -> Problem:
    """Something we do not do, in the words of the face."""
    return Problem(status=status, code=code, title=_("That was not possible"), words=words)


def too_many(code: str, words: str, seconds: float) -> Problem:
    """A limit is reached; it says when to come back."""
    return Problem(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code=code,
        title=_("Please wait a little"),
        words=words,
        retry_after=max(1, round(seconds)),
    )


def of_http(error: HTTPException) -> Problem:
    """What Flask, Werkzeug or a view's abort() refused."""
    if isinstance(error, CSRFError):
        return Problem(
            status=HTTPStatus.BAD_REQUEST,
            code="form.expired",
            title=_("This page was open for too long"),
            words=_("Nothing was changed. Go back, reload the page and send it again."),
        )
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return defect()
    title, words = _WORDS.get(status, _unreadable)()
    return Problem(status=status, code=f"http.{status:d}", title=title, words=words)


Told = tuple[str, str]


def _unreadable() -> Told:
    return _("We could not read this"), _("Nothing was changed. Go back and try again.")


def _signed_out() -> Told:
    return _("Please sign in"), _("This page is for people who are signed in.")


def _forbidden() -> Told:
    return _("You may not do this"), _(
        "Nothing was changed. Somebody with more rights on this account can do it."
    )


def _absent() -> Told:
    return _("This page does not exist"), _(
        "The address may be mistyped, or what it showed is not on your account."
    )


def _wrong_method() -> Told:
    return _("This address does not work that way"), _(
        "Nothing was changed. Go back and use the buttons of the page."
    )


def _too_large() -> Told:
    return _("This is too much at once"), _("Nothing was changed. Send less, in several steps.")


def _too_often() -> Told:
    return _("Please wait a little"), _("Nothing was changed. Try again in a moment.")


_WORDS: dict[int, Callable[[], Told]] = {
    HTTPStatus.UNAUTHORIZED: _signed_out,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _absent,
    HTTPStatus.METHOD_NOT_ALLOWED: _wrong_method,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _too_large,
    HTTPStatus.TOO_MANY_REQUESTS: _too_often,
}
