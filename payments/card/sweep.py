"""Once an hour: what the card company lists is held against our books, so that no message matters.

Its movements, refunds and disputes since the last whole sweep, with some overlap, and whatever of
ours is not decided yet: each is asked about anew and booked where it is not.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import logs
from foundation.database import TransactionFactory, retried
from foundation.deed import Deed
from payments.card.afterwards import CardDispute, CardRefund, DisputeState, ProviderCut, RefundState
from payments.card.apply import PROVIDER
from payments.card.facts import MovementFact
from payments.card.gateway import Gateway
from payments.card.models import ProviderEffect
from payments.card.movements import book_movement
from payments.card.sync_afterwards import sync_charge

OVERLAP: Final = dt.timedelta(hours=3)  # what is listed late is seen all the same
FIRST: Final = dt.timedelta(days=30)  # how far the first sweep looks back
UNDECIDED_MAX: Final = 200
TAKING: Final = ("charge", "payment")  # of a charge we have booked, only the fee is news
_log = logs.logger(__name__)


def sweep(transaction: TransactionFactory, gateway: Gateway, *, deed: Deed) -> int:
    """Look through the provider's lists; how much of them was news to us.

    What fails is looked at again by the next sweep, which then begins where this one did. Raises
    GatewayUnreachable when the lists themselves cannot be had.
    """
    since = _since(transaction, deed.at)
    movements, charges = _news(transaction, gateway.movements_since(since))
    charges |= {*gateway.charges_gone_back(since), *_undecided(transaction)}
    is_whole = all([_swept_charge(transaction, gateway, one, deed) for one in sorted(charges)])
    for movement in movements:
        book_movement(transaction, movement, deed)
    if is_whole:
        _move_cut(transaction, deed.at)
    return len(movements)


def _swept_charge(
    transaction: TransactionFactory, gateway: Gateway, charge_ref: str, deed: Deed
) -> bool:
    try:
        sync_charge(transaction, gateway, charge_ref=charge_ref, deed=deed)
    except Exception:  # whatever it is, the other charges must not wait for it
        _log.exception("sweep.charge", charge_ref=charge_ref)
        return False
    return True


@retried
def _since(transaction: TransactionFactory, now: dt.datetime) -> dt.datetime:
    with transaction() as session:
        cut = session.get(ProviderCut, PROVIDER)
        return cut.swept_until - OVERLAP if cut else now - FIRST


@retried
def _move_cut(transaction: TransactionFactory, now: dt.datetime) -> None:
    row = insert(ProviderCut).values(provider=PROVIDER, swept_until=now)
    later = sa.func.greatest(ProviderCut.swept_until, row.excluded.swept_until)
    moved = row.on_conflict_do_update(index_elements=["provider"], set_={"swept_until": later})
    with transaction() as session:
        session.execute(moved)


@retried
def _news(
    transaction: TransactionFactory, listed: Sequence[MovementFact]
) -> tuple[tuple[MovementFact, ...], set[str]]:
    """Those that no row of ours has booked yet, oldest first, and the charges to ask about."""
    named = {one.charge_ref for one in listed if one.charge_ref}
    with transaction() as session:
        known = _known(session, [*(one.ref for one in listed), *named])
    news = [one for one in sorted(listed, key=lambda one: one.at) if one.ref not in known]
    booked = {one.charge_ref for one in news if one.kind in TAKING and one.charge_ref in known}
    moved = {one.charge_ref for one in news if one.kind not in TAKING}
    return tuple(news), {one.charge_ref for one in news if one.charge_ref} - (booked - moved)


def _known(session: Session, refs: Sequence[str]) -> frozenset[str]:
    wanted = sa.select(ProviderEffect.object_ref).where(
        ProviderEffect.provider == PROVIDER, ProviderEffect.object_ref.in_(refs)
    )
    return frozenset(session.scalars(wanted))


@retried
def _undecided(transaction: TransactionFactory) -> tuple[str, ...]:
    """Charges with a refund or a dispute that is not decided, the longest untouched first."""
    both = sa.union_all(
        sa.select(CardRefund.charge_ref, CardRefund.changed_at).where(
            CardRefund.state == RefundState.PENDING
        ),
        sa.select(CardDispute.charge_ref, CardDispute.changed_at).where(
            CardDispute.state == DisputeState.OPEN
        ),
    ).subquery()
    wanted = sa.select(both.c.charge_ref).order_by(both.c.changed_at).limit(UNDECIDED_MAX)
    with transaction() as session:
        return tuple(session.scalars(wanted))
