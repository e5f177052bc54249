"""What is owed. Amounts never change after issue; `open_minor` follows the journal by itself.

A trigger on journal lines keeps `open_minor` (no role of ours may write it), triggers on invoices
keep `open_balance` and the days an invoice was open; `dev.py verify` recomputes them from the
journal.
"""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.money import Money

KEY = sa.String(collation="C")  # compared by bytes, so that row-level security may use the index


class InvoiceKind(enum.StrEnum):
    """What an open item was issued for: goods, or lateness with another invoice."""

    INVOICE = "invoice"
    LATE_FEE = "late_fee"
    INTEREST = "interest"


class Invoice(Base):
    """One issued invoice of a ledger, or a late fee or interest charged on one.

    A charge names the overdue invoice, and interest the last day it was counted for. What was given
    up is `written_off_minor`, or of a charge `cancelled_minor`; both follow the journal.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        sa.UniqueConstraint("ledger_id", "number"),
        sa.UniqueConstraint("customer_id", "id", "currency"),
        sa.CheckConstraint("total_minor > 0", name="total_positive"),
        sa.CheckConstraint("open_minor BETWEEN 0 AND total_minor", name="open_within_total"),
        sa.CheckConstraint(
            "discount_minor > 0 AND discount_minor < total_minor", name="discount_within_total"
        ),
        sa.CheckConstraint(
            "(discount_minor IS NULL) = (discount_until IS NULL)", name="discount_whole"
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_code"),
        sa.CheckConstraint("kind IN ('invoice', 'late_fee', 'interest')", name="kind_known"),
        sa.CheckConstraint(
            "(kind = 'invoice') = (for_invoice_id IS NULL)", name="charge_names_invoice"
        ),
        sa.CheckConstraint(
            "(kind = 'interest') = (interest_until IS NOT NULL)", name="interest_has_last_day"
        ),
        sa.CheckConstraint(
            "written_off_minor >= 0 AND cancelled_minor >= 0"
            " AND open_minor + written_off_minor + cancelled_minor <= total_minor",
            name="given_up_within",
        ),
        sa.CheckConstraint(
            "kind <> 'invoice' OR cancelled_minor = 0", name="only_charges_cancelled"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id", "for_invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_invoice_for_invoice",
        ),
        sa.Index(
            "ix_invoice_for_invoice_id",
            "for_invoice_id",
            postgresql_where=sa.text("for_invoice_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_invoice_standing_late_fee",
            "for_invoice_id",
            unique=True,
            postgresql_where=sa.text("kind = 'late_fee' AND cancelled_minor = 0"),
        ),
        sa.Index(
            "uq_invoice_standing_interest",
            "for_invoice_id",
            "interest_until",
            unique=True,
            postgresql_where=sa.text("kind = 'interest' AND cancelled_minor = 0"),
        ),
        sa.Index(
            "ix_invoice_open_due",
            "customer_id",
            "due_on",
            "id",
            postgresql_where=sa.text("open_minor > 0"),
        ),
        sa.Index("ix_invoice_due", "customer_id", "due_on", "id"),
        sa.Index("ix_invoice_issued", "customer_id", "issued_on", "id"),
        sa.Index("ix_invoice_number", "customer_id", "number_key", "id"),
        sa.Index("ix_invoice_digits", "customer_id", "number_digits"),
        sa.Index("ix_invoice_purchase", "customer_id", "purchase_key"),
        sa.Index("ix_invoice_open_amount", "customer_id", "open_minor", "id"),
        sa.Index(
            "ix_invoice_standing",
            "customer_id",
            "ledger_id",
            "currency",
            "due_on",
            "id",
            "open_from",
            "open_until",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"))
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    number: Mapped[str] = mapped_column(sa.String(32))
    purchase_order: Mapped[str | None] = mapped_column(sa.String(64))
    issued_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    currency: Mapped[str] = mapped_column(sa.String(3))
    total_minor: Mapped[int] = mapped_column(sa.BigInteger)
    open_minor: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    # Nothing was left before the first of these days, and nothing is from the second on.
    open_from: Mapped[dt.date] = mapped_column(server_default=sa.text("'0001-01-01'"))
    open_until: Mapped[dt.date] = mapped_column(server_default=sa.text("'9999-12-31'"))
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    discount_minor: Mapped[int | None] = mapped_column(sa.BigInteger)  # for money that came by then
    discount_until: Mapped[dt.date | None]
    kind: Mapped[str] = mapped_column(sa.String(16), server_default=sa.text("'invoice'"))
    for_invoice_id: Mapped[uuid.UUID | None]
    interest_until: Mapped[dt.date | None]
    written_off_minor: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    cancelled_minor: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))

    # Letters and digits only; the number's last run of digits; the same for the purchase order.
    number_key: Mapped[str] = mapped_column(
        KEY, sa.Computed("upper(regexp_replace(number, '[^[:alnum:]]', '', 'g'))", persisted=True)
    )
    number_digits: Mapped[str] = mapped_column(
        KEY,
        sa.Computed("coalesce(substring(number from '0*([0-9]+)[^0-9]*$'), '')", persisted=True),
    )
    purchase_key: Mapped[str] = mapped_column(
        KEY,
        sa.Computed(
            "upper(regexp_replace(coalesce(purchase_order, ''), '[^[:alnum:]]', '', 'g'))",
            persisted=True,
        ),
    )

    @property
    def total(self) -> Money:
        """What was invoiced, tax included."""
        return Money(self.total_minor, self.currency)

    @property
    def still_open(self) -> Money:
        """What is left to pay, as of the moment the row was read."""
        return Money(self.open_minor, self.currency)


class InvoiceLine(Base):
    """One line of an invoice; the lines' net and tax add up to the invoice's total."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        sa.UniqueConstraint("invoice_id", "position"),
        sa.ForeignKeyConstraint(
            ["customer_id", "invoice_id", "currency"],
            ["invoice.customer_id", "invoice.id", "invoice.currency"],
            name="fk_invoice_line_invoice",
        ),
        sa.CheckConstraint("position > 0", name="position_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invoice_id: Mapped[uuid.UUID]
    customer_id: Mapped[uuid.UUID]
    position: Mapped[int] = mapped_column(sa.Integer)
    description: Mapped[str] = mapped_column(sa.String(500))
    quantity: Mapped[str] = mapped_column(sa.String(32))  # as printed on the invoice, "12" or "1.5"
    unit: Mapped[str] = mapped_column(sa.String(16))
    net_minor: Mapped[int] = mapped_column(sa.BigInteger)
    tax_minor: Mapped[int] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3))


class OpenBalance(Base):
    """What a customer owes by due day: a projection of invoices, kept by a trigger.

    Totals, overdue and aging of a customer are sums over a few hundred such rows, whatever the
    number of invoices.
    """

    __tablename__ = "open_balance"

    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    ledger_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    due_on: Mapped[dt.date] = mapped_column(primary_key=True)
    open_minor: Mapped[int] = mapped_column(sa.BigInteger)
    open_count: Mapped[int] = mapped_column(sa.Integer)
