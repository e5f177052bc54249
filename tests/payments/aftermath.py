"""Reading what became of money, in tests of debits, refunds and disputes."""

import sqlalchemy as sa

from tests.factories.books import open_minor

RETURNED = {
    "state": "succeeded",
    "open": 10_000,
    "receipts": [(10_000, 0)],
    "disputes": [("lost", 10_000)],
    "ledger": {"psp_clearing": 0, "unapplied_cash": 0, "dispute_clearing": 0},
    "cases": ["debit_returned"],
}


def charge_of(till) -> str:
    """The latest charge that took money."""
    return [b.charge_id for b in till.world.books() if b.status == "succeeded"][-1]


def ledger_of(till) -> dict[str, int]:
    """What this customer's journals left on each account but receivables; debits are positive."""
    return dict(
        rows_of(
            till,
            "SELECT account, sum(CASE side WHEN 'D' THEN 1 ELSE -1 END * amount_minor)::bigint"
            " FROM journal_line JOIN journal ON journal.id = journal_id"
            " WHERE account NOT IN ('receivable', 'gl_control') AND subject_id = :customer"
            " GROUP BY 1",
        )
    )


def told(till, payment, invoice) -> dict:
    """Everything that must not depend on the order of messages."""
    return {
        "state": till.state(payment),
        "open": open_minor(till.transaction, invoice),
        "receipts": rows_of(
            till,
            "SELECT amount_minor, unapplied_minor FROM receipt WHERE customer_id = :customer",
        ),
        "disputes": rows_of(
            till,
            "SELECT state, amount_minor FROM card_dispute WHERE customer_id = :customer",
        ),
        "ledger": ledger_of(till),
        "cases": [
            kind
            for (kind,) in rows_of(
                till, "SELECT kind FROM payment_case WHERE customer_id = :customer ORDER BY 1"
            )
        ],
    }


def rows_of(till, statement: str) -> list[tuple]:
    """Rows of this customer."""
    with till.transaction() as session:
        found = session.execute(sa.text(statement), {"customer": till.account.customer_id})
        return [tuple(row) for row in found]
