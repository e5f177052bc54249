"""How a face is put together, in the one order that is safe. A face's create_app is this and its
blueprints.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from foundation.database import retried
from foundation.web.errors import Answers, init_errors
from foundation.web.guard import Doorman, init_guard
from foundation.web.headers import init_headers
from foundation.web.health import Check, init_health
from foundation.web.pages import init_pages
from foundation.web.policy import load_policy
from foundation.web.requests import Wiring, init_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What makes a face this one: its address, its people, its words."""

    name: str  # its cookie carries it
    base_url: str
    policy: Path
    answers: Answers
    doorman: Doorman
    has_pages: bool = True  # a face of machines has none
    chosen_language: Callable[[], str | None] = lambda: None
    provider_origin: str = ""  # where a form of this face may lead besides itself
    report_path: str = "/csp-report"
    checks: Mapping[str, Check] = field(default_factory=dict)  # more that must be up to be ready


def open_face(import_name: str, face: Face, wiring: Wiring) -> Flask:
    """A Flask app with everything but its blueprints. `close_face` must follow them."""
    app = Flask(import_name, static_folder=None, static_url_path="/static")
    app.extensions["quittance.answers"] = face.answers
    # Flask runs what comes after a view in reverse: the headers, added first, have the last word.
    init_headers(
        app,
        base_url=face.base_url,
        provider_origin=face.provider_origin,
        report_path=face.report_path,
    )
    init_requests(app, wiring, name=face.name, base_url=face.base_url)
    if face.has_pages:
        init_pages(app, wiring.settings, chosen_language=face.chosen_language)
    # A view is one unit of work: after a conflict it is run again, whole.
    app.dispatch_request = retried(app.dispatch_request)  # type: ignore[method-assign] # on purpose
    init_errors(app, face.answers)
    init_health(app, face.checks)
    return app


def close_face(app: Flask, face: Face) -> Flask:
    """Check every route against the policy and let nobody in but through it."""
    init_guard(app, load_policy(face.policy), face.doorman, base_url=face.base_url)
    return app
