"""Who is signed in: the only module that knows Flask-Login, over session rows of our own.

The browser holds one signed cookie with an opaque token. Each request looks the token up, and the
person's companies with it, so a person or contact who was disabled is out at the next request.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import flask_login
from flask import Flask, abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from foundation.database import restrict
from foundation.deed import Deed
from foundation.i18n import gettext as _
from foundation.web.policy import SAFE, Row
from foundation.web.requests import request_deed, wiring
from people.actions.web_sessions import (
    SEEN_EVERY,
    StartedSession,
    Visitor,
    choose_company,
    end_session,
    touch_session,
)
from people.models import Face
from people.queries.web_sessions import OpenSession, SignedIn, sessions_of, signed_in
from portal.destinations import page_before
from receivables.queries.customers import ContactRight, contacts_of_person

ANONYMOUS = "anonymous"
LANGUAGE_COOKIE = "quittance_language"
ADDRESS_LENGTH_MAX = 45
HALF = "half"  # the first proof was given, the code of the app not yet
NO_COMPANY = "person"  # signed in, but for no company (yet, or no more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The signed-in contact: a person acting for one company."""

    person_id: uuid.UUID
    contact_id: uuid.UUID
    customer_id: uuid.UUID
    role: str
    name: str
    email: str
    language: str
    session_id: uuid.UUID
    has_other_accounts: bool

    def deed(self) -> Deed:
        """An act of this contact for this company, now."""
        return replace(request_deed(), actor_id=self.person_id, subject_id=self.customer_id)


class _User(flask_login.UserMixin):
    """What Flask-Login keeps for one request."""

    def __init__(self, token: str, seen: SignedIn, rights: tuple[ContactRight, ...]) -> None:
        self.token, self.seen, self.rights = token, seen, rights

    def get_id(self) -> str:
        """What goes into the cookie: the opaque token, nothing about the person."""
        return self.token

    @property
    def right(self) -> ContactRight | None:
        """The contact of the chosen company, if there (still) is one."""
        chosen = self.seen.customer_id
        return next((right for right in self.rights if right.customer_id == chosen), None)


def init_auth(app: Flask) -> None:
    """Let this app know who is signed in."""
    manager = flask_login.LoginManager()
    # Our session row already binds the browser; Flask-Login's own check would sign out whoever
    # changes from one mobile network to the next.
    manager.session_protection = None
    manager.user_loader(_user_of)
    manager.init_app(app, add_context_processor=False)


def _user_of(token: str) -> _User | None:
    at = wiring().clock.now()
    with wiring().transaction() as database:
        seen = signed_in(database, token=token, face=Face.PORTAL, at=at)
        if seen is None:
            return None
        restrict(database, person=seen.person_id)
        rights = contacts_of_person(database, person_id=seen.person_id)
        if at - seen.last_seen_at >= SEEN_EVERY:
            touch_session(database, session_id=seen.session_id, at=at)
    return _User(token, seen, rights)


def _user() -> _User | None:
    user = flask_login.current_user
    return user._get_current_object() if user.is_authenticated else None


def principal() -> str:
    """Who asks, as policy.yaml names them: anonymous, half, person, viewer, payer or admin."""
    user = _user()
    if user is None:
        return ANONYMOUS
    if user.seen.awaits_code:
        return HALF
    return user.right.role if user.right else NO_COMPANY


def is_signed_in() -> bool:
    """Whether a living session came with the request that does not wait for a code."""
    user = _user()
    return user is not None and not user.seen.awaits_code


def person() -> SignedIn:
    """The signed-in person, whether or not a company is chosen or the code was given."""
    user = _user()
    if user is None:
        raise LookupError("nobody is signed in: the policy should have stopped this request")
    return user.seen


def person_deed() -> Deed:
    """An act of the signed-in person about themselves, now."""
    return replace(request_deed(), actor_id=person().person_id)


def companies() -> tuple[ContactRight, ...]:
    """The companies the signed-in person may act for, as contacts that are active."""
    user = _user()
    return user.rights if user and is_signed_in() else ()


def me() -> Me:
    """The signed-in contact; only behind a policy row that asks for a role in a company."""
    user = _user()
    if user is None or user.right is None or user.seen.awaits_code:
        raise LookupError("no contact is signed in: the policy should have stopped this request")
    seen, right = user.seen, user.right
    return Me(
        person_id=seen.person_id,
        contact_id=right.contact_id,
        customer_id=right.customer_id,
        role=right.role,
        name=seen.name,
        email=seen.email,
        language=seen.language,
        session_id=seen.session_id,
        has_other_accounts=len(user.rights) > 1,
    )


def look_at(company: ContactRight | None) -> None:
    """This session looks at that company from now on; one of others is as good as absent."""
    if company is None:
        abort(404)
    seen = person()
    with wiring().transaction(person=seen.person_id) as database:
        choose_company(
            database,
            session_id=seen.session_id,
            customer_id=company.customer_id,
            deed=person_deed(),
        )


def chosen_language() -> str | None:
    """The language of the signed-in person, else what this browser last chose, if anything."""
    user = _user()
    return user.seen.language if user else request.cookies.get(LANGUAGE_COOKIE)


def visitor() -> Visitor:
    """Through what this request comes in."""
    return Visitor(
        face=Face.PORTAL,
        address=(request.remote_addr or "")[:ADDRESS_LENGTH_MAX],
        agent=request.user_agent.string,
    )


def own_places(database: Session) -> tuple[OpenSession, ...]:
    """Where the signed-in person is signed in on this face."""
    return sessions_of(
        database, person_id=person().person_id, face=Face.PORTAL, at=wiring().clock.now()
    )


def enter(started: StartedSession) -> None:
    """Give the browser its new session; the one it held ends, and nothing of it is left.

    Who acts for one company only has thereby chosen it.
    """
    _end_here()
    deed = replace(request_deed(), actor_id=started.person_id)
    with wiring().transaction(person=started.person_id) as database:
        rights = contacts_of_person(database, person_id=started.person_id)
        if len(rights) == 1:
            choose_company(
                database,
                session_id=started.session_id,
                customer_id=rights[0].customer_id,
                deed=deed,
            )
    keep_token(started.token)


def _end_here() -> None:
    """End the session this browser holds, if any."""
    user = _user()
    if user is not None:
        with wiring().transaction(person=user.seen.person_id) as database:
            end_session(database, session_id=user.seen.session_id, deed=person_deed())


def keep_token(token: str) -> None:
    """From now on the browser holds this token; whatever else its cookie held is gone."""
    session.clear()
    flask_login.login_user(_user_of(token))


def leave() -> None:
    """Sign out here: the session ends and the browser forgets everything it held."""
    _end_here()
    flask_login.logout_user()
    session.clear()


def refuse(role: str, row: Row) -> ResponseReturnValue | None:
    """Whom a policy row does not let in: lead to what is missing, and from there back here."""
    wanted = request.full_path.rstrip("?") if request.method in SAFE else page_before()
    if role == ANONYMOUS and "anonymous" not in row.roles:
        if "_user_id" in session:
            leave()
            flash(_("You were signed out. Please sign in again."), "note")
        elif request.method not in SAFE:
            flash(_("Please sign in first. Nothing was changed."), "note")
        return redirect(url_for("sign_in.new", next=wanted), 303)
    if role == HALF:
        return redirect(url_for("codes.ask", next=wanted), 303)
    if role == NO_COMPANY:
        return redirect(url_for("accounts.choose", next=wanted), 303)
    return None


def ask_again() -> ResponseReturnValue:
    """What asks for a fresh proof leads to the sign-in, and from there back to the page."""
    before = page_before()
    leave()
    flash(_("For this, please sign in once more. Nothing was changed."), "note")
    return redirect(url_for("sign_in.new", next=before), 303)


def is_fresh(minutes: int) -> bool:
    """Whether the signed-in person proved themselves at most so long ago."""
    return wiring().clock.now() - person().created_at <= timedelta(minutes=minutes)
