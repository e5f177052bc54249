"""English or French: kept in a cookie before signing in, with the person afterwards."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from foundation.i18n import LANGUAGES
from foundation.web.requests import wiring
from people.actions.persons import change_language
from portal.auth import LANGUAGE_COOKIE, is_signed_in, person, person_deed
from portal.destinations import destination

blueprint = Blueprint("languages", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Speak this language from now on, and come back to the page."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        abort(404)
    if is_signed_in():
        with wiring().transaction(person=person().person_id) as session:
            change_language(session, language=wanted, deed=person_deed())
    answer = redirect(destination(request.form.get("next")), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        wanted,
        max_age=YEAR_SECONDS,
        secure=wiring().settings.portal_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return answer
