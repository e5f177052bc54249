"""Our own static files, under an address that changes with their content and is kept for ever.

One hash stands for the whole folder, so that files may point at one another by relative address.
"""

import hashlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, g, request, send_from_directory, url_for

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
HASH_LENGTH: Final = 16
BOOTSTRAP: Final = "bootstrap.static"  # served out of its wheel; its version is its address


def init_assets(app: Flask, folder: Path = STATIC) -> None:
    """Serve the folder and give templates `asset("name.css")`."""
    build = content_hash(folder)

    def serve(build: str, filename: str) -> Response:
        return send_from_directory(folder, filename)

    def asset(filename: str) -> str:
        if not (folder / filename).is_file():
            raise FileNotFoundError(filename)
        return url_for("static", filename=filename)

    def pin(endpoint: str, values: MutableMapping[str, Any]) -> None:
        if endpoint in ("static", BOOTSTRAP):
            values.setdefault("build", build)

    def note_immutable(response: Response) -> Response:
        if request.endpoint in ("static", BOOTSTRAP) and response.status_code in (200, 304):
            asked = (request.view_args or {}).get("build") or request.args.get("build")
            g.is_immutable = asked == build
        return response

    app.add_url_rule(
        f"/static/<string(length={HASH_LENGTH}):build>/<path:filename>", "static", serve
    )
    app.url_defaults(pin)
    app.after_request(note_immutable)
    app.jinja_env.globals["asset"] = asset


def content_hash(folder: Path) -> str:
    """Changes when any file of the folder does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:HASH_LENGTH]
