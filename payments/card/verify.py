"""Does everything still agree, the card company's part included? What `dev.py verify` asks.

Each finding is a sentence that names the row. Read-only; runs on any database of ours.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from receivables.queries import verify as books

# Like those of the books. All amounts in minor units.
CHECKS: tuple[books.Check, ...] = (
    (
        "receipt {0}: booked as card money, but no charge of the card company is known for it",
        "SELECT receipt.id FROM receipt WHERE method = 'card' AND NOT EXISTS ("
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
