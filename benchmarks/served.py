"""A server of the product for a benchmark: gunicorn with one worker, and what CPU that has used."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import requests

from benchmarks.worlds import World
from sandbox.serve import Sandbox
from sandbox.stripe.world import DEFAULT_KEY, DEFAULT_SIGNING
from serve.ports import free_port
from serve.processes import die_with_parent

READY_SECONDS_MAX = 30
SETTLED_SECONDS = 0.001  # after the answer the worker still writes its log


@dataclass(frozen=True, slots=True)
class Served:
    """Where the faces and the bare pages answer, and which process answers."""

    url: str
    worker: int

    def cpu_ms(self) -> float:
        """What the worker has used so far, all its threads together, in ms."""
        time.sleep(SETTLED_SECONDS)
        clock = (~self.worker << 3) | 2  # Linux' number of the CPU clock of a whole process
        return time.clock_gettime_ns(clock) / 1e6


@contextlib.contextmanager
def a_server(world: World, sandbox: Sandbox) -> Iterator[Served]:
    """The faces over this world, as they are served; ended afterwards."""
    url = f"http://localhost:{(port := free_port(9_000))}"
    environment = {
        **os.environ,
        "QUITTANCE_MODE": "test",
        "DATABASE_URL": world.settings.database_url,
        "DATABASE_PORTAL_URL": world.settings.database_portal_url,
        "QUITTANCE_SECRET_KEY": world.settings.secret_keys[0],
        "QUITTANCE_PORTAL_URL": url,
        "QUITTANCE_API_URL": url,
        "QUITTANCE_STRIPE_KEY": DEFAULT_KEY,
        "QUITTANCE_STRIPE_URL": sandbox.url,
        "QUITTANCE_STRIPE_WEBHOOK_SECRETS": DEFAULT_SIGNING,
    }
    gunicorn = ("-m", "gunicorn", "-c", "python:serve.gunicorn_conf", "--workers", "1")
    server = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, *gunicorn, "--bind", f"localhost:{port}", "benchmarks.served_app:app"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        yield Served(url, _worker(url))
    finally:
        server.terminate()
        server.wait()


def _worker(url: str) -> int:
    """Whoever answers, as soon as somebody does."""
    for _ in range(READY_SECONDS_MAX * 10):
        with contextlib.suppress(requests.ConnectionError):
            return int(requests.get(f"{url}/bare/worker", timeout=READY_SECONDS_MAX).text)
        time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")
