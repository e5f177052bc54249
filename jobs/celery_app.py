"""Celery: wakes workers up. Nothing depends on a message arriving, or arriving once.

The broker is Redis or RabbitMQ in production and a folder in the demo. Tasks carry no results;
what is to be known stands in our tables.
"""

import os
from pathlib import Path

from celery import Celery

from jobs.schedule import SCHEDULE

BROKER = os.environ.get("QUITTANCE_BROKER_URL", "memory://")
TASK_SECONDS_MAX = 300
UPKEEP_SECONDS_MAX = 2 * 3_600  # a day's books of millions of lines, on a busy machine
# Longer than the longest task, or Redis hands a running one to somebody else. What a lost worker
# held is not waited for: the poller looks at the outbox.
VISIBILITY_SECONDS = 2 * UPKEEP_SECONDS_MAX
# Of whoever sends a hint; by default a broker that is down holds a page up for seven seconds.
ONE_TRY: dict[str, object] = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


def transport_options(broker: str, var: Path) -> dict[str, object]:
    """What each kind of broker needs to be quick and never to hang a caller."""
    if broker.startswith("filesystem:"):
        folder = var / "broker"
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder),
            "polling_interval": 0.1,  # the default of 1 s does two tasks a second
        }
    if broker.startswith(("redis:", "rediss:")):
        return {
            **ONE_TRY,
            "visibility_timeout": VISIBILITY_SECONDS,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
        }
    return ONE_TRY


celery_app = Celery(
    "quittance", broker=BROKER, include=["jobs.dispatch", "jobs.card", "jobs.upkeep"]
)
celery_app.conf.update(
    broker_transport_options=transport_options(
        BROKER, Path(os.environ.get("QUITTANCE_VAR", "var")).absolute()
    ),
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=TASK_SECONDS_MAX,
    task_default_expires=60,  # a hint nobody heard for a minute is stale: the poller came by
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    enable_utc=True,
    beat_schedule=SCHEDULE,
)
