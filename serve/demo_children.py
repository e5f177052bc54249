"""The processes of the demo: what each is called with, and the one environment they share."""

import os
import sys
from collections.abc import Mapping

from serve.household import Household
from serve.ports import loopbacks
from serve.supervisor import Child

SELLER = "Halden & Vries"


def demo_environment(
    home: Household, addresses: Mapping[str, str], ports: Mapping[str, int]
) -> dict[str, str]:
    """What every process of the demo reads: one truth about addresses, ports and secrets."""
    keys = home.keys()
    return {
        **os.environ,
        **addresses,
        "QUITTANCE_MODE": "demo",
        "QUITTANCE_VAR": str(home.var),
        "QUITTANCE_SECRET_KEY": keys["secret_key"],
        "QUITTANCE_AUDIT_KEY": keys["audit_key"],
        "QUITTANCE_DATA_KEYS": keys["data_key"],
        "QUITTANCE_PORTAL_URL": f"http://localhost:{ports['portal']}",
        "QUITTANCE_API_URL": f"http://localhost:{ports['api']}",
        "QUITTANCE_STRIPE_KEY": keys["stripe_key"],
        "QUITTANCE_STRIPE_URL": f"http://localhost:{ports['sandbox']}",
        "QUITTANCE_STRIPE_PAGE": f"http://localhost:{ports['sandbox']}",
        "QUITTANCE_STRIPE_WEBHOOK_SECRETS": keys["webhook_secret"],
        "QUITTANCE_BROKER_URL": "filesystem://localhost//",
        "QUITTANCE_SMTP_URL": f"smtp://localhost:{ports['smtp']}",
        "QUITTANCE_MAIL_FROM": f"{SELLER} <accounts@halden-vries.example>",
        "QUITTANCE_SELLER_NAME": SELLER,
        "SANDBOX_WEBHOOK_SECRET": keys["webhook_secret"],
    }


def sandbox(home: Household, environment: Mapping[str, str], ports: Mapping[str, int]) -> Child:
    """The outside world: card company, its hosted page, its webhooks, and everybody's mailbox."""
    options = ["--port", str(ports["sandbox"]), "--smtp-port", str(ports["smtp"])]
    options += ["--var", str(home.var / "sandbox"), "--seller", SELLER]
    options += ["--api-key", environment["QUITTANCE_STRIPE_KEY"]]
    options += ["--webhook-url", f"http://localhost:{ports['api']}/webhooks/stripe"]
    return child(home, environment, "sandbox", "-m", "sandbox", *options)


def faces_and_workers(
    home: Household, environment: Mapping[str, str], ports: Mapping[str, int]
) -> list[Child]:
    """Our own processes. Beat is one of its own: inside a worker it would outlive its death."""
    celery = ["-m", "celery", "-A", "jobs.celery_app", "--quiet"]
    schedule = str(home.var / "beat-schedule")
    return [
        face(home, environment, "portal", ports),
        face(home, environment, "api", ports),
        child(home, environment, "worker", *celery, "worker", "-P", "threads", "-c", "2"),
        child(home, environment, "beat", *celery, "beat", "-s", schedule, "--pidfile="),
        child(home, environment, "poller", "-m", "jobs.poller"),
    ]


def face(
    home: Household, environment: Mapping[str, str], name: str, ports: Mapping[str, int]
) -> Child:
    """One face under gunicorn, on both addresses of localhost."""
    binds = [word for place in loopbacks() for word in ("--bind", f"{place}:{ports[name]}")]
    gunicorn = ["-m", "gunicorn", "--config", "python:serve.gunicorn_conf", *binds]
    return child(home, environment, name, *gunicorn, f"serve.{name}:app")


def child(home: Household, environment: Mapping[str, str], name: str, *words: str) -> Child:
    """One of our own programs, run by this Python."""
    return Child(name, [sys.executable, *words], home.log(name), environment)
