"""The customers' face as a WSGI app: `gunicorn -c python:serve.gunicorn_conf serve.portal:app`.

Works as quittance_portal: row-level security stands behind every query of it.
"""

from portal.app import create_app
from serve.wiring import settings_here, wired

_settings = settings_here()
app = create_app(wired(_settings, database_url=_settings.database_portal_url))
