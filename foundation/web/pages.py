"""Pages of a face: our strict templates, in the language of who reads."""

from collections.abc import Callable
from typing import Final

from flask import Flask, request
from flask_bootstrap import Bootstrap5

from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, best_language, speak
from foundation.settings import Settings
from foundation.templating import TEMPLATES, equip
from foundation.web.assets import init_assets

_NO_WORDS: Final = frozenset({"static", "bootstrap.static", "health.show", "health.ready"})

Chosen = Callable[[], str | None]


def init_pages(app: Flask, settings: Settings, *, chosen_language: Chosen) -> None:
    """Templates, filters, assets and the language of each request.

    `chosen_language` says what the reader chose, if anything; else their browser decides.
    """
    app.template_folder = str(TEMPLATES)
    equip(app.jinja_env, settings.zone)
    app.jinja_env.globals.pop("config", None)  # it holds the secret key; no page needs it
    app.jinja_env.globals["seller_name"] = settings.seller_name
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True  # never from somebody else's server
    Bootstrap5(app)
    init_assets(app)
    app.before_request(lambda: _choose_language(chosen_language))


def _choose_language(chosen_language: Chosen) -> None:
    speak(DEFAULT_LANGUAGE)  # whatever the thread spoke before, also when the next line fails
    if request.endpoint in _NO_WORDS:
        return
    chosen = chosen_language()
    if chosen in LANGUAGES:
        speak(chosen)
    else:
        speak(best_language(request.headers.get("Accept-Language", "")))
