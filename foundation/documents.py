"""Documents as PDF: a template of ours, data as text, set by typst in a limited child process.

Data goes in as JSON and is shown as it is: no text of anybody is ever read as markup. The child
has no package to load, reads nothing but our templates and the fonts, and has 10 s and 300 MB.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from foundation import logs
from foundation.errors import QuittanceError
from foundation.templating import TEMPLATES

SECONDS_MAX: Final = 10
MEMORY_BYTES_MAX: Final = 300 * 1024 * 1024
DATA_BYTES_MAX: Final = 2_000_000  # some 20,000 table rows; far more than 10 s of setting
FOLDER: Final = TEMPLATES / "documents"
_CHILD: Final = Path(__file__).with_name("typesetter.py")
_log = logs.logger(__name__)


class DocumentNotSet(QuittanceError):
    """The document could not be made: it needs too much, or its data does not fit its template."""

    code = "document.not_set"

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name}: {reason}")


def typeset(name: str, data: Mapping[str, object], fonts: Sequence[Path] = ()) -> bytes:
    """The document of templates/documents/<name>.typ with this data. Raises DocumentNotSet."""
    written = json.dumps(data)
    if len(written) > DATA_BYTES_MAX:
        raise DocumentNotSet(name, f"{len(written)} bytes of data")
    request = {
        "template": str(FOLDER / f"{name}.typ"),
        "root": str(FOLDER),
        "fonts": [str(folder) for folder in fonts],
        "data": written,
        "memory_bytes": MEMORY_BYTES_MAX,
        "seconds": SECONDS_MAX,
    }
    done = _run(name, json.dumps(request).encode())
    told = done.stderr.decode(errors="replace").strip()[-500:]
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise DocumentNotSet(name, told or f"the typesetter ended with {done.returncode}")
    if told:
        _log.warning("document.letters_missing", document=name, detail=told)
    return done.stdout


def _run(name: str, request: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - our own script, nothing of anybody's in the command
            [sys.executable, "-I", str(_CHILD)],
            input=request,
            capture_output=True,
            timeout=SECONDS_MAX,
            check=False,
            cwd=FOLDER,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},  # no secret of ours, no proxy, no home
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentNotSet(name, f"took longer than {SECONDS_MAX} s") from error
