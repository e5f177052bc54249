"""What browsers tell us of pages that broke the content policy: into the log, and no further."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from foundation import logs

blueprint = Blueprint("reports", __name__)

REPORT_LENGTH_MAX = 2_000  # characters of one report that we keep
_log = logs.logger(__name__)


@blueprint.post("/csp-report")
def csp() -> ResponseReturnValue:
    """Anybody may send one, so it is only noted, cut short, and believed by nobody."""
    text = request.get_data(as_text=True)[:REPORT_LENGTH_MAX]
    _log.warning("content_policy.report", report=text)
    return "", 204
