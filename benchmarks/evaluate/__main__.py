"""`python -m benchmarks.evaluate FOLDER [--only PART] [--json OUT] [--wrong FILE]`."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.evaluate import ledger, matching
from benchmarks.evaluate.truth import TruthMissing

# A part takes the folder; it gives its figures, and a sentence for each thing that disagrees.
Part = Callable[[Path], tuple[dict[str, Any], list[str]]]
PARTS = ("ledger", "matching")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; 0 when everything agrees, 1 when something does not, 2 for a wrong call."""
    wanted = parser().parse_args(arguments)
    figures: dict[str, Any] = {}
    disagreements: list[str] = []
    for name in [wanted.only] if wanted.only else PARTS:
        try:
            figures[name], found = part(name, wanted.wrong)(wanted.folder)
        except TruthMissing as missing:
            found = [str(missing)]
        disagreements += found
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    for sentence in disagreements:
        sys.stderr.write(f"DISAGREES: {sentence}\n")
    return 1 if disagreements else 0


def part(name: str, wrong: Path | None) -> Part:
    """The part of that name; the one that decides writes its wrong decisions where asked."""
    return ledger.evaluate if name == "ledger" else partial(matching.evaluate, accounts=wrong)


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    whole = argparse.ArgumentParser(prog="dev.py evaluate", description=__doc__)
    whole.add_argument("folder", type=Path, metavar="FOLDER", help="where the real data lie")
    whole.add_argument("--only", choices=PARTS, help="one part")
    whole.add_argument("--json", type=Path, metavar="OUT", help="write the figures to this file")
    whole.add_argument(
        "--wrong",
        type=Path,
        metavar="FILE",
        help="write every wrong automatic decision to this file",
    )
    return whole


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are cleared away
    sys.exit(main())
