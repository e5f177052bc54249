"""The embedded server: as root or not, shared, killed, found again; the system left alone."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from serve import postgres
from serve.postgres_binaries import (
    Binaries,
    PostgresUnavailable,
    candidates,
    readable_folder,
    runner,
    usable,
)
from serve.processes import command_line_of

ROOT = Path(postgres.__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that the server's own user can reach."""
    folder = readable_folder("quittance-launcher-")
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def started(data: Path) -> Iterator[postgres.Server]:
    with postgres.start(data, durable=False) as server:
        yield server


def asked(server: postgres.Server, role: str, statement: str) -> str:
    """One value, asked by one role over the server's own socket."""
    address = server.url(role).replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        row = answer.fetchone() if answer.description else None
    return str(row[0]) if row else ""


@pytest.mark.parametrize("role", [postgres.OWNER, postgres.APP, postgres.PORTAL])
def test_our_roles_are_no_superusers_and_make_no_databases(started, role):
    rights = asked(
        started,
        role,
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication"
        " FROM pg_roles WHERE rolname = current_user",
    )

    assert rights == "False"


@pytest.mark.parametrize("role", [postgres.APP, postgres.PORTAL])
@pytest.mark.parametrize("statement", ["CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine ()"])
def test_only_the_owner_makes_tables(started, role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(started, role, statement)


def test_a_start_cut_short_before_the_rights_were_said_is_finished_by_the_next(data):
    with postgres.start(data, durable=False) as server:
        server.sql("GRANT ALL ON DATABASE quittance TO PUBLIC")
        (server.home / "furnished").unlink()

    with (
        postgres.start(data, durable=False) as server,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        asked(server, postgres.PORTAL, "CREATE TEMP TABLE mine ()")


def test_a_copied_database_guards_its_rights_like_the_first(started):
    started.create_database("copied", "quittance")

    rights = started.sql("SELECT datacl FROM pg_database WHERE datname IN ('quittance', 'copied')")
    started.drop_database("copied")

    assert len(set(rights.splitlines())) == 1
    assert "quittance_app=c/" in rights
    assert "{=" not in rights  # nothing for PUBLIC


def test_the_server_speaks_on_its_socket_only(started):
    assert asked(started, postgres.APP, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(os.stat(started.socket_folder).st_mode) == 0o700


def test_the_demos_server_is_durable(data):
    with postgres.start(data.with_name("durable"), durable=True) as server:
        durability = [
            asked(server, postgres.APP, f"SHOW {x}") for x in ("fsync", "full_page_writes")
        ]

    assert durability == ["on", "on"]


def test_a_second_caller_shares_the_server_and_leaves_it_running(started, data):
    second = postgres.start(data, durable=False)
    second.stop()

    assert second.url(postgres.APP) == started.url(postgres.APP)
    assert asked(started, postgres.APP, "SELECT 1") == "1"


def test_what_was_written_is_there_after_a_stop_and_after_a_kill(data):
    for end in (postgres.Server.stop, kill):
        with postgres.start(data, durable=True) as server:
            asked(server, postgres.OWNER, "CREATE TABLE IF NOT EXISTS kept (at text)")
            asked(server, postgres.OWNER, "INSERT INTO kept VALUES ('here')")
            end(server)

    with postgres.start(data, durable=True) as again:
        count = asked(again, postgres.OWNER, "SELECT count(*) FROM kept")

    assert count == "2"


def kill(server: postgres.Server) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait()


def test_a_killed_servers_number_may_belong_to_a_stranger_by_now(data):
    with postgres.start(data, durable=False) as server:
        kill(server)
    pid_file = server.home / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"], **runner().options())
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

    with postgres.start(data, durable=False) as again:
        answer = asked(again, postgres.APP, "SELECT 1")
    stranger.kill()
    stranger.wait()

    assert answer == "1"


def test_a_server_dies_with_a_starter_that_was_killed(data):
    code = (
        "import sys, time, pathlib; from serve.postgres import start;"
        "s = start(pathlib.Path(sys.argv[1]), durable=False);"
        "print(s.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)

    give_up = time.monotonic() + 10
    while command_line_of(server) and time.monotonic() < give_up:
        time.sleep(0.05)

    assert command_line_of(server) == ""


def test_a_private_checkout_keeps_its_modes_and_the_machine_its_users(tmp_path):
    private = tmp_path / "home"
    private.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in [private, *private.parents]}
    users = Path("/etc/passwd").read_bytes()

    with postgres.start(private / "var" / "postgres", durable=False) as server:
        answer = asked(server, postgres.APP, "SELECT 1")
    away = None if server.home.is_relative_to(private) else server.home
    if away:
        shutil.rmtree(away)

    assert answer == "1"
    assert {path: path.stat().st_mode for path in before} == before
    assert Path("/etc/passwd").read_bytes() == users
    assert (away is not None) == runner().is_other


def test_a_long_path_still_gets_a_short_socket(data):
    long = data.with_name("long-" + "x" * 120)
    with postgres.start(long, durable=False) as server:
        answer = asked(server, postgres.APP, "SELECT 1")
    shutil.rmtree(Path(server.socket_folder).parent)

    assert answer == "1"


@pytest.mark.parametrize("found", list(candidates()), ids=lambda found: found.origin)
def test_every_postgresql_of_this_machine_will_do(data, found: Binaries):
    place = data.with_name(f"made-by-{found.major}")
    with postgres.start(place, durable=False, binaries=found) as server:
        version = asked(server, postgres.APP, "SHOW server_version_num")

    assert int(version) // 10_000 == found.major


def test_a_server_can_be_forgotten_but_not_while_it_runs(tmp_path):
    forgotten = tmp_path / "forgotten"
    with postgres.start(forgotten, durable=False) as server:
        with pytest.raises(PostgresUnavailable, match="stop it first"):
            postgres.forget(forgotten)
        answer = asked(server, postgres.APP, "SELECT 1")

    postgres.forget(forgotten)
    postgres.forget(forgotten)

    assert answer == "1"
    assert not forgotten.exists()
    assert not server.home.exists()


def test_data_of_another_major_version_are_not_opened_by_this_one(data):
    with pytest.raises(PostgresUnavailable, match="needs PostgreSQL 99"):
        usable(runner(), major=99)


def test_where_nothing_runs_the_message_says_what_to_set():
    assert "DATABASE_URL" in str(PostgresUnavailable("No."))
    assert "DATABASE_OWNER_URL" in str(PostgresUnavailable("No."))


@pytest.mark.parametrize("name", ["", "Quittance", "a b", "a;DROP", 'a"b', "1a"])
def test_a_database_name_is_a_plain_word(started, name):
    with pytest.raises(ValueError, match="plain"):
        started.create_database(name)
