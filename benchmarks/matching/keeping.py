"""Figures of an earlier run that still hold: same job, same worlds, same code, same engine."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.matching.worlds import make_world

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "bench-matching"
WITHOUT_ENGINE = ("library", "rule")
JUDGES = ("jobs.py", "judging.py", "engine_jobs.py")
PROBE = {"customers": 60, "items": 500, "payments": 150}
Told = dict[str, Any]


def kept(job: Told, ask: Callable[[], Told], folder: Path = KEPT) -> Told:
    """What an earlier run was told for the same, else what is told now, and kept."""
    path = folder / f"{fingerprint(job)}.json"
    if path.exists():
        return dict(json.loads(path.read_text()))
    told = ask()
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return told


def fingerprint(job: Told) -> str:
    """SHA-256 over the job and all that its figures come from."""
    whole = hashlib.sha256(json.dumps(job, sort_keys=True).encode())
    for profile in (job["profile"], "tuned"):
        whole.update(make_world(profile, 0, **PROBE).digest.encode())
    here = ROOT / "benchmarks" / "matching"
    for path in [*sorted((here / "peers").glob("*.py")), *(here / name for name in JUDGES)]:
        whole.update(path.read_bytes())
    if job["kind"] not in WITHOUT_ENGINE:
        whole.update(engine_hash().encode())
    return whole.hexdigest()


def engine_hash() -> str:
    """SHA-256 over the engine's code and its model: what was measured."""
    whole = hashlib.sha256()
    for path in sorted((ROOT / "matching").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md":
            whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return whole.hexdigest()
