"""Who reads the portal in tests."""

import datetime as dt

from foundation.database import TransactionFactory
from people.actions.web_sessions import Visitor, choose_company, start_session
from people.models import Face, Proof
from tests.factories.books import Account
from tests.portal.page_client import PageClient

VISITOR = Visitor(face=Face.PORTAL, address="192.0.2.7", agent="Firefox on a test")


def let_in(
    client: PageClient, transaction: TransactionFactory, account: Account, *, at: dt.datetime
) -> PageClient:
    """Sign the contact in without the sign-in page, which has tests of its own."""
    deed = account.deed(at)
    with transaction() as session:
        started = start_session(
            session, language="en", proof=Proof.PASSWORD, visitor=VISITOR, deed=deed
        )
        choose_company(
            session, session_id=started.session_id, customer_id=account.customer_id, deed=deed
        )
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = started.token
    return client
