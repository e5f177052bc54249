"""The machines' face as a WSGI app: `gunicorn -c python:serve.gunicorn_conf serve.api:app`."""

from api.app import create_app
from serve.wiring import settings_here, wired

_settings = settings_here()
app = create_app(wired(_settings, database_url=_settings.database_url))
