"""A reader of the portal inside this process: cookies, forms and their hidden fields."""

from html import unescape
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

from benchmarks.worlds import PASSWORD


class _Form(HTMLParser):
    """The fields of the first form that leads to `action`."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside = action, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = not self.fields and (given.get("action") or "") == self._action
        elif tag == "input" and self._inside and given.get("name"):
            self.fields[str(given["name"])] = unescape(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Reader:
    """One browser; `get` and `post` raise AssertionError on any answer that is not the wanted."""

    def __init__(self, app: Flask, origin: str) -> None:
        self._client = app.test_client()
        self._origin = origin

    def get(self, path: str, *, status: int = 200) -> TestResponse:
        """Open a page."""
        return self._checked(self._client.get(path, base_url=self._origin), status)

    def post(self, path: str, fields: dict[str, str], *, status: int = 303) -> TestResponse:
        """Send a form."""
        answer = self._client.post(
            path, base_url=self._origin, data=fields, headers={"Origin": self._origin}
        )
        return self._checked(answer, status)

    def form(self, path: str, action: str) -> dict[str, str]:
        """What the form that leads to `action` on that page would send untouched."""
        found = _Form(action)
        found.feed(self.get(path).get_data(as_text=True))
        return found.fields

    def sign_in_form(self, email: str) -> dict[str, str]:
        """The sign-in form, filled in."""
        return {**self.form("/sign-in", "/sign-in"), "email": email, "password": PASSWORD}

    def sign_in(self, email: str) -> TestResponse:
        """Sign in by password."""
        return self.post("/sign-in", self.sign_in_form(email))

    def _checked(self, answer: TestResponse, status: int) -> TestResponse:
        if answer.status_code != status:
            raise AssertionError(f"{answer.request.path}: {answer.status_code}, not {status}")
        return answer
