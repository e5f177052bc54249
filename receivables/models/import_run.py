"""Files our people gave us: what was read, what became of it."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class ImportRun(Base):
    """One accepted file. Lines are recognised by their own numbers, so a repeat adds nothing."""

    __tablename__ = "import_run"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('customers', 'invoices', 'credit_notes', 'contacts', 'originals')",
            name="kind_known",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(sa.String(16))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    rows_read: Mapped[int] = mapped_column(sa.Integer)
    rows_added: Mapped[int] = mapped_column(sa.Integer)
    rows_unchanged: Mapped[int] = mapped_column(sa.Integer)
    actor_id: Mapped[uuid.UUID]
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
