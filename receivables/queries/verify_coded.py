"""The checks of what is coded: charges, write-offs, differences, bank fees, exchanged money."""

from typing import Final

Check = tuple[str, str]  # what is wrong, the rows for which it is; amounts in minor units

SIGNED: Final = "sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor)"
GIVEN_UP: Final = (
    "SELECT invoice.id, NAME_minor, coalesce(said.minor, 0) FROM invoice LEFT JOIN ("
    " SELECT invoice_id, SIGNED AS minor FROM journal_line"
    " WHERE account = 'ACCOUNT' AND side IN SIDES GROUP BY 1) AS said"
    " ON invoice_id = invoice.id WHERE NAME_minor <> coalesce(said.minor, 0)"
)
UNDONE: Final = (
    "SELECT r.id, o.id FROM TABLE AS r JOIN TABLE AS o ON o.id = r.reverses_id"
    " WHERE o.reverses_id IS NOT NULL OR (R_COLUMNS) IS DISTINCT FROM (O_COLUMNS)"
)


def given_up(name: str, account: str, sides: str) -> Check:
    """What is stored as given up of an invoice is what its account says."""
    query = GIVEN_UP.replace("NAME", name).replace("ACCOUNT", account).replace("SIDES", sides)
    return f"invoice {{0}}: {name} is {{1}}, the journal says {{2}}", query


def undone(table: str, *columns: str) -> Check:
    """What undoes something is the same but for that, and undoes no undoing."""
    query = UNDONE.replace("TABLE", table)
    for row in ("r", "o"):
        named = ", ".join(f"{row}.{column}" for column in columns)
        query = query.replace(f"{row.upper()}_COLUMNS", named)
    return f"{table} {{0}}: undoes something else than {{1}}", query


_CHECKS: Final[tuple[Check, ...]] = (
    given_up("written_off", "write_off", "('D', 'C')"),
    given_up("cancelled", "late_charges", "('D')"),
    (
        "charge {0}: total is {1}, credited to late charges are {2}",
        "SELECT invoice.id, total_minor, coalesce(sum(amount_minor), 0) FROM invoice"
        " LEFT JOIN journal_line AS l ON l.invoice_id = invoice.id AND side = 'C'"
        " AND account = 'late_charges' GROUP BY 1, 2 HAVING coalesce(sum(amount_minor), 0) <>"
        " CASE kind WHEN 'invoice' THEN 0 ELSE total_minor END",
    ),
    (
        "charge {0}: is of another ledger than invoice {1}, or on a charge",
        "SELECT charge.id, invoice.number FROM invoice AS charge"
        " JOIN invoice ON invoice.id = charge.for_invoice_id"
        " WHERE invoice.ledger_id <> charge.ledger_id OR invoice.kind <> 'invoice'",
    ),
    (
        "receipt {0}: the fee its bank kept is {1}, the journal says {2}",
        "SELECT receipt.id, fee_minor, coalesce(said.minor, 0) FROM receipt LEFT JOIN ("
        " SELECT receipt_id, SIGNED AS minor FROM journal_line"
        "  WHERE account = 'bank_fees' AND receipt_id IS NOT NULL GROUP BY 1) AS said"
        " ON receipt_id = receipt.id WHERE fee_minor <> coalesce(said.minor, 0)",
    ),
    (
        "receipt {0}: amount and bank fee are {1}; allocated, unapplied, exchanged, waived and gone"
        " back come to {2}",
        "SELECT receipt.id, amount_minor + fee_minor,"
        " unapplied_minor + coalesce(used.minor, 0) + coalesce(gone.minor, 0)"
        " FROM receipt LEFT JOIN (SELECT receipt_id,"
        "  sum(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END * amount_minor) AS minor"
        "  FROM allocation GROUP BY 1) AS used ON used.receipt_id = receipt.id"
        " LEFT JOIN (SELECT receipt_id, SIGNED AS minor FROM journal_line"
        "  JOIN journal ON journal.id = journal_id WHERE receipt_id IS NOT NULL"
        "  AND account IN ('unapplied_cash', 'suspense') AND (kind IN"
        "  ('refund_requested', 'refund_undone', 'dispute_lost', 'dispute_won_late',"
        "  'tolerance', 'tolerance_reversed', 'fx_difference', 'fx_difference_reversed',"
        "  'exchange_reversed') OR (kind = 'exchange' AND side = 'D'))"
        "  GROUP BY 1) AS gone ON gone.receipt_id = receipt.id WHERE amount_minor + fee_minor <>"
        " unapplied_minor + coalesce(used.minor, 0) + coalesce(gone.minor, 0)",
    ),
    (
        "adjustment {0}: says {1}, its journal {2}",
        "SELECT a.id, a.amount_minor, coalesce(sum(l.amount_minor), 0) FROM adjustment AS a"
        " LEFT JOIN journal_line AS l ON l.journal_id = a.journal_id AND l.currency = a.currency"
        " AND l.account = CASE a.kind WHEN 'bank_fee' THEN 'bank_fees' ELSE a.kind END"
        " AND l.customer_id = a.customer_id"
        " AND l.invoice_id IS NOT DISTINCT FROM a.invoice_id"
        " AND l.receipt_id IS NOT DISTINCT FROM a.receipt_id"
        " GROUP BY 1, 2 HAVING coalesce(sum(l.amount_minor), 0) <> a.amount_minor",
    ),
    (
        "journal {0}: a {1} that no adjustment names",
        "SELECT journal.id, kind FROM journal WHERE kind IN ('write_off', 'write_off_reversed',"
        " 'tolerance', 'tolerance_reversed', 'fx_difference', 'fx_difference_reversed')"
        " AND NOT EXISTS (SELECT FROM adjustment AS a WHERE a.journal_id = journal.id)",
    ),
    (
        "adjustment {0}: stands, though allocation {1} is undone",
        "SELECT a.id, a.allocation_id FROM adjustment AS a"
        " JOIN allocation AS undone ON undone.reverses_id = a.allocation_id"
        " WHERE a.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT FROM adjustment AS r WHERE r.reverses_id = a.id)",
    ),
    undone("adjustment", "kind", "invoice_id", "receipt_id", "amount_minor", "currency"),
    undone("exchange", "from_receipt_id", "from_minor", "to_receipt_id", "to_minor"),
    (
        "exchange {0}: says {1} for {2}, its journal differs",
        "SELECT e.id, e.from_minor, e.to_minor FROM exchange AS e WHERE 2 <> (SELECT count(*)"
        " FROM journal_line AS l WHERE l.journal_id = e.journal_id AND account = 'unapplied_cash'"
        " AND (l.receipt_id, l.amount_minor, l.side) IN ("
        "  (e.from_receipt_id, e.from_minor, substr('CD', 1 + (e.reverses_id IS NULL)::int, 1)),"
        "  (e.to_receipt_id, e.to_minor, substr('DC', 1 + (e.reverses_id IS NULL)::int, 1))))",
    ),
    (
        "exchange {0}: the receipt it made is of {1}, not of {2}",
        "SELECT e.id, r.amount_minor, e.to_minor FROM exchange AS e JOIN receipt AS r"
        " ON r.id = e.to_receipt_id WHERE r.amount_minor <> e.to_minor OR r.method <> 'exchange'",
    ),
)

CODED_CHECKS: Final[tuple[Check, ...]] = tuple(
    (words, query.replace("SIGNED", SIGNED)) for words, query in _CHECKS
)
