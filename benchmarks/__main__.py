"""`python -m benchmarks [NAME [OPTIONS]]`: run the benchmarks, or one of them; print tables."""

import argparse
import sys

from benchmarks import groups, imports, pages, webhooks
from benchmarks.matching import bench as matching

MEANT = "Run the benchmarks, or those named, and print their tables."
BENCHMARKS = {
    "requests": pages.main,
    "groups": groups.main,
    "imports": imports.main,
    "webhooks": webhooks.main,
    "matching": matching.main,
}


def main() -> int:
    """Run what is named, else everything; 2 for a name we do not know."""
    if sys.argv[1:2] == ["matching"]:  # the only one with options of its own
        return matching.main(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=MEANT)
    told = f"{' or '.join(BENCHMARKS)}; without a name all of them"
    parser.add_argument("names", nargs="*", metavar="NAME", help=told)
    wanted = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return max(BENCHMARKS[name]() for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
