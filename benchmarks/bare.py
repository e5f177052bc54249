"""What everything is measured against: an app that greets, and the least page of a database."""

import os

import sqlalchemy as sa
from flask import Flask, render_template_string
from flask.typing import ResponseReturnValue

from foundation.database import TransactionFactory
from receivables.models import Invoice

ROWS = 50
PAGE = """<!doctype html><title>{{ title }}</title><table>
{% for row in rows %}<tr><td>{{ row.number }}<td>{{ row.due_on }}<td>{{ row.open_minor }}</tr>
{% endfor %}</table>"""


def bare_app(transaction: TransactionFactory) -> Flask:
    """/bare/hello says hello; /bare/page makes three queries and a table of 50 mapped rows."""
    app = Flask(__name__)

    @app.get("/bare/hello")
    def hello() -> ResponseReturnValue:
        return "hello"

    @app.get("/bare/worker")
    def worker() -> ResponseReturnValue:
        return str(os.getpid())

    @app.get("/bare/page")
    def page() -> ResponseReturnValue:
        with transaction() as session:
            total = session.scalar(sa.select(sa.func.count()).select_from(sa.table("ledger")))
            title = session.scalar(sa.select(sa.literal("Bare")))
            rows = session.scalars(sa.select(Invoice).order_by(Invoice.id).limit(ROWS)).all()
            return render_template_string(PAGE, title=f"{title} {total}", rows=rows)

    return app
