"""Which accounts an admin looks after from where they stand: the company chosen and its branches.

Nobody gives away more than they hold: a branch counts only where the reader is its admin, too.
"""

import uuid
from collections.abc import Sequence

from portal.auth import companies, me
from receivables.models import ContactRole
from receivables.queries.customers import ContactRight


def managed_accounts() -> tuple[ContactRight, ...]:
    """The chosen company, then the branches below it, of those the reader is an admin of."""
    return managed_among(companies(), me().customer_id)


def managed_among(
    rights: Sequence[ContactRight], customer_id: uuid.UUID
) -> tuple[ContactRight, ...]:
    """The same among these rights, seen from that customer."""
    admin_of = {one.customer_id: one for one in rights if one.role == ContactRole.ADMIN}
    here = [one for one in admin_of.values() if one.customer_id == customer_id]
    below = [
        one
        for one in admin_of.values()
        if one.customer_id != customer_id and _is_below(one, customer_id, rights)
    ]
    return (*here, *below)


def _is_below(one: ContactRight, head_id: uuid.UUID, rights: Sequence[ContactRight]) -> bool:
    """Whether a chain of parents the reader may see leads up to the head office."""
    parents = {right.customer_id: right.parent_id for right in rights}
    at, climbed = one.parent_id, 0
    while at is not None and at != head_id and climbed < len(parents):
        at, climbed = parents.get(at), climbed + 1
    return at == head_id
