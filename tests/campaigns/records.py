"""What a campaign has done so far: kept under var/, so that the next run goes on from there."""

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from serve.household import Household

FAILED_KEPT = 50
LINE_EVERY_SECONDS = 5.0


@dataclass(kw_only=True)
class Record:
    """Counts, and the names of what failed; a name is enough to run it again."""

    campaign: str
    seed: int
    path: Path | None = None
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    _spoke: float = 0.0

    @classmethod
    def kept(cls, campaign: str, seed: int | None, *, is_kept: bool) -> "Record":
        """The record of an earlier run with this seed, else a new one."""
        if not is_kept:
            return cls(campaign=campaign, seed=seed or 1)
        folder = Household.here().var / "campaigns"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{campaign}.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        if not found or (seed is not None and found["seed"] != seed):
            return cls(campaign=campaign, seed=seed or int(time.time()), path=path)
        return cls(
            campaign=campaign,
            seed=found["seed"],
            path=path,
            done=found["done"],
            counts=Counter(found["counts"]),
            failed=found["failed"],
        )

    def note(self, name: str, counts: Mapping[str, int], trouble: str = "") -> None:
        """One more is done; what went wrong is said at once."""
        self.done += 1
        self.counts.update(counts)
        if trouble:
            self.failed = [*self.failed, name][-FAILED_KEPT:]
            sys.stdout.write(f"FAILED {name}: {trouble}\n")
        self._keep()
        if time.monotonic() - self._spoke > LINE_EVERY_SECONDS:
            self._spoke = time.monotonic()
            sys.stdout.write(f"{self.line()}\n")
            sys.stdout.flush()

    def close(self, more: str = "") -> None:
        """Say how it ended, and what to run again."""
        failed = f"; failed: {', '.join(self.failed)}" if self.failed else ""
        sys.stdout.write(f"{self.line()}{'; ' if more else ''}{more}{failed}\n")

    def line(self) -> str:
        """Where we stand."""
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return (
            f"{self.campaign}: {self.done} done, {len(self.failed)} failed, {counts},"
            f" seed {self.seed}, {time.monotonic() - self.began:.0f} s"
        )

    def _keep(self) -> None:
        if self.path is None:
            return
        half = self.path.with_suffix(".part")
        kept = {"seed": self.seed, "done": self.done, "failed": self.failed}
        half.write_text(json.dumps({**kept, "counts": dict(self.counts)}))
        half.replace(self.path)
