"""What proves a person besides the password: an app, and codes for when it is lost."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.keyring import Concealed
from foundation.secrets_at_rest import ConcealedText


class CodeSecret(Base):
    """What an authenticator app and we share; it counts once a code of it was typed."""

    __tablename__ = "code_secret"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    secret: Mapped[Concealed] = mapped_column(ConcealedText)
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # no older code is taken


class RecoveryCode(Base):
    """One way in without the app, good once. Only the SHA-256 of 80 random bits is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        sa.CheckConstraint("octet_length(code_hash) = 32", name="code_hashed"),
        sa.Index("ix_recovery_code_of_person", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    used_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
