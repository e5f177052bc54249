"""The seller's own documents are kept beside the invoices, byte by byte."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.audit import Fact, record
from foundation.deed import Deed
from receivables.models import InvoiceOriginal


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalDraft:
    """A PDF for an invoice; customer and currency are the invoice's."""

    invoice_id: uuid.UUID
    customer_id: uuid.UUID
    currency: str
    name: str
    content: bytes


def keep_originals(session: Session, drafts: Sequence[OriginalDraft], *, deed: Deed) -> None:
    """Keep each for its customer to fetch; what is kept is never replaced.

    Raises IntegrityError where an invoice has one already.
    """
    if not drafts:
        return
    rows = [_row(draft, deed.at) for draft in drafts]
    session.execute(sa.insert(InvoiceOriginal), rows)
    for draft, row in zip(drafts, rows, strict=True):
        whose = replace(deed, subject_id=draft.customer_id)
        facts: dict[str, Fact] = {"sha256": str(row["sha256"]), "bytes": len(draft.content)}
        record(
            session, "invoice_original.kept", object_id=draft.invoice_id, deed=whose, facts=facts
        )


def _row(draft: OriginalDraft, at: dt.datetime) -> dict[str, object]:
    return {
        "invoice_id": draft.invoice_id,
        "customer_id": draft.customer_id,
        "currency": draft.currency,
        "name": draft.name,
        "sha256": hashlib.sha256(draft.content).hexdigest(),
        "size_bytes": len(draft.content),
        "content": draft.content,
        "created_at": at,
    }
