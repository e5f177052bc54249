"""A reader of the portal: fetches pages as a browser does, and refuses to look at a bad one.

Every page fetched is checked (`papers.offences`): whoever tests what a page says also tests that
its title is its heading, that its headings are in order, that its forms and labels hold together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.portal import papers

ORIGIN = "http://localhost:8000"


@dataclass(frozen=True)
class PageForm:
    """A form as the page holds it: where it goes and what it would send untouched."""

    action: str
    values: Mapping[str, Sequence[str]]
    buttons: Mapping[str, str]  # words -> formaction or nothing
    element: papers.Element
    pressable: Sequence[papers.Element]  # its buttons, wherever on the page they stand


@dataclass(frozen=True)
class PageSeen:
    """One answer, read."""

    status: int
    response: TestResponse
    root: papers.Element

    @property
    def text(self) -> str:
        """Everything in the body, as one line."""
        return next(self.root.all("body")).text

    @property
    def main(self) -> str:
        """What is between header and footer, as one line."""
        return next(self.root.all("main")).text

    @property
    def heading(self) -> str:
        """The h1."""
        return next(self.root.all("h1")).text

    @property
    def links(self) -> dict[str, str]:
        """Words of each link -> where it goes; of equal words the first counts."""
        found: dict[str, str] = {}
        for link in self.root.all("a"):
            found.setdefault(link.text, link.attrs.get("href", ""))
        return found

    def forms_to(self, action: str) -> list[PageForm]:
        """The forms whose address begins like this, in reading order."""
        forms = self.root.all("form")
        return [_form(form, self.root) for form in forms if form.attrs["action"].startswith(action)]

    def form_to(self, action: str) -> PageForm:
        """The first form to this address."""
        return self.forms_to(action)[0]


class PageClient:
    """One browser with its cookies."""

    def __init__(self, app: Flask, *, language: str = "en", address: str = "192.0.2.7") -> None:
        self.http = app.test_client()
        self.headers = {"Accept-Language": language}
        self.environ = {"REMOTE_ADDR": address}

    def get(self, path: str, *, status: int = 200) -> PageSeen:
        """The page at an address, redirects followed, checked."""
        return self._seen(
            self.http.get(
                path, headers=self.headers, environ_base=self.environ, follow_redirects=True
            ),
            status,
        )

    def raw(self, path: str, **asked: Any) -> TestResponse:
        """The bare answer, for what is no page or no success; read whole and closed."""
        headers = {**self.headers, **asked.pop("headers", {})}
        asked.setdefault("buffered", True)
        return self.http.open(path, headers=headers, environ_base=self.environ, **asked)

    def submit(
        self,
        form: PageForm,
        changes: Mapping[str, str | Sequence[str]] | None = None,
        *,
        button: str | None = None,
        status: int = 200,
    ) -> PageSeen:
        """Send a form as it stands but for the changes; redirects followed, checked."""
        answer = self.send(form, changes, button=button, follow_redirects=True)
        return self._seen(answer, status)

    def send(
        self,
        form: PageForm,
        changes: Mapping[str, str | Sequence[str]] | None = None,
        *,
        button: str | None = None,
        follow_redirects: bool = False,
    ) -> TestResponse:
        """Send a form and look at the bare answer."""
        data = {**form.values, **_pressed(form, button), **(changes or {})}
        return self.http.post(
            (form.buttons[button] if button else "") or form.action,
            data=data,
            headers={**self.headers, "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
            environ_base=self.environ,
            follow_redirects=follow_redirects,
        )

    def sign_in(self, email: str, password: str) -> PageSeen:
        """Through the sign-in page, as a person does."""
        page = self.get("/sign-in")
        return self.submit(page.form_to("/sign-in"), {"email": email, "password": password})

    def _seen(self, response: TestResponse, status: int) -> PageSeen:
        assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        found = papers.offences(response.text)
        assert not found, f"{response.request.path}: {found}"
        return PageSeen(response.status_code, response, papers.read(response.text)[0])


def _form(element: papers.Element, root: papers.Element) -> PageForm:
    values: dict[str, list[str]] = {}
    for one in element.all("input"):
        is_off = one.attrs.get("type") in ("checkbox", "radio") and "checked" not in one.attrs
        if "name" in one.attrs and not is_off:
            values.setdefault(one.attrs["name"], []).append(one.attrs.get("value", ""))
    pressable = [one for one in element.all("button") if "form" not in one.attrs]
    name = element.attrs.get("id", "of no button")
    pressable += [one for one in root.all("button") if one.attrs.get("form") == name]
    pressable = [one for one in pressable if one.attrs.get("aria-hidden") != "true"]
    buttons = {one.text: one.attrs.get("formaction", "") for one in pressable}
    return PageForm(element.attrs["action"], values, buttons, element, pressable)


def _pressed(form: PageForm, button: str | None) -> dict[str, str]:
    """What the button sends; unnamed, the only one that goes where the form goes."""
    own = [one for one in form.pressable if "formaction" not in one.attrs]
    named = [one for one in form.pressable if one.text == button]
    for pressed in named or (own if button is None and len(own) == 1 else []):
        if "name" in pressed.attrs:
            return {pressed.attrs["name"]: pressed.attrs.get("value", "")}
    return {}
