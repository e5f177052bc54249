"""`python -m benchmarks [NAME [OPTIONS]]`: run the benchmarks, or one of them; print tables."""

import sys

from benchmarks import requests, webhooks
from benchmarks.matching import bench as matching

BENCHMARKS = {"requests": requests.main, "webhooks": webhooks.main, "matching": matching.main}


def main() -> int:
    """Run what is named, else everything; 2 for a name we do not know."""
    if sys.argv[1:2] == ["matching"]:
        return matching.main(sys.argv[2:])
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.\n")
        return 2
    return max(BENCHMARKS[name]() for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
