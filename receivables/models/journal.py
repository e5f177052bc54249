"""The books in double entry: journals and their lines, inserted once and never changed.

The database refuses at commit a journal whose debits and credits differ in any currency, that has
fewer than two lines, or whose transaction wrote no audit row; it refuses lines added later.
"""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class Account(enum.StrEnum):
    """The sub-ledger's accounts; each line names the document it moves."""

    RECEIVABLE = "receivable"
    DISCOUNT = "discount"
    GL_CONTROL = "gl_control"
    UNAPPLIED_CASH = "unapplied_cash"
    SUSPENSE = "suspense"
    PSP_CLEARING = "psp_clearing"
    REFUND_CLEARING = "refund_clearing"  # asked for, not yet taken from the card company's balance
    DISPUTE_CLEARING = "dispute_clearing"  # taken back by a payer's bank, not yet decided
    BANK_FEES = "bank_fees"
    PAYOUT_TRANSIT = "payout_transit"  # left the card company, not yet seen at our bank
    BANK_CASH = "bank_cash"
    LATE_CHARGES = "late_charges"  # income from late fees and interest
    WRITE_OFF = "write_off"
    TOLERANCE = "tolerance"
    FX_DIFFERENCE = "fx_difference"
    EXCHANGE = "exchange"  # clearing: what one currency gave and another got


class Side(enum.StrEnum):
    """D: debit, what a customer owes us grows. C: credit."""

    DEBIT = "D"
    CREDIT = "C"


class JournalKind(enum.StrEnum):
    """What happened."""

    INVOICE_ISSUED = "invoice_issued"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    CARD_RECEIPT = "card_receipt"
    ALLOCATION = "allocation"
    ALLOCATION_REVERSED = "allocation_reversed"
    DISCOUNT = "discount"
    DISCOUNT_REVERSED = "discount_reversed"
    DEBIT_RECEIPT = "debit_receipt"
    REFUND_REQUESTED = "refund_requested"
    REFUND_PAID = "refund_paid"
    REFUND_CAME_BACK = "refund_came_back"
    REFUND_UNDONE = "refund_undone"
    DISPUTE_WITHDRAWN = "dispute_withdrawn"
    DISPUTE_REINSTATED = "dispute_reinstated"
    DISPUTE_LOST = "dispute_lost"
    DISPUTE_WON_LATE = "dispute_won_late"
    PSP_FEE = "psp_fee"
    PSP_FEE_BACK = "psp_fee_back"
    PAYOUT_SENT = "payout_sent"
    PAYOUT_CAME_BACK = "payout_came_back"
    LATE_FEE_CHARGED = "late_fee_charged"
    INTEREST_CHARGED = "interest_charged"
    CHARGE_CANCELLED = "charge_cancelled"
    WRITE_OFF = "write_off"
    WRITE_OFF_REVERSED = "write_off_reversed"
    BANK_RECEIPT = "bank_receipt"
    BANK_FEE = "bank_fee"
    BANK_FEE_REVERSED = "bank_fee_reversed"
    TOLERANCE = "tolerance"
    TOLERANCE_REVERSED = "tolerance_reversed"
    FX_DIFFERENCE = "fx_difference"
    FX_DIFFERENCE_REVERSED = "fx_difference_reversed"
    EXCHANGE = "exchange"
    EXCHANGE_REVERSED = "exchange_reversed"


# What takes money of a receipt away from its payer's account, or brings that back.
GOING_BACK = (
    JournalKind.REFUND_REQUESTED,
    JournalKind.REFUND_UNDONE,
    JournalKind.DISPUTE_LOST,
    JournalKind.DISPUTE_WON_LATE,
)


class Journal(Base):
    """One booking: who did it, when it counts (`booked_on`), and which fact it books."""

    __tablename__ = "journal"
    __table_args__ = (
        sa.UniqueConstraint("kind", "source_id"),
        sa.CheckConstraint(
            f"kind IN ({', '.join(repr(kind.value) for kind in JournalKind)})",
            name="kind_known",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    kind: Mapped[str] = mapped_column(sa.String(32))
    source_id: Mapped[uuid.UUID]  # the document, or the operation that allocated
    booked_on: Mapped[dt.date] = mapped_column(index=True)
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("journal.id"), unique=True)
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    actor_id: Mapped[uuid.UUID]
    subject_id: Mapped[uuid.UUID | None]
    impersonation_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str] = mapped_column(sa.String(64))
    posted_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    transaction_id: Mapped[int] = mapped_column(
        sa.BigInteger, server_default=sa.text("txid_current()")
    )


class JournalLine(Base):
    """One side of a booking: a positive amount in minor units on one account."""

    __tablename__ = "journal_line"
    __table_args__ = (
        sa.UniqueConstraint("journal_id", "position"),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_journal_line_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id", "currency"],
            ["receipt.id", "receipt.currency"],
            name="fk_journal_line_receipt",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "credit_note_id", "currency"],
            ["credit_note.customer_id", "credit_note.id", "credit_note.currency"],
            name="fk_journal_line_credit_note",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("side IN ('D', 'C')", name="side_known"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_code"),
        sa.CheckConstraint(
            "CASE account"
            " WHEN 'receivable' THEN customer_id IS NOT NULL AND receipt_id IS NULL"
            " AND num_nonnulls(invoice_id, credit_note_id) = 1"
            " WHEN 'unapplied_cash' THEN customer_id IS NOT NULL AND receipt_id IS NOT NULL"
            " AND invoice_id IS NULL"
            " WHEN 'discount' THEN customer_id IS NOT NULL AND invoice_id IS NOT NULL"
            " AND receipt_id IS NULL"
            " WHEN 'suspense' THEN receipt_id IS NOT NULL AND invoice_id IS NULL"
            " WHEN 'gl_control' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'psp_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'refund_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'dispute_clearing' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'bank_fees' THEN invoice_id IS NULL"
            " WHEN 'payout_transit' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'late_charges' THEN customer_id IS NOT NULL AND invoice_id IS NOT NULL"
            " AND receipt_id IS NULL"
            " WHEN 'write_off' THEN customer_id IS NOT NULL AND invoice_id IS NOT NULL"
            " AND receipt_id IS NULL"
            " WHEN 'tolerance' THEN customer_id IS NOT NULL"
            " AND num_nonnulls(invoice_id, receipt_id) = 1"
            " WHEN 'fx_difference' THEN customer_id IS NOT NULL"
            " AND num_nonnulls(invoice_id, receipt_id) = 1"
            " WHEN 'bank_cash' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " WHEN 'exchange' THEN receipt_id IS NULL AND invoice_id IS NULL"
            " ELSE false END",
            name="account_named",
        ),
        sa.Index(
            "ix_journal_line_books",
            "customer_id",
            "ledger_id",
            "currency",
            "booked_on",
            "journal_id",
            postgresql_include=[
                "account",
                "side",
                "amount_minor",
                "invoice_id",
                "receipt_id",
                "credit_note_id",
            ],
        ),
        sa.CheckConstraint(
            "credit_note_id IS NULL OR account = 'receivable'", name="credit_note_is_receivable"
        ),
        sa.Index("ix_journal_line_invoice_id", "invoice_id"),
        sa.Index("ix_journal_line_receipt_id", "receipt_id"),
        sa.Index(
            "ix_journal_line_credit_note_id",
            "credit_note_id",
            postgresql_where=sa.text("credit_note_id IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    journal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("journal.id"))
    ledger_id: Mapped[uuid.UUID]  # the journal's, as its day: an account is read by lines alone
    booked_on: Mapped[dt.date]
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    account: Mapped[str] = mapped_column(sa.String(16))
    side: Mapped[str] = mapped_column(sa.String(1))
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))
    customer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("customer.id"))
    invoice_id: Mapped[uuid.UUID | None]
    receipt_id: Mapped[uuid.UUID | None]
    credit_note_id: Mapped[uuid.UUID | None]


class AccountDay(Base):
    """What one day changed on an account of a customer: a projection of its lines, by a trigger.

    `change_minor` is debits less credits. An item (`is_item`) is what has a due day of its own, an
    invoice; `due_on` of anything else is the day it was booked. What an account came to on any day
    is a sum over these rows, whatever the number of documents.
    """

    __tablename__ = "account_day"

    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    is_item: Mapped[bool] = mapped_column(primary_key=True)
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    booked_on: Mapped[dt.date] = mapped_column(primary_key=True)
    due_on: Mapped[dt.date] = mapped_column(primary_key=True)
    change_minor: Mapped[int] = mapped_column(sa.BigInteger)
