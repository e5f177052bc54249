"""Methods kept for the next payment: a card or a bank account, saved on the provider's page.

What the provider knows one by is a secret at rest: whoever has it and our key may charge it.
"""

import datetime as dt
import enum
import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.keyring import Concealed
from foundation.secrets_at_rest import ConcealedText

MOMENT = sa.DateTime(timezone=True)


class SavedMethodState(enum.StrEnum):
    """Where a saved method stands."""

    ASKED = "asked"  # our intent is stored; the provider is being asked for its page
    OPEN = "open"  # the page waits for a card or an account
    SAVED = "saved"  # can be paid with
    LEAVING = "leaving"  # pays nothing any more; the provider is being told
    REMOVED = "removed"  # the provider has let go of it
    LAPSED = "lapsed"  # the page was closed or given up: nothing was saved


class MethodKind(enum.StrEnum):
    """What is saved, by the provider's names."""

    CARD = "card"
    SEPA = "sepa_debit"
    ACH = "us_bank_account"


S = SavedMethodState
MOVES: Final[dict[SavedMethodState, frozenset[SavedMethodState]]] = {
    S.ASKED: frozenset({S.OPEN, S.SAVED, S.LAPSED}),
    S.OPEN: frozenset({S.SAVED, S.LAPSED}),
    S.SAVED: frozenset({S.LEAVING, S.REMOVED}),
    S.LEAVING: frozenset({S.REMOVED}),
    S.REMOVED: frozenset(),
    S.LAPSED: frozenset({S.SAVED}),  # the provider knows better: it was saved after all
}
BEGUN: Final = frozenset({S.ASKED, S.OPEN})
# A debit collects its own currency only; a card pays in any. Asking for a page takes a currency.
CURRENCY_OF: Final = {MethodKind.SEPA: "EUR", MethodKind.ACH: "USD"}


class SavedMethod(Base):
    """One method of a customer, added by one of its contacts; what may be shown of it."""

    __tablename__ = "saved_method"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "id"),
        sa.ForeignKeyConstraint(
            ["customer_id", "contact_id"],
            ["contact.customer_id", "contact.id"],
            name="fk_saved_method_contact",
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'open', 'saved', 'leaving', 'removed', 'lapsed')",
            name="state_known",
        ),
        sa.CheckConstraint("kind IN ('card', 'sepa_debit', 'us_bank_account')", name="kind_known"),
        sa.CheckConstraint(
            "(state IN ('saved', 'leaving', 'removed'))"
            " = (method_ref IS NOT NULL AND customer_ref IS NOT NULL AND saved_at IS NOT NULL)",
            name="named_if_saved",
        ),
        sa.Index("ix_saved_method_of_customer", "customer_id", "created_at", "id"),
        sa.Index(
            "ix_saved_method_check",
            "next_check_at",
            postgresql_where=sa.text("next_check_at IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    customer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer.id"))
    contact_id: Mapped[uuid.UUID]
    added_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    operation_id: Mapped[uuid.UUID] = mapped_column(unique=True)  # made by the page that asked
    kind: Mapped[str] = mapped_column(sa.String(16))
    state: Mapped[str] = mapped_column(sa.String(16))
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    session_ref: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    page_url: Mapped[str | None] = mapped_column(sa.String(4000))
    return_url: Mapped[str] = mapped_column(sa.String(500))  # asking again asks the same
    language: Mapped[str] = mapped_column(sa.String(2))
    customer_ref: Mapped[Concealed | None] = mapped_column(ConcealedText)
    method_ref: Mapped[Concealed | None] = mapped_column(ConcealedText)
    method_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # to find it by
    brand: Mapped[str | None] = mapped_column(sa.String(32))  # or the bank
    last_four: Mapped[str | None] = mapped_column(sa.String(4))
    expiry_month: Mapped[int | None] = mapped_column(sa.SmallInteger)
    expiry_year: Mapped[int | None] = mapped_column(sa.SmallInteger)
    created_at: Mapped[dt.datetime] = mapped_column(MOMENT)
    expires_at: Mapped[dt.datetime] = mapped_column(MOMENT)  # the page
    saved_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    removed_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    next_check_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    checks: Mapped[int] = mapped_column(sa.Integer, default=0)
