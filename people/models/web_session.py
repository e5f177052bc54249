"""Where somebody is signed in: one row a browser, revocable."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

AGENT_LENGTH_MAX = 200


class Face(enum.StrEnum):
    """Which of our faces a session belongs to; one never opens another."""

    PORTAL = "portal"
    CONSOLE = "console"


class Proof(enum.StrEnum):
    """How the person proved who they are."""

    PASSWORD = "password"  # noqa: S105 (a kind of proof, no secret)
    LINK = "link"
    PASSKEY = "passkey"  # on a device that recognised its owner: needs no second proof


class WebSession(Base):
    """One signed-in browser. Only the SHA-256 of its token is kept.

    `customer_id` is the company the person chose; it points up the house, so it is no foreign key,
    and every request checks it against the person's contacts.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        sa.CheckConstraint("octet_length(token_hash) = 32", name="token_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="expires_later"),
        sa.CheckConstraint("face IN ('portal', 'console')", name="face_known"),
        sa.CheckConstraint("proof IN ('password', 'link', 'passkey')", name="proof_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    face: Mapped[str] = mapped_column(sa.String(8))
    proof: Mapped[str] = mapped_column(sa.String(8))
    customer_id: Mapped[uuid.UUID | None]
    created_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    last_seen_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    expires_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True))
    revoked_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    address: Mapped[str] = mapped_column(sa.String(45))  # the longest spelling of an IPv6 address
    # Signed in by the first proof only: opens nothing but the page that asks for the code.
    awaits_code: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    agent: Mapped[str] = mapped_column(sa.String(AGENT_LENGTH_MAX))
