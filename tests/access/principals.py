"""Everybody who may stand before a route, and what policy.yaml calls them."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Final

import flask
import sqlalchemy as sa
from flask import Flask
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from people.actions.web_sessions import Visitor, choose_company, end_session, start_session
from people.models import Face, Proof
from tests.access.town import Town, mark
from tests.factories.books import Account
from tests.portal.page_client import ORIGIN, PageClient


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks. `letter` is the company whose objects are their own."""

    name: str
    role: str  # as policy.yaml names it
    letter: str = "a"
    seat: str | None = None  # None: nobody ever signed in here
    chooses: bool = True  # a company, after signing in
    is_half: bool = False  # has not given the code of the app
    ended: str | None = None  # how the session was lost since

    def account(self, town: Town) -> Account:
        """The contact behind it; for nobody, whose objects it tries."""
        if self.seat in town.loners:
            return town.loners[self.seat]
        return town.companies[self.letter].people[self.seat or "payer"]


PRINCIPALS: Final = (
    Principal(name="anonymous", role="anonymous"),
    *(
        Principal(name=f"{role} of {letter}", role=role, letter=letter, seat=role)
        for letter in ("a", "b")
        for role in ("viewer", "payer", "admin")
    ),
    Principal(name="colleague at a", role="payer", seat="colleague"),
    Principal(name="of a and c, at a", role="payer", seat="both"),
    Principal(name="of a and c, undecided", role="person", seat="both", chooses=False),
    Principal(name="of no company", role="person", seat="nobody", chooses=False),
    Principal(name="disabled contact", role="person", seat="gone_contact"),
    Principal(name="disabled person", role="anonymous", seat="gone_person"),
    Principal(name="before the code", role="half", seat="half", is_half=True),
    Principal(name="signed out", role="anonymous", seat="payer", ended="revoked"),
    Principal(name="session expired", role="anonymous", seat="payer", ended="expired"),
    Principal(name="session idle", role="anonymous", seat="payer", ended="idle"),
    Principal(name="session of the console", role="anonymous", seat="payer", ended="console"),
)
BY_NAME: Final = {one.name: one for one in PRINCIPALS}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request: where to, and what a browser would send there."""

    path: str
    data: object = None
    headers: dict[str, str] | None = None


@dataclass(kw_only=True)
class Browser:
    """A browser of a principal; it holds a session and a token against forged requests."""

    client: PageClient
    csrf_token: str
    session_id: uuid.UUID | None = None

    def send(self, method: str, ask: Ask, **more: object) -> TestResponse:
        """The bare answer. A form carries its token and says where it was sent from."""
        headers = {**(ask.headers or {})}
        data = ask.data
        if method == "POST" and not headers:
            headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        if isinstance(data, dict):
            data = {"csrf_token": self.csrf_token, **data}
        return self.client.raw(
            ask.path, method=method, data=data, headers=headers, buffered=True, **more
        )


def browser_of(town: Town, who: Principal) -> Browser:
    """A new browser, as this principal left it."""
    client = PageClient(town.portal)
    raw, token = a_csrf_token(town.portal)
    browser = Browser(client=client, csrf_token=token)
    with client.http.session_transaction() as cookie:
        cookie["csrf_token"] = raw
        if who.seat:
            browser.session_id, cookie["_user_id"] = enter(
                town,
                who.account(town),
                chooses=who.chooses,
                ended=who.ended,
                is_half=who.is_half,
            )
    return browser


def a_csrf_token(app: Flask) -> tuple[str, str]:
    """What the cookie keeps, and what the form sends."""
    with app.test_request_context():
        token = generate_csrf()
        return flask.session["csrf_token"], token


def enter(
    town: Town,
    account: Account,
    *,
    chooses: bool = True,
    ended: str | None = None,
    is_half: bool = False,
) -> tuple[uuid.UUID, str]:
    """Start a session of that person, and end it the way it was lost; its id and its token."""
    now = town.clock.now()
    ago = {"expired": dt.timedelta(hours=9), "idle": dt.timedelta(minutes=31)}
    at = now - ago.get(ended or "", dt.timedelta())
    face = Face.CONSOLE if ended == "console" else Face.PORTAL
    word = mark(town.letter_of(account))
    visitor = Visitor(face=face, address=word, agent=f"Firefox {word}")
    deed = replace(town.deed(account), at=at, subject_id=None)
    with town.books() as session:
        started = start_session(
            session, language="en", proof=Proof.PASSWORD, visitor=visitor, deed=deed
        )
        if chooses:
            choose_company(
                session, session_id=started.session_id, customer_id=account.customer_id, deed=deed
            )
        waits = sa.text("UPDATE web_session SET awaits_code = :half WHERE id = :id")
        session.execute(waits, {"half": is_half, "id": started.session_id})
        if ended == "revoked":
            end_session(session, session_id=started.session_id, deed=deed)
        if ended == "expired":  # in use until the very end
            used = sa.text("UPDATE web_session SET last_seen_at = :now WHERE id = :id")
            session.execute(used, {"now": now, "id": started.session_id})
    return started.session_id, started.token
