"""What the seller's bookkeeper does about late invoices, twice a month: fees, interest, an end."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from foundation.deed import Deed
from foundation.money import Money
from receivables.actions.charges import cancel_charge, charge_interest, charge_late_fee
from receivables.actions.write_offs import write_off
from receivables.errors import NothingToCharge
from receivables.models import WriteOffReason
from receivables.queries.charges import Overdue, lone_charges, overdue_invoices
from sandbox.company.habits import business_day
from sandbox.company.stage import Stage

DAYS: Final = (1, 15)  # of a month, or the Monday after
FEE_AFTER: Final = dt.timedelta(days=20)  # overdue
GIVEN_UP_AFTER: Final = dt.timedelta(days=150)
INTEREST_AFTER: Final = dt.timedelta(days=40)
FEE_MINOR: Final = 4_000
PERCENT: Final = Decimal("9.5")
CHARGES_MAX: Final = 1  # a customer at a time
CANCELLED: Final = ("2", "6", "8")  # the fee on a number that ends so: the customer had a reason
A_DAY: Final = dt.timedelta(days=1)


def look_at_the_late(stage: Stage, day: dt.date) -> None:
    """Twice a month: charge who is late, no customer much at once, and give up what is hopeless."""
    if day not in {business_day(day.replace(day=one)) for one in DAYS}:
        return
    with stage.books() as session:
        late = overdue_invoices(session, due_by=day - FEE_AFTER)
        alone = lone_charges(session, due_by=day - A_DAY)
    charged: Counter[object] = Counter()
    for invoice in late:
        if invoice.due_on <= day - GIVEN_UP_AFTER:
            _give_up(stage, invoice, WriteOffReason.UNCOLLECTIBLE)
        elif charged[invoice.customer_id] < CHARGES_MAX:
            charged[invoice.customer_id] += _charge(stage, invoice, day)
    for charge in alone:
        _give_up(stage, charge, WriteOffReason.SMALL_BALANCE)


def _give_up(stage: Stage, item: Overdue, reason: WriteOffReason) -> None:
    """Nobody pays the invoice any more; or its charge, now that the invoice itself is paid."""
    with stage.books(lock={"customer": [item.customer_id]}) as session:
        deed = stage.deed(subject_id=item.customer_id)
        write_off(session, invoice_id=item.id, reason=reason, deed=deed)


def _charge(stage: Stage, invoice: Overdue, day: dt.date) -> int:
    """A fee once, later interest until yesterday; how many charges that was."""
    is_long = invoice.due_on <= day - INTEREST_AFTER
    if invoice.has_late_fee and not is_long:
        return 0
    deed = stage.deed(subject_id=invoice.customer_id)
    with stage.books(lock={"customer": [invoice.customer_id]}) as session:
        if invoice.has_late_fee:
            return _charge_interest(session, invoice, day - A_DAY, deed)
        fee = charge_late_fee(
            session,
            invoice_id=invoice.id,
            amount=Money(FEE_MINOR, invoice.currency),
            deed=deed,
        )
        if invoice.number.endswith(CANCELLED):
            cancel_charge(session, invoice_id=fee, reason="agreed by phone", deed=deed)
    return 1


def _charge_interest(session: Session, invoice: Overdue, until: dt.date, deed: Deed) -> int:
    """Interest until that day; none where it comes to less than half a cent."""
    try:
        charge_interest(session, invoice_id=invoice.id, percent=PERCENT, until=until, deed=deed)
    except NothingToCharge:
        return 0
    return 1
