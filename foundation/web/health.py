"""Is the process up (/health), and can it work (/ready)? For load balancers, so without secrets."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from foundation import logs
from foundation.web.requests import wiring

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations" / "versions"
Check = Callable[[], None]
_log = logs.logger(__name__)


@cache
def newest_migration() -> str:
    """The shape of the database this code was written for."""
    return max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def check_database() -> None:
    """Reachable in this face's role, and migrated as far as our code."""
    with wiring().transaction() as session:
        found = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found != newest_migration():
        raise RuntimeError(f"database at {found}, code at {newest_migration()}")


def init_health(app: Flask, extra: Mapping[str, Check] | None = None) -> None:
    """Add /health and /ready; `extra` are a face's own checks, such as its broker."""
    checks: dict[str, Check] = {"database": check_database, **(extra or {})}
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def show() -> ResponseReturnValue:
        return jsonify(status="up")

    @blueprint.get("/ready")
    def ready() -> ResponseReturnValue:
        told = {name: _told(name, check) for name, check in checks.items()}
        is_ready = all(state == "up" for state in told.values())
        return jsonify(
            status="ready" if is_ready else "not ready", **told
        ), 200 if is_ready else 503

    app.register_blueprint(blueprint)


def _told(name: str, check: Check) -> str:
    """ "up" or "down"; why is for the log only."""
    try:
        check()
    except Exception:
        _log.exception("not_ready", part=name)
        return "down"
    return "up"
