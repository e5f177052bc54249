"""`python -m tests.campaigns NAME --minutes N`: long tests that go on where they stopped."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from foundation import logs
from tests.campaigns import access, faults, matching, money, orders, races

MEANT = "Long tests that go on where they stopped; they tell what they did and what failed."

CAMPAIGNS: dict[str, Callable[[argparse.Namespace], int]] = {
    "access": access.run,
    "faults": faults.run,
    "matching": matching.run,
    "money": money.run,
    "orders": orders.run,
    "races": races.run,
}


def main() -> int:
    """Run one campaign; 0 when nothing failed."""
    parser = argparse.ArgumentParser(prog="python3 dev.py campaign", description=MEANT)
    parser.add_argument("name", choices=[*CAMPAIGNS, "list"], help="which one; list names them")
    parser.add_argument("--minutes", type=float, default=20, help="of looking; 20 unless told")
    parser.add_argument("--seed", type=int, help="another seed begins anew")
    parser.add_argument("--only", metavar="NAME", help="faults: one schedule of a report")
    parser.add_argument("--share", type=int, help="of the exhaustive part, every n-th statement")
    parser.add_argument("--server", type=Path, help="the folder of a running test server")
    wanted = parser.parse_args()
    if wanted.name == "list":
        sys.stdout.write("\n".join(CAMPAIGNS) + "\n")
        return 0
    logs.configure(readable=True, level=50)  # what is refused on purpose needs no line
    return CAMPAIGNS[wanted.name](wanted)


if __name__ == "__main__":
    sys.exit(main())
