"""One short word for the whole of a played company's books, to compare two makings by.

What the product or the played Stripe draws at random is left out: ids, and the moments of the last
day. All that anybody could read in the books is in.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

DIGITS: Final = 16
BOOKS: Final[Mapping[str, str]] = {
    "people": "SELECT email, name, language FROM person ORDER BY 1",
    "rights": (
        "SELECT p.email, c.number, role, gets_receipts FROM contact"
        " JOIN person AS p ON p.id = person_id JOIN customer AS c ON c.id = customer_id"
        " ORDER BY 1, 2"
    ),
    "customers": (
        "SELECT c.number, c.name, c.country, parent.number, net_days FROM customer AS c"
        " JOIN payment_terms AS t ON t.id = c.terms_id"
        " LEFT JOIN customer AS parent ON parent.id = c.parent_id ORDER BY 1"
    ),
    "invoices": (
        "SELECT code, i.number, c.number, purchase_order, issued_on, due_on, i.currency,"
        " total_minor, open_minor FROM invoice AS i JOIN customer AS c ON c.id = i.customer_id"
        " JOIN ledger ON ledger.id = i.ledger_id ORDER BY 1, 2"
    ),
    "lines": (
        "SELECT i.number, position, description, quantity, unit, net_minor, tax_minor"
        " FROM invoice_line JOIN invoice AS i ON i.id = invoice_id ORDER BY 1, 2"
    ),
    "credit notes": (
        "SELECT code, n.number, c.number, i.number, n.reason, n.issued_on, n.currency,"
        " n.total_minor, n.unapplied_minor FROM credit_note AS n"
        " JOIN customer AS c ON c.id = n.customer_id JOIN invoice AS i ON i.id = n.invoice_id"
        " JOIN ledger ON ledger.id = n.ledger_id ORDER BY 1, 2"
    ),
    "receipts": (
        "SELECT r.number, c.number, amount_minor, unapplied_minor, currency, received_on"
        " FROM receipt AS r JOIN customer AS c ON c.id = r.customer_id ORDER BY 1"
    ),
    "allocations": (
        "SELECT coalesce(r.number, n.number), i.number, a.amount_minor FROM allocation AS a"
        " LEFT JOIN receipt AS r ON r.id = receipt_id"
        " LEFT JOIN credit_note AS n ON n.id = credit_note_id"
        " JOIN invoice AS i ON i.id = a.invoice_id"
        " ORDER BY 1, 2, 3"
    ),
    "journal": (
        "SELECT code, j.booked_on, j.kind, l.account, l.side, l.currency, sum(l.amount_minor)"
        " FROM journal AS j JOIN journal_line AS l ON l.journal_id = j.id"
        " JOIN ledger ON ledger.id = j.ledger_id GROUP BY 1, 2, 3, 4, 5, 6"
        " ORDER BY 1, 2, 3, 4, 5, 6"
    ),
    "payments": (
        "SELECT operation_id, amount_minor, currency, state, decline_code"
        " FROM card_payment ORDER BY 1"
    ),
    "going back": (
        "SELECT 'refund', amount_minor, currency, state FROM card_refund UNION ALL"
        " SELECT 'dispute', amount_minor, currency, state FROM card_dispute ORDER BY 1, 2, 3, 4"
    ),
    "deeds": "SELECT action, count(*) FROM audit_event GROUP BY 1 ORDER BY 1",
}
Rows = Callable[[str], list[tuple[Any, ...]]]


def books_of(rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """The whole books, to be compared with those of another play."""
    return {name: rows(query) for name, query in BOOKS.items()}


def digest_of(session: Session) -> str:
    """The same for the same books, whatever ids they were given."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.execute(sa.text(query))]

    return hashlib.sha256(repr(books_of(rows)).encode()).hexdigest()[:DIGITS]
