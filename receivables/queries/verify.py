"""Does everything still agree? Every stored sum against the journal, every law the database keeps.

Each finding is a sentence that names the row. Read-only; runs on any database of ours.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import broken_links
from receivables.queries.verify_coded import CODED_CHECKS, Check

# The days may be wider than the lines say, never narrower: what is open would be passed by.
OPEN_DAYS: Final = (
    "SELECT d.id, open_from, open_until, said.first, said.until FROM (SELECT"
    "  DOCUMENT_id AS id, min(booked_on) AS first, CASE WHEN sum(CASE side WHEN 'D' THEN 1"
    "  ELSE -1 END * amount_minor) = 0 THEN max(booked_on) ELSE '9999-12-31' END AS until"
    "  FROM journal_line WHERE account IN ('receivable', 'unapplied_cash', 'suspense')"
    "  GROUP BY 1) AS said JOIN DOCUMENT AS d USING (id)"
    " WHERE open_from > said.first OR open_until < said.until"
)

CHECKS: tuple[Check, ...] = (
    (
        "journal {0}: debits and credits differ in {1} by {2}",
        "SELECT journal_id, currency, sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor)"
        " FROM journal_line GROUP BY 1, 2"
        " HAVING sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) <> 0",
    ),
    (
        "journal {0}: has {1} lines",
        "SELECT journal.id, count(journal_line.id) FROM journal LEFT JOIN journal_line"
        " ON journal_id = journal.id GROUP BY 1 HAVING count(journal_line.id) < 2",
    ),
    (
        "journal line {0}: booked on {1}, its journal on {2}",
        "SELECT line.id, line.booked_on, journal.booked_on FROM journal_line AS line"
        " JOIN journal ON journal.id = journal_id WHERE line.booked_on <> journal.booked_on",
    ),
    (
        "journal line {0}: of ledger {1}, its journal of ledger {2}",
        "SELECT line.id, line.ledger_id, journal.ledger_id FROM journal_line AS line"
        " JOIN journal ON journal.id = journal_id WHERE line.ledger_id <> journal.ledger_id",
    ),
    (
        "day {1} of customer {0}, {2} {3}: stored {4}, the lines say {5}",
        "SELECT customer_id, booked_on, account, currency, coalesce(d.change_minor, 0),"
        " coalesce(said.minor, 0) FROM (SELECT * FROM account_day WHERE change_minor <> 0) AS d"
        " FULL JOIN (SELECT line.customer_id, account, invoice_id IS NOT NULL AS is_item,"
        "  line.ledger_id, line.currency, booked_on, coalesce(invoice.due_on, booked_on) AS due_on,"
        "  sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM journal_line AS line LEFT JOIN invoice ON invoice.id = invoice_id"
        "  WHERE line.customer_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
        "  HAVING sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) <> 0) AS said"
        " USING (customer_id, account, is_item, ledger_id, currency, booked_on, due_on)"
        " WHERE coalesce(d.change_minor, 0) <> coalesce(said.minor, 0)",
    ),
    *(
        (
            f"{document} {{0}}: open from {{1}} until {{2}}, its lines say {{3}} until {{4}}",
            OPEN_DAYS.replace("DOCUMENT", document),
        )
        for document in ("invoice", "receipt", "credit_note")
    ),
    (
        "allocation {0}: the receipt is of ledger {1}, the invoice of ledger {2}",
        "SELECT allocation.id, receipt.ledger_id, invoice.ledger_id FROM allocation"
        " JOIN receipt ON receipt.id = receipt_id JOIN invoice ON invoice.id = invoice_id"
        " WHERE receipt.ledger_id <> invoice.ledger_id",
    ),
    (
        "invoice {0}: open is {1}, the journal says {2}",
        "SELECT invoice.id, open_minor, coalesce(said.minor, 0) FROM invoice LEFT JOIN ("
        "  SELECT invoice_id, sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM journal_line WHERE account = 'receivable' GROUP BY 1"
        ") AS said ON invoice_id = invoice.id WHERE open_minor <> coalesce(said.minor, 0)",
    ),
    (
        "invoice {0}: open is {1}, total less allocations and what was taken off is {2}",
        "SELECT invoice.id, open_minor, total_minor - coalesce(paid.minor, 0) FROM invoice"
        " LEFT JOIN (SELECT invoice_id, sum(minor) AS minor FROM (SELECT invoice_id,"
        "  CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END * amount_minor AS minor FROM allocation"
        "  UNION ALL SELECT invoice_id, CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor"
        "  FROM journal_line WHERE account IN"
        "  ('discount', 'write_off', 'tolerance', 'fx_difference') AND invoice_id IS NOT NULL"
        "  UNION ALL SELECT invoice_id, amount_minor FROM journal_line"
        "  WHERE account = 'late_charges' AND side = 'D') AS part GROUP BY 1) AS paid"
        " ON invoice_id = invoice.id WHERE open_minor <> total_minor - coalesce(paid.minor, 0)",
    ),
    (
        "invoice {0}: a discount of {1} is taken, {2} was promised",
        "SELECT invoice.id, taken.minor, coalesce(discount_minor, 0) FROM invoice JOIN ("
        "  SELECT invoice_id, sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM journal_line WHERE account = 'discount' GROUP BY 1) AS taken"
        " ON invoice_id = invoice.id"
        " WHERE taken.minor NOT BETWEEN 0 AND coalesce(discount_minor, 0)",
    ),
    (
        "invoice {0}: its discount is taken, though {1} came after the last day",
        "SELECT invoice.id, coalesce(receipt.number, credit_note.number) FROM invoice"
        " JOIN (SELECT invoice_id FROM journal_line WHERE account = 'discount' GROUP BY 1"
        "  HAVING sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor) > 0) AS taken"
        "  ON invoice_id = invoice.id"
        " JOIN allocation AS a ON a.invoice_id = invoice.id AND a.reverses_id IS NULL"
        "  AND NOT EXISTS (SELECT FROM allocation AS r WHERE r.reverses_id = a.id)"
        " LEFT JOIN receipt ON receipt.id = a.receipt_id"
        " LEFT JOIN credit_note ON credit_note.id = a.credit_note_id"
        " WHERE coalesce(received_on, credit_note.issued_on) > discount_until",
    ),
    (
        "invoice {0}: total is {1}, its lines come to {2}",
        "SELECT invoice.id, total_minor, coalesce(sum(net_minor + tax_minor), 0)"
        " FROM invoice LEFT JOIN invoice_line ON invoice_id = invoice.id GROUP BY 1, 2"
        " HAVING total_minor <> coalesce(sum(net_minor + tax_minor), 0)",
    ),
    (
        "receipt {0}: unapplied is {1}, the journal says {2}",
        "SELECT receipt.id, unapplied_minor, coalesce(said.minor, 0) FROM receipt LEFT JOIN ("
        "  SELECT receipt_id, sum(CASE side WHEN 'C' THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM journal_line WHERE account IN ('unapplied_cash', 'suspense') GROUP BY 1"
        ") AS said ON receipt_id = receipt.id WHERE unapplied_minor <> coalesce(said.minor, 0)",
    ),
    *CODED_CHECKS,
    (
        "credit note {0}: unapplied is {1}, the journal says {2}",
        "SELECT credit_note.id, unapplied_minor, coalesce(said.minor, 0) FROM credit_note"
        " LEFT JOIN (SELECT credit_note_id,"
        "  sum(CASE side WHEN 'C' THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM journal_line WHERE credit_note_id IS NOT NULL GROUP BY 1"
        ") AS said ON credit_note_id = credit_note.id"
        " WHERE unapplied_minor <> coalesce(said.minor, 0)",
    ),
    (
        "credit note {0}: total is {1}, allocated and unapplied come to {2}",
        "SELECT credit_note.id, total_minor, unapplied_minor + coalesce(used.minor, 0)"
        " FROM credit_note LEFT JOIN (SELECT credit_note_id,"
        "  sum(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM allocation GROUP BY 1) AS used ON credit_note_id = credit_note.id"
        " WHERE total_minor <> unapplied_minor + coalesce(used.minor, 0)",
    ),
    (
        "credit note {0}: total is {1}, its lines come to {2}",
        "SELECT credit_note.id, total_minor, coalesce(sum(net_minor + tax_minor), 0)"
        " FROM credit_note LEFT JOIN credit_note_line ON credit_note_id = credit_note.id"
        " GROUP BY 1, 2 HAVING total_minor <> coalesce(sum(net_minor + tax_minor), 0)",
    ),
    (
        "allocation {0}: settles an invoice of another ledger than its credit note",
        "SELECT allocation.id FROM allocation JOIN invoice ON invoice.id = allocation.invoice_id"
        " JOIN credit_note ON credit_note.id = credit_note_id"
        " WHERE credit_note.ledger_id <> invoice.ledger_id",
    ),
    (
        "open balance of customer {0}, {1}, due {2}: stored {3}, the invoices say {4}",
        "SELECT customer_id, currency, due_on, coalesce(b.open_minor, 0), coalesce(i.minor, 0)"
        " FROM open_balance AS b FULL JOIN (SELECT customer_id, ledger_id, currency, due_on,"
        "  sum(open_minor) AS minor, count(*) AS items FROM invoice WHERE open_minor > 0"
        "  GROUP BY 1, 2, 3, 4) AS i USING (customer_id, ledger_id, currency, due_on)"
        " WHERE coalesce(b.open_minor, 0) <> coalesce(i.minor, 0)"
        " OR coalesce(b.open_count, 0) <> coalesce(i.items, 0)",
    ),
    (
        "journal {0}: no audit row of its transaction names its actor and its request",
        "SELECT journal.id FROM journal WHERE NOT EXISTS (SELECT FROM audit_event"
        " WHERE audit_event.transaction_id = journal.transaction_id"
        " AND audit_event.actor_id = journal.actor_id"
        " AND audit_event.request_id = journal.request_id)",
    ),
)


def findings(session: Session, audit_key: bytes) -> Iterator[str]:
    """Everything that does not agree, a sentence each; nothing when the books are sound."""
    yield from failing(session, CHECKS)
    yield from broken_links(session, audit_key)


def failing(session: Session, checks: Iterable[Check]) -> Iterator[str]:
    """The rows for which a check fails, a sentence each."""
    for words, query in checks:
        for row in session.execute(sa.text(query)):
            yield words.format(*row)
