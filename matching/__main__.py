"""`python -m matching match|explain|learn`: the engine on CSV files."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from matching.commands import explain, learn, match
from matching.files import FileRefused

REFUSED: Final = 2  # a file or a call that cannot be used; nothing was written

Command = Callable[[argparse.Namespace], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 and what it has to say, or 2 and why its files are not taken."""
    wanted = parser().parse_args(arguments)
    command: Command = wanted.run
    try:
        said = command(wanted)
    except FileRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return REFUSED
    sys.stdout.write(f"{said.rstrip()}\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """Every command with its arguments."""
    whole = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    verbs = whole.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, command in (("match", match), ("explain", explain), ("learn", learn)):
        text = str(command.__doc__).partition(": ")[2]
        verb = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.add_arguments(verb)
        verb.set_defaults(run=command.run)
    return whole


if __name__ == "__main__":
    sys.exit(main())
