"""A reader of the portal, inside this process or over HTTP: cookies, forms, their hidden fields."""

from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Protocol

import requests
from flask import Flask

from benchmarks.worlds import PASSWORD

TIMEOUT_SECONDS = 30


class Client(Protocol):
    """One browser: its cookies, and what it was answered as status and text."""

    def send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Ask, and follow nothing."""
        ...


class InProcess:
    """Asks an app of this process: what it sends to the database can be counted."""

    def __init__(self, app: Flask, origin: str) -> None:
        self._client = app.test_client()
        self.origin = origin

    def send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Ask, and follow nothing."""
        told = {"Origin": self.origin, **(headers or {})}
        answer = self._client.open(
            path, method=method, base_url=self.origin, data=data, headers=told
        )
        return answer.status_code, answer.get_data(as_text=True)


class OverHttp:
    """Asks a server, over one connection that stays open."""

    def __init__(self, origin: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self.origin = origin

    def send(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Ask, and follow nothing."""
        answer = self._session.request(
            method,
            self.origin + path,
            data=data,
            headers={"Origin": self.origin, **(headers or {})},
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )
        return answer.status_code, answer.text


class _Form(HTMLParser):
    """What the first form that leads to `action` sends when its last named button is pressed."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._inside = action, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = not self.fields and (given.get("action") or "") == self._action
        elif tag in ("input", "button") and self._inside and given.get("name"):
            self.fields[str(given["name"])] = unescape(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Reader:
    """Somebody at a browser; `get` and `post` raise AssertionError on any answer but the wanted."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, path: str, *, status: int = 200) -> str:
        """Open a page."""
        return self._checked("GET", path, status)

    def post(self, path: str, fields: Mapping[str, str], *, status: int = 303) -> str:
        """Send a form."""
        return self._checked("POST", path, status, fields)

    def form(self, path: str, action: str) -> dict[str, str]:
        """What the form that leads to `action` on that page sends when nothing is changed."""
        found = _Form(action)
        found.feed(self.get(path))
        return found.fields

    def sign_in_form(self, email: str) -> dict[str, str]:
        """The sign-in form, filled in."""
        return {**self.form("/sign-in", "/sign-in"), "email": email, "password": PASSWORD}

    def sign_in(self, email: str) -> str:
        """Sign in by password."""
        return self.post("/sign-in", self.sign_in_form(email))

    def _checked(
        self, method: str, path: str, status: int, fields: Mapping[str, str] | None = None
    ) -> str:
        answered, text = self._client.send(method, path, data=fields)
        if answered != status:
            raise AssertionError(f"{method} {path}: {answered}, not {status}")
        return text
