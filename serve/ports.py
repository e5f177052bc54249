"""Free ports of this machine for the demo, on `localhost` only."""

import socket
from collections.abc import Collection

TRIED_MAX = 200
# Browsers refuse to open these within our reach (Fetch standard, "bad port").
REFUSED_BY_BROWSERS = frozenset({6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080})


class NoFreePort(Exception):
    """Every port that we looked at is taken."""


def free_port(wanted: int, taken: Collection[int] = ()) -> int:
    """The wanted port, or the next one that nobody listens on by either address of localhost."""
    for port in range(wanted, min(wanted + TRIED_MAX, 65_536)):
        if port not in taken and port not in REFUSED_BY_BROWSERS and _is_free(port):
            return port
    raise NoFreePort(f"no free port from {wanted} on")


def loopbacks() -> list[str]:
    """The addresses that `localhost` means here, ready to be followed by a port."""
    return ["127.0.0.1", "[::1]"] if _can_bind(socket.AF_INET6, "::1", 0) else ["127.0.0.1"]


def _is_free(port: int) -> bool:
    has_six = len(loopbacks()) > 1
    return _can_bind(socket.AF_INET, "127.0.0.1", port) and (
        not has_six or _can_bind(socket.AF_INET6, "::1", port)
    )


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            tried.bind((address, port))
    except OSError:
        return False
    return True
