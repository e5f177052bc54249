"""`python -m benchmarks [NAME]`: run the benchmarks, or one of them, and print their tables."""

import sys

from benchmarks import requests, webhooks

BENCHMARKS = {"requests": requests.main, "webhooks": webhooks.main}


def main() -> int:
    """Run what is named, else everything; 2 for a name we do not know."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.\n")
        return 2
    return max(BENCHMARKS[name]() for name in wanted)


if __name__ == "__main__":
    sys.exit(main())
