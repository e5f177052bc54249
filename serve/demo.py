"""`python3 dev.py demo`: the whole product on this machine, with a played outside world.

Starts the database, brings it to the newest shape, plays the small company once, then keeps every
process running until Ctrl-C. A second start finds everything in place and takes seconds.
"""

import contextlib
import fcntl
import json
import signal
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from functools import partial

import click

from foundation.settings import UnsafeSettings
from serve.demo_children import demo_environment, faces_and_workers, sandbox
from serve.household import Company, DatabaseHalfGiven, Household, LocalDatabase, VarNotOurs
from serve.migrations import migrate
from serve.ports import NoFreePort, free_port
from serve.postgres_binaries import PostgresUnavailable
from serve.processes import die_with_parent, ended_by_signals
from serve.supervisor import ChildKeepsDying, Supervisor

WANTED_PORTS = {"portal": 8000, "api": 8001, "sandbox": 8010, "smtp": 8025}
READY_SECONDS_MAX = 60
COLUMNS, INDENT = 80, " " * 6  # of the terminal that everybody has


class CompanyUnplayed(Exception):
    """The played company is not whole; the next start begins it again."""


# Everything that says what to do about it; the rest is a defect and shows its trace.
REFUSALS = (
    ChildKeepsDying,
    CompanyUnplayed,
    DatabaseHalfGiven,
    NoFreePort,
    PostgresUnavailable,
    UnsafeSettings,
    VarNotOurs,
)


@click.command()
@click.option("--fresh", is_flag=True, help="Throw the played company away and play it anew.")
@click.option(
    "--full",
    is_flag=True,
    help="A whole company, kept beside the small one: 320 customers, 12,000 invoices.",
)
def main(*, fresh: bool, full: bool) -> None:
    """Start everything, play the company once, print addresses and sign-ins.

    Each of the two companies is kept for its next start. The other commands look at the one that
    was started last.
    """
    try:
        with ended_by_signals():
            run(Household.of(Company.WHOLE if full else Company.SMALL), is_fresh=fresh)
    except REFUSALS as refusal:
        say(str(refusal))
        sys.exit(1)
    except KeyboardInterrupt:
        say("Stopped. Everything is kept for the next start.")


def run(home: Household, *, is_fresh: bool) -> None:
    """Everything, until a signal ends it; on every way out the children end before the database."""
    started = time.monotonic()
    with only_one(home):
        if is_fresh or not home.is_played:
            home.forget()
        say("Starting the database")
        with home.database() as database, Supervisor(say) as children, end_told():
            migrate(database.owner)
            ports = choose_ports()
            environment = demo_environment(home, database.addresses, ports)
            if not home.is_played:
                play(
                    environment, home.wanted
                )  # before the card company opens: its past is written by then
            children.start(sandbox(home, environment, ports))
            for child in faces_and_workers(home, environment, ports):
                children.start(child)
            wait_until_answers(environment["QUITTANCE_STRIPE_URL"], children)
            wait_until_answers(f"http://localhost:{ports['portal']}/health", children)
            wait_until_answers(f"http://localhost:{ports['api']}/health", children)
            say(f"Ready in {time.monotonic() - started:.0f} s.")
            welcome(home, environment)
            children.watch(first=partial(look_after, database))


def play(environment: Mapping[str, str], wanted: Company) -> None:
    """Let the company trade, with its own progress bar on our terminal."""
    told = " of a whole company, which takes some minutes" if wanted is Company.WHOLE else ""
    say(f"Playing a year of trade{told}; the next start finds it done")
    size = ["--full"] if wanted is Company.WHOLE else []
    company = subprocess.Popen(
        [sys.executable, "-m", "sandbox.company", *size],
        env=dict(environment),
        start_new_session=True,  # Ctrl-C is for us; we end it
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        code = company.wait()
    finally:
        company.terminate()
        company.wait()
    if code:
        raise CompanyUnplayed(f"The company could not be played (code {code}).")


def welcome(home: Household, environment: Mapping[str, str]) -> None:
    """What to open and who to sign in as."""
    sign_ins = json.loads(home.company.read_text(encoding="utf-8"))["sign_ins"]
    say("")
    say(f"  Customers' portal        {environment['QUITTANCE_PORTAL_URL']}")
    say(f"  Card company and mails   {environment['QUITTANCE_STRIPE_URL']}")
    say("")
    for person in sign_ins:
        say(f"  {person['email']}")
        say(textwrap.indent(textwrap.fill(person["words"], COLUMNS - len(INDENT)), INDENT))
    for password in {person["password"] for person in sign_ins}:
        say(f"\n  The password of each is {password}, unless you changed it.")
    again = "demo --full --fresh" if home.wanted is Company.WHOLE else "demo --fresh"
    say(f"\nNo money moves here. Ctrl-C ends everything; `dev.py {again}` starts over.")


@contextlib.contextmanager
def end_told() -> Iterator[None]:
    """Say at once that Ctrl-C was heard: requests and tasks under way take a moment to end."""
    try:
        yield
    except KeyboardInterrupt:
        say("\nStopping …")
        raise


def look_after(database: LocalDatabase) -> None:
    """Start the database again when it died; the others wait for it and go on."""
    if database.look():
        say("The database ended and is started again.")


def say(sentence: str) -> None:
    """Tell whoever started us; at once, also through a pipe."""
    click.echo(sentence)
    sys.stdout.flush()


@contextlib.contextmanager
def only_one(home: Household) -> Iterator[None]:
    """One demo a checkout: two would share ports, mails and the broker's folder."""
    with (home.var / "demo.lock").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise VarNotOurs(f"The demo of {home.var} is running already.") from taken
        yield


def choose_ports() -> dict[str, int]:
    """A free port for each listener, the usual one where that is free."""
    ports: dict[str, int] = {}
    for name, wanted in WANTED_PORTS.items():
        ports[name] = free_port(wanted, ports.values())
        if ports[name] != wanted:
            say(f"Port {wanted} is taken; the {name} listens on {ports[name]}.")
    return ports


def wait_until_answers(url: str, children: Supervisor) -> None:
    """Return when something answers there; whoever dies meanwhile is started again."""
    give_up = time.monotonic() + READY_SECONDS_MAX
    while not answers(url):
        if time.monotonic() > give_up:
            raise ChildKeepsDying(f"Nothing answers at {url}; see the logs.")
        children.look()
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether something speaks HTTP there, whatever it says; no proxy is asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(prog_name="python3 dev.py demo")
