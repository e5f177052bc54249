"""How often one person may have us ask the payment provider: far more than anybody needs."""

import datetime as dt
from typing import Final

from flask import flash

from foundation.database import TransactionFactory
from foundation.i18n import gettext as _
from foundation.limits import Limit, TooManyAttempts, check, spend
from foundation.web.requests import wiring
from portal.auth import me

ASKS: Final = Limit("provider.ask", 60, dt.timedelta(minutes=10))


def count_ask(transaction: TransactionFactory) -> None:
    """Note one question. Raises TooManyAttempts."""
    key, at = str(me().person_id), wiring().clock.now()
    with transaction() as session:
        check(session, [(ASKS, key)], at=at)
        spend(session, [(ASKS.kind, key)], at=at)


def may_ask() -> bool:
    """Note one question; past the limit nothing is asked, and the payment's own page says on."""
    try:
        count_ask(wiring().transaction)
    except TooManyAttempts:
        flash(
            _(
                "The payment service was asked very often just now. This page goes on looking by"
                " itself; please do not pay again meanwhile."
            ),
            "note",
        )
        return False
    return True
