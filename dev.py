#!/usr/bin/env python3
"""The commands of this checkout. Standard library only: everything else is installed into .venv.

python3 dev.py demo     play the company, print the addresses and the sign-ins
python3 dev.py test     run the suite
python3 dev.py --help   the others
"""

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info[:2] < OLDEST:
    sys.exit(
        "Quittance needs Python 3.11 or newer; this is {}.{}.\n"
        "Install a newer one and run it by its name, for example: python3.12 dev.py demo"
        "".format(*sys.version_info)
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"  # which lock files .venv satisfies, by their hash
REQUIREMENTS = ROOT / "requirements"
SMALLER = {"test": ["run"], "bench": ["run"]}  # these hold the very pins of the smaller one
# Universal: one lock for every Python from 3.11.0 on and every system, by markers.
COMPILE = ["--universal", "--python-version", "3.11", "--generate-hashes"]
COMPILE += ["--no-emit-index-url", "--no-header", "--quiet"]
CAMPAIGN_MINUTES = 20

LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"
)
CHECKS = {
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "ruff check": ["-m", "ruff", "check", "."],
    "mypy": ["-m", "mypy"],
    "lint-imports": ["-c", LINT_IMPORTS],
    "alembic check": ["-m", "serve", "compare"],
}


class Missing(Exception):
    """Something is not on this machine; the message says what to do about it."""


def main() -> int:
    """Do what the command line asks; the exit code says how it went."""
    if is_behind_to_explain(sys.argv[1:]):
        return become("-m", *BEHIND[sys.argv[1]][1:], "--help")
    wanted, passed_on = parser().parse_known_args()
    if passed_on and wanted.verb not in FORWARDING:
        parser().error(f"{wanted.verb} does not take {' '.join(passed_on)}")
    try:
        return VERBS[wanted.verb](wanted, passed_on)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command with its one line."""
    whole = argparse.ArgumentParser(prog="dev.py", description="Quittance: its commands.")
    verbs = whole.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, verb in VERBS.items():
        more = "More is told here once `python3 dev.py setup` has made .venv."
        words = {"help": verb.__doc__, "description": verb.__doc__}
        words["epilog"] = more if name in BEHIND else None
        verbs.add_parser(name, **words, allow_abbrev=False)
    verbs.choices["lock"].add_argument("--upgrade", action="store_true", help="newest that fit")
    verbs.choices["verify"].add_argument("--database", metavar="URL", help="instead of the demo's")
    campaign = verbs.choices["campaign"]
    campaign.add_argument("name", metavar="NAME", help="which campaign; 'list' names them")
    campaign.add_argument("--minutes", type=float, default=CAMPAIGN_MINUTES, metavar="N")
    evaluate = verbs.choices["evaluate"]
    evaluate.add_argument("folder", metavar="FOLDER", help="where the real data lie")
    evaluate.add_argument("--only", metavar="PART", help="one part, for example ledger")
    evaluate.add_argument("--json", metavar="OUT", help="write the figures to this file too")
    evaluate.add_argument("--wrong", metavar="FILE", help="write wrong automatic decisions to it")
    return whole


def is_behind_to_explain(words: list[str]) -> bool:
    """Whether help is asked of a command behind ours, and .venv has it: nothing is installed."""
    asked = len(words) > 1 and words[0] in BEHIND and bool({"-h", "--help"} & set(words[1:]))
    return asked and satisfied(BEHIND[words[0]][:1])


def setup(_wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """make .venv and install what every command needs"""
    started = time.monotonic()
    install("test", "bench")
    print(f"Ready in {time.monotonic() - started:.1f} s: {VENV}")
    return 0


def demo(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """start everything, play the small company once, print addresses and sign-ins"""
    install("run")
    return become("-m", *BEHIND["demo"][1:], *passed_on)


def test(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """run the suite; what follows is handed to pytest"""
    install("test")
    return become("-m", "pytest", "-n", "2", "--dist", "loadgroup", *passed_on)


def check(_wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """format, lint, types, import floors, migrations: one summary"""
    install("test", "bench")
    results = [(name, *one_check(arguments)) for name, arguments in CHECKS.items()]
    for name, is_fine, _seconds, output in results:
        if not is_fine:
            print(f"--- {name}\n{output.rstrip()}\n")
    for name, is_fine, seconds, _output in results:
        print(f"{name:<14} {'ok' if is_fine else 'FAILED':<7} {seconds:5.1f} s")
    return 0 if all(is_fine for _name, is_fine, _seconds, _output in results) else 1


def bench(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """measure CPU and SQL statements a request; NAME picks one"""
    install("bench")
    return become("-m", *BEHIND["bench"][1:], *passed_on)


def campaign(wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """run one long test, for example `faults`; reports done, failed and seeds"""
    install("test")
    minutes = ["--minutes", str(wanted.minutes)]
    return become("-m", *BEHIND["campaign"][1:], wanted.name, *minutes, *passed_on)


def evaluate(wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """run the measurements on a folder of real data"""
    arguments = [os.path.abspath(wanted.folder)]
    arguments += ["--only", wanted.only] if wanted.only else []
    arguments += ["--json", os.path.abspath(wanted.json)] if wanted.json else []
    arguments += ["--wrong", os.path.abspath(wanted.wrong)] if wanted.wrong else []
    install("bench")
    return become("-m", "benchmarks.evaluate", *arguments)


def verify(wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """check invariants, projections and the audit chain of a database"""
    install("run")
    return become(
        "-m", "serve", "verify", *(["--database", wanted.database] if wanted.database else [])
    )


def rotate_keys(_wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """write every secret at rest anew with the first of QUITTANCE_DATA_KEYS"""
    install("run")
    return become("-m", "serve", "rotate-keys")


def import_customers(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """add and change customers from a CSV file; --dry-run only tells what it would do"""
    install("run")
    return become("-m", *BEHIND["import-customers"][1:], *absolute(passed_on))


def import_contacts(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """give people of a CSV file their rights; --dry-run only tells what it would do"""
    install("run")
    return become("-m", *BEHIND["import-contacts"][1:], *absolute(passed_on))


def import_invoices(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """issue the new invoices of a CSV file; --dry-run only tells what it would do"""
    install("run")
    return become("-m", *BEHIND["import-invoices"][1:], *absolute(passed_on))


def import_credit_notes(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """issue the new credit notes of a CSV file; --dry-run only tells what it would do"""
    install("run")
    return become("-m", *BEHIND["import-credit-notes"][1:], *absolute(passed_on))


def import_originals(_wanted: argparse.Namespace, passed_on: list[str]) -> int:
    """keep the original PDFs of a folder or ZIP; --dry-run only tells what it would do"""
    install("run")
    return become("-m", *BEHIND["import-originals"][1:], *absolute(passed_on))


def translations(_wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """collect every sentence of code and templates into the translations"""
    install("run")
    return become("-m", "foundation.catalogue")


def lock(wanted: argparse.Namespace, _passed_on: list[str]) -> int:
    """write requirements/*.lock from requirements/*.in"""
    install("run")
    if not (VENV / "bin" / "uv").exists():
        raise Missing("Locks are written by uv, which could not be installed here.")
    for name in ("uv", "run", "test", "bench"):
        source, target = f"requirements/{name}.in", f"requirements/{name}.lock"
        same = ["--constraint", "requirements/run.lock"] if name in SMALLER else []
        newest = ["--upgrade"] if wanted.upgrade else []
        say(f"Locking {target}")
        run([VENV / "bin" / "uv", "pip", "compile", *COMPILE, *same, *newest, source, "-o", target])
    return 0


def install(*names: str) -> None:
    """Make .venv satisfy these locks; nothing is taken out that a bigger one put in."""
    if satisfied(names):
        return
    for name in ("venv", "ensurepip"):
        if importlib.util.find_spec(name) is None:
            raise Missing(f"Python's `{name}` is missing (Debian: apt-get install python3-venv).")
    if VENV.exists() and not os.access(VENV, os.W_OK):
        raise Missing(f"{VENV} belongs to somebody else; run as them, or remove it.")
    with open(ROOT / "requirements" / "run.lock") as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)
        if not PYTHON.exists():
            say("Making .venv")
            run([sys.executable, "-m", "venv", "--clear", VENV])
        for name in names:
            if not satisfied((name,)):
                install_one(name)


def install_one(name: str) -> None:
    """Install one lock, every file checked against its hash; by uv where it can be had."""
    say(f"Installing requirements/{name}.lock")
    installed = stamp()
    STAMP.unlink(missing_ok=True)  # until this ends well, nothing is certain
    wanted = ["--require-hashes", "-r", f"requirements/{name}.lock"]
    if not (
        has_uv() and tried([VENV / "bin" / "uv", "pip", "install", "-q", "-p", PYTHON, *wanted])
    ):
        say("uv is not to be had; pip does the same, only slower")
        run([PYTHON, "-m", "pip", "install", "-q", "--no-deps", *wanted])
    for satisfied_now in [name, *SMALLER.get(name, [])]:
        installed[satisfied_now] = fingerprint(satisfied_now)
    STAMP.write_text(json.dumps(installed, indent=1))


def has_uv() -> bool:
    """Whether .venv has uv, installed from its own lock when it had not."""
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r", "requirements/uv.lock"]
    return (VENV / "bin" / "uv").exists() or tried(pip)


def satisfied(names: Collection[str]) -> bool:
    """Whether .venv holds exactly these locks."""
    installed = stamp()
    return PYTHON.exists() and all(installed.get(name) == fingerprint(name) for name in names)


def stamp() -> dict[str, str]:
    """What was installed into .venv so far."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def fingerprint(name: str) -> str:
    """The hash of one lock file."""
    return hashlib.sha256((REQUIREMENTS / f"{name}.lock").read_bytes()).hexdigest()


def one_check(arguments: list[str]) -> tuple[bool, float, str]:
    """Run one tool: whether it was content, how long it took, what it said."""
    started = time.monotonic()
    asked = subprocess.run(
        [PYTHON, *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return asked.returncode == 0, time.monotonic() - started, asked.stdout


def become(*arguments: str) -> int:
    """Turn this process into .venv's Python, in the checkout, so that signals reach the work."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *arguments], environment())  # noqa: S606 (a shell is what we avoid)


def absolute(words: list[str]) -> list[str]:
    """Files as the caller means them: from the folder where the command was typed."""
    return [os.path.abspath(word) if os.path.exists(word) else word for word in words]


def run(command: list[object]) -> None:
    """Run a program in the checkout and show what it says. Raises Missing when it fails."""
    if not tried(command):
        raise Missing(f"This did not work: {' '.join(map(str, command))}")


def tried(command: list[object]) -> bool:
    """Run a program in the checkout; whether it worked."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=environment(), check=False).returncode == 0


def environment() -> dict[str, str]:
    """Ours, without what would mix another Python's packages into .venv's.

    Compiled code is kept under .venv, whatever the shell says: half of a process's start is
    compiling, the demo starts eight, and no checkout gets littered.
    """
    left_out = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    own = {"PYTHONPYCACHEPREFIX": str(VENV / "compiled"), "VIRTUAL_ENV": str(VENV)}
    own["QUITTANCE_TYPED"] = "python3 dev.py"  # what the help of a command behind ours says it is
    return {**kept, **own, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def say(sentence: str) -> None:
    """Tell how far we are."""
    print(sentence, file=sys.stderr, flush=True)


FORWARDING = (
    *("test", "bench", "campaign", "demo"),
    *("import-customers", "import-contacts", "import-invoices", "import-credit-notes"),
    "import-originals",
)
# Whose --help is that of the command behind: the lock it needs, its module, its first words.
# Not `test`: pytest tells hundreds of options, and our one sentence would drown.
BEHIND: dict[str, tuple[str, ...]] = {
    "demo": ("run", "serve.demo"),
    "bench": ("bench", "benchmarks"),
    "campaign": ("test", "tests.campaigns"),
    "import-customers": ("run", "serve", "import-customers"),
    "import-contacts": ("run", "serve", "import-contacts"),
    "import-invoices": ("run", "serve", "import-invoices"),
    "import-credit-notes": ("run", "serve", "import-credit-notes"),
    "import-originals": ("run", "serve", "import-originals"),
}
VERBS = {
    verb.__name__.replace("_", "-"): verb
    for verb in (
        *(setup, demo, test, check, bench, campaign, evaluate, verify, rotate_keys),
        *(import_customers, import_contacts, import_invoices, import_credit_notes),
        *(import_originals, translations, lock),
    )
}

if __name__ == "__main__":
    sys.exit(main())
