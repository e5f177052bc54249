"""A page that moves the seller's business day, so that invoices fall due while one watches.

Only the books' day moves, and only where a moved clock is allowed: never in production. Sessions,
codes and payment pages live by the wall clock, which stays what it is.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from foundation.business_clock import business_offset, move_business_clock
from foundation.clock import SystemClock
from foundation.database import Transaction, TransactionFactory, engine_of
from foundation.settings import Settings

DAYS_MAX: Final = 400
CONNECTIONS: Final = 1
pages = Blueprint("business_day", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDay:
    """The books whose day is moved, and the clock they go by."""

    transaction: TransactionFactory
    clock: SystemClock

    def offset(self) -> dt.timedelta:
        """How far the day is moved now."""
        with self.transaction() as session:
            return business_offset(session)

    def move(self, days: int) -> None:
        """Let the business day be so many days ahead of the real one, at most DAYS_MAX."""
        ahead = dt.timedelta(days=min(max(days, 0), DAYS_MAX))
        with self.transaction() as session:
            move_business_clock(session, ahead)


def install(app: Flask, settings: Settings) -> None:
    """Show the page under /business-day of the app, unless these settings forbid a moved clock."""
    if not settings.clock_may_move:
        return
    engine = engine_of(settings.database_url, pool=CONNECTIONS)
    app.extensions["business_day"] = BusinessDay(
        transaction=Transaction(engine, audit_key=settings.audit_key),
        clock=SystemClock(settings.zone),
    )
    app.register_blueprint(pages)


def business_day() -> BusinessDay:
    """The one of this app."""
    found: BusinessDay = current_app.extensions["business_day"]
    return found


@pages.get("/business-day")
def show() -> str:
    """Which day it is in the books, and which it is outside."""
    offset = business_day().offset()
    real = business_day().clock.today()
    return render_template(
        "business_day.html", real=real, played=real + offset, ahead=offset.days, most=DAYS_MAX
    )


@pages.post("/business-day")
def move() -> ResponseReturnValue:
    """Go on by `days` from where the books are; nothing, or less, leads back to the real day."""
    days = request.form.get("days", 0, type=int)
    business_day().move(business_day().offset().days + days if days > 0 else 0)
    return redirect("/" if request.form.get("back") == "/" else "/business-day", 303)
