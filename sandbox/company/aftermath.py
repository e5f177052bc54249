"""What becomes of money that was taken: we send some back, a cardholder contests, and both end.

Done on the card company's side only, as on its own pages; the books hear of it by the sweep.
"""

import datetime as dt
from functools import partial

from sandbox.company.stage import Stage
from sandbox.company.values import Aftermath, Manner
from sandbox.stripe import disputes, refunds
from sandbox.stripe.world import StripeWorld


def expect(stage: Stage, aftermath: Aftermath, manner: Manner, *, charge_id: str) -> None:
    """Note on the stage's agenda what follows a charge that was just paid."""
    begin = _refund if manner is Manner.REFUNDED else _contest
    today = stage.clock.today()
    stage.agenda.note(
        today + dt.timedelta(days=aftermath.days),
        partial(begin, stage, aftermath, charge_id, today),
    )


def _refund(stage: Stage, aftermath: Aftermath, charge_id: str, paid_on: dt.date) -> None:
    account = stage.world.account
    charge = account.need(charge_id, "charge", what="charge")
    part = max(charge["amount_captured"] * aftermath.percent // 100, 1)
    refund = refunds.create(account, charge_id, part, is_pending=True)
    end = refunds.succeed if aftermath.is_success else refunds.fail
    decided_on = paid_on + dt.timedelta(days=aftermath.decided_days)
    stage.agenda.note(decided_on, partial(end, account, refund["id"]))


def _contest(stage: Stage, aftermath: Aftermath, charge_id: str, paid_on: dt.date) -> None:
    account = stage.world.account
    dispute = disputes.open_one(account, charge_id)
    decide = partial(disputes.decide, account, dispute["id"], is_won=aftermath.is_success)
    stage.agenda.note(paid_on + dt.timedelta(days=aftermath.decided_days), decide)


def charge_of(world: StripeWorld, intent_id: str) -> str:
    """The charge by which a payment was taken."""
    intent = world.account.need(intent_id, "payment_intent", what="payment_intent")
    return str(intent["latest_charge"])
