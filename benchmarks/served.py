"""A server of the product for a benchmark: gunicorn with one worker, and what CPU that has used."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import requests

from benchmarks.browsers import OverHttp
from benchmarks.worlds import World
from sandbox.serve import Sandbox
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING
from serve.ports import free_port
from serve.processes import die_with_parent

READY_SECONDS_MAX = 30
OURS = ("QUITTANCE_", "DATABASE_")  # settings of another process of this machine
SETTLED_SECONDS, SETTLED_READINGS_MAX = 0.001, 20  # the worker may still tidy up after an answer


@dataclass(frozen=True, slots=True)
class Served:
    """Where the faces and the bare pages answer, and which process answers."""

    url: str
    worker: int

    def cpu_ms(self) -> float:
        """What the worker has used so far, all its threads together, in ms; once it rests."""
        clock = (~self.worker << 3) | 2  # Linux' number of the CPU clock of a whole process
        before = time.clock_gettime_ns(clock)
        for _ in range(SETTLED_READINGS_MAX):
            time.sleep(SETTLED_SECONDS)
            now = time.clock_gettime_ns(clock)
            if now == before:
                break
            before = now
        return before / 1e6


@contextlib.contextmanager
def a_server(world: World, sandbox: Sandbox) -> Iterator[Served]:
    """The faces over this world, as they are served; ended afterwards. Linux only."""
    if sys.platform != "linux":
        raise SystemExit("What a worker has used is read by a clock that only Linux has.")
    url = f"http://localhost:{(port := free_port(9_000))}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        "QUITTANCE_MODE": "test",
        "DATABASE_URL": world.settings.database_url,
        "DATABASE_PORTAL_URL": world.settings.database_portal_url,
        "QUITTANCE_BROKER_URL": "memory://",
        "QUITTANCE_SECRET_KEY": world.settings.secret_keys[0],
        "QUITTANCE_PORTAL_URL": url,
        "QUITTANCE_API_URL": url,
        "QUITTANCE_STRIPE_KEY": DEFAULT_KEY,
        "QUITTANCE_STRIPE_URL": sandbox.url,
        "QUITTANCE_STRIPE_WEBHOOK_SECRETS": DEFAULT_SIGNING,
    }
    gunicorn = ("-m", "gunicorn", "-c", "python:serve.gunicorn_conf", "--workers", "1")
    options = ("--keep-alive", "75", "--bind", f"localhost:{port}")  # longer than any pause of ours
    with tempfile.TemporaryFile() as told:
        server = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, *gunicorn, *options, "benchmarks.served_app:app"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=told,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            yield Served(url, _worker(url, server, told))
        finally:
            server.terminate()
            server.wait()


def _worker(url: str, server: subprocess.Popen[bytes], told: IO[bytes]) -> int:
    """Whoever answers, as soon as somebody does."""
    client = OverHttp(url)
    for _ in range(READY_SECONDS_MAX * 10):
        with contextlib.suppress(requests.ConnectionError):
            return int(client.send("GET", "/bare/worker")[1])
        if server.poll() is not None:
            break
        time.sleep(0.1)
    told.seek(0)
    raise AssertionError(f"nobody answers at {url}: {told.read().decode()[-2_000:]}")
