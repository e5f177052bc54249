"""The machines' face: webhooks in. No pages, no cookies; every answer is JSON or empty."""

from pathlib import Path

from flask import Flask

from api.views import webhooks
from foundation.errors import QuittanceError
from foundation.web.errors import Answers
from foundation.web.faces import Face, close_face, open_face
from foundation.web.guard import Doorman
from foundation.web.requests import Wiring

# Machines read codes; these sentences are for who looks at the log of the other side.
WORDS = {"card.event_refused": "The signature does not fit the body."}
STATUSES = {"card.event_refused": 400}


def sentence(error: QuittanceError) -> str:
    """What a refusal means."""
    return WORDS[error.code]


def create_app(wiring: Wiring) -> Flask:
    """The face, or PolicyBroken."""
    face = Face(
        name="api",
        base_url=wiring.settings.api_url,
        policy=Path(__file__).with_name("policy.yaml"),
        answers=Answers(sentence=sentence, statuses=STATUSES, render=None),
        doorman=Doorman(principal=lambda: "anonymous"),
        has_pages=False,
    )
    app = open_face(__name__, face, wiring)
    app.register_blueprint(webhooks.blueprint)
    return close_face(app, face)
