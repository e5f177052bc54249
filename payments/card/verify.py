"""Does everything still agree, the card company's part included? What `dev.py verify` asks.

Each finding is a sentence that names the row. Read-only; runs on any database of ours.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from receivables.queries import verify as books
from receivables.queries.verify_coded import Check

# Like those of the books. All amounts in minor units.
CHECKS: tuple[Check, ...] = (
    (
        "receipt {0}: booked as card money, but no charge of the card company is known for it",
        "SELECT receipt.id FROM receipt WHERE method IN ('card', 'bank_debit') AND NOT EXISTS ("
        "  SELECT FROM provider_effect JOIN journal ON journal.id = provider_effect.journal_id"
        "  WHERE effect = 'charge' AND journal.source_id = receipt.id)",
    ),
    (
        "charge {0}: its journal books no receipt",
        "SELECT object_ref FROM provider_effect JOIN journal ON journal.id = journal_id"
        " WHERE effect = 'charge' AND NOT EXISTS ("
        "  SELECT FROM receipt WHERE receipt.id = journal.source_id)",
    ),
    (
        "receipt {0}: {1} went back by the journal, {2} by the refunds and disputes known",
        "SELECT receipt.id, coalesce(gone.minor, 0), coalesce(known.minor, 0) FROM receipt"
        " LEFT JOIN (SELECT receipt_id,"
        "  sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) AS minor FROM journal_line"
        "  JOIN journal ON journal.id = journal_id WHERE receipt_id IS NOT NULL AND kind IN"
        "  ('refund_requested', 'refund_undone', 'dispute_lost', 'dispute_won_late')"
        "  GROUP BY 1) AS gone ON gone.receipt_id = receipt.id"
        " LEFT JOIN (SELECT receipt_id, sum(amount_minor) AS minor FROM ("
        "  SELECT receipt_id, amount_minor FROM card_refund WHERE state <> 'failed' UNION ALL"
        "  SELECT receipt_id, amount_minor FROM card_dispute WHERE state = 'lost') AS each"
        "  GROUP BY 1) AS known ON known.receipt_id = receipt.id"
        " WHERE coalesce(gone.minor, 0) <> coalesce(known.minor, 0) AND NOT EXISTS ("
        "  SELECT FROM payment_case JOIN card_payment ON card_payment.id = card_payment_id"
        "  WHERE kind = 'goes_back_beyond' AND card_payment.receipt_id = receipt.id)",
    ),
    (
        "card payment {0}: {1} were to be paid, its receipt has {2}",
        "SELECT card_payment.id, card_payment.amount_minor, receipt.amount_minor"
        " FROM card_payment JOIN receipt ON receipt.id = receipt_id"
        " WHERE state = 'succeeded' AND (card_payment.amount_minor, card_payment.currency)"
        " <> (receipt.amount_minor, receipt.currency)",
    ),
)


def findings(session: Session, audit_key: bytes) -> Iterator[str]:
    """Everything that does not agree, a sentence each; nothing when all is sound."""
    yield from books.findings(session, audit_key)
    yield from books.failing(session, CHECKS)
