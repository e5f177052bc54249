"""What runs by the clock. Each run is taken as a row, so two schedulers run it once."""

import datetime as dt

CHECK_EVERY = dt.timedelta(seconds=30)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

SCHEDULE = {
    "work-outbox": {"task": "outbox.work", "schedule": CHECK_EVERY},
    "check-card-payments": {"task": "card.check_due", "schedule": CHECK_EVERY},
    "sweep-card-company": {"task": "card.sweep", "schedule": dt.timedelta(minutes=10)},
    "forget-what-ended": {"task": "upkeep.forget", "schedule": dt.timedelta(hours=1)},
    "compare-books": {"task": "upkeep.verify", "schedule": dt.timedelta(hours=1)},
}
