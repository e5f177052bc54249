"""What must hold after every schedule: the card company's own books against ours."""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from payments.card.verify import findings
from sandbox.stripe.world import StripeWorld
from tests.databases import AUDIT_KEY

BOOKED = (
    "SELECT e.object_ref, count(r.id), min(r.amount_minor), min(lower(r.currency))"
    " FROM provider_effect e JOIN journal j ON j.id = e.journal_id"
    " LEFT JOIN receipt r ON r.id = j.source_id WHERE e.effect = 'charge' GROUP BY 1"
)
STUCK = (
    "SELECT 'payment ' || id || ' is ' || state FROM card_payment"
    " WHERE state IN ('submitting', 'unknown', 'awaiting_payer', 'processing')"
    " UNION ALL SELECT 'message ' || id FROM provider_event WHERE done_at IS NULL"
    " UNION ALL SELECT 'work ' || dedupe_key || ' ' || coalesce(error, '') FROM outbox_message"
    " WHERE topic = 'card.event' AND done_at IS NULL"
)
RETURNED = (
    "SELECT e.object_ref, count(*), min(l.amount_minor), (SELECT count(*) FROM outbox_message m"
    " JOIN card_dispute d ON d.ref = m.payload ->> 'ref'"
    " JOIN card_payment p ON p.id = d.card_payment_id"
    " WHERE m.topic = 'payment.mail' AND d.ref = e.object_ref"
    " AND m.payload ->> 'person_id' = p.started_by::text)"
    " FROM provider_effect e JOIN journal_line l ON l.journal_id = e.journal_id AND l.side = 'D'"
    " WHERE e.effect = 'lost' GROUP BY 1"
)
LETTERS = (
    "SELECT p.id, (SELECT count(*) FROM outbox_message m WHERE m.topic = 'receipt.mail'"
    " AND m.payload ->> 'receipt_id' = p.receipt_id::text"
    " AND m.payload ->> 'person_id' = p.started_by::text)"
    " FROM card_payment p WHERE p.state = 'succeeded'"
)


@dataclass(kw_only=True)
class Judgement:
    """What is wrong; nothing when all is well."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.unsound)


def judge(session: Session, world: StripeWorld) -> Judgement:
    """Hold the whole of both books against each other."""
    judgement = Judgement()
    taken = {b.charge_id: b for b in world.books() if b.status == "succeeded"}
    booked = {row[0]: tuple(row[1:]) for row in session.execute(sa.text(BOOKED))}
    for charge_id, charge in taken.items():
        if charge_id not in booked:
            judgement.lost.append(f"charge {charge_id} of {charge.amount} is in no book of ours")
        elif booked[charge_id] != (1, charge.amount, charge.currency):
            judgement.doubled.append(f"charge {charge_id}: {booked[charge_id]}")
    judgement.doubled += [f"{charge_id} was never taken" for charge_id in booked.keys() - taken]
    _judge_receipts(session, judgement, len(taken))
    _judge_returns(session, judgement, world)
    by_payment = Counter(charge.metadata.get("payment") for charge in taken.values())
    judgement.doubled += [f"payment {p}: {n} charges" for p, n in by_payment.items() if n > 1]
    judgement.stuck += list(session.scalars(sa.text(STUCK)))
    for payment, letters in session.execute(sa.text(LETTERS)):
        if letters != 1:
            (judgement.doubled if letters else judgement.lost).append(f"{payment}: {letters} mails")
    judgement.unsound += list(findings(session, AUDIT_KEY))
    return judgement


def _judge_returns(session: Session, judgement: Judgement, world: StripeWorld) -> None:
    """What a bank took back is gone from our books once, and told once to whoever paid."""
    lost = {one["id"]: one["amount"] for one in world.account.store.all("dispute")}
    booked = {row[0]: tuple(row[1:]) for row in session.execute(sa.text(RETURNED))}
    for ref, amount in lost.items():
        found = booked.get(ref)
        if found is None:
            judgement.lost.append(f"return {ref} of {amount} is in no book of ours")
        elif found != (1, amount, 1):
            judgement.doubled.append(f"return {ref} of {amount}: {found}")


def _judge_receipts(session: Session, judgement: Judgement, taken: int) -> None:
    receipts = session.scalar(sa.text("SELECT count(*) FROM receipt")) or 0
    if receipts > taken:
        judgement.doubled.append(f"{receipts} receipts for {taken} charges")
