"""Free ports on localhost, and secrets that are made once and stay private."""

import socket
import stat

from serve.keys import kept_keys
from serve.ports import free_port, loopbacks


def test_a_taken_port_is_passed_over():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]

        assert free_port(taken) > taken


def test_a_port_promised_to_somebody_else_is_passed_over():
    wanted = free_port(20_000)

    assert free_port(wanted, taken={wanted}) > wanted


def test_a_port_that_browsers_refuse_is_passed_over():
    assert free_port(6665) >= 6670


def test_localhost_means_ipv4_at_least():
    assert loopbacks()[0] == "127.0.0.1"


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    file = tmp_path / "keys.json"

    first, second = kept_keys(file), kept_keys(file)

    assert first == second
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(set(first.values())) == len(first)
    assert min(map(len, first.values())) >= 44


def test_each_place_has_keys_of_its_own(tmp_path):
    assert kept_keys(tmp_path / "a.json") != kept_keys(tmp_path / "b.json")
