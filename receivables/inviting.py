"""Inviting as a procedure: a letter is counted before it is written, so that nobody sends a flood.

The count is committed first and holds over many processes.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from foundation.database import TransactionFactory
from foundation.deed import Deed
from foundation.limits import Limit
from people.attempts import key_of, spend_one
from people.emails import one_spelling
from receivables.actions.invitations import invite
from receivables.models import ContactRole

DAY = dt.timedelta(days=1)
BY_ACCOUNT = Limit("invitation.account", 20, DAY)
BY_EMAIL = Limit("invitation.email", 5, DAY)  # from whomever: nobody's mailbox is filled


def invite_colleague(
    transaction: TransactionFactory,
    *,
    email: str,
    role: ContactRole,
    account_ids: Collection[uuid.UUID],
    deed: Deed,
) -> uuid.UUID:
    """Invite somebody to the subject and some of its branches; the invitation's id.

    Raises TooManyAttempts and what `invite` raises.
    """
    counted = ((BY_ACCOUNT, str(deed.subject_id)), (BY_EMAIL, key_of(one_spelling(email))))
    spend_one(transaction, counted, at=deed.at)
    named = sorted({*account_ids, *filter(None, [deed.subject_id])})
    with transaction(customer=named, person=deed.actor_id, lock={"customer": named}) as session:
        return invite(session, email=email, role=role, account_ids=account_ids, deed=deed)
