"""Credit on the account pays invoices: oldest first, never more than there is, once."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.actions.allocation import Claim
from receivables.actions.credit import use_credit
from receivables.actions.receipts import receive_card
from receivables.actions.standing import change_standing
from receivables.errors import CreditBlocked, NoCreditLeft
from receivables.models import Invoice, Receipt, Standing
from receivables.queries.verify import findings
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.factories.books import a_credit_note, an_account, an_invoice

AMOUNTS = st.integers(min_value=1, max_value=2_000)


def credited(session, account, *minors, currency="EUR"):
    """Receipts that settle nothing yet, the oldest first."""
    return [
        receive_card(
            session,
            ledger_id=account.ledger_id,
            customer_id=account.customer_id,
            amount=Money(minor, currency),
            deed=account.deed(),
        ).receipt_id
        for minor in minors
    ]


def used(session, account, claims, *, operation=None, currency="EUR"):
    """What using the credit settles, in minor units by invoice."""
    found = use_credit(
        session,
        ledger_id=account.ledger_id,
        currency=currency,
        claims=[Claim(invoice_id=i, amount=Money(minor, currency)) for i, minor in claims],
        operation_id=operation or uuid.uuid4(),
        deed=account.deed(),
    )
    return {invoice_id: amount.minor for invoice_id, amount in found.items()}


def left_of(session, receipts):
    session.expire_all()
    return [session.get_one(Receipt, one).unapplied_minor for one in receipts]


def test_the_oldest_credit_is_used_first_and_no_more_than_is_owed(session):
    account = an_account(session)
    first, second = an_invoice(session, account, 300), an_invoice(session, account, 500)
    receipts = credited(session, account, 400, 200)

    settled = used(session, account, [(first, 300), (second, 200)])

    assert settled == {first: 300, second: 200}
    assert left_of(session, receipts) == [0, 100]
    assert session.get_one(Invoice, second).open_minor == 300


def test_credit_ends_before_what_is_owed(session):
    account = an_account(session)
    first, second = an_invoice(session, account, 300), an_invoice(session, account, 500)
    credited(session, account, 350)

    assert used(session, account, [(first, 300), (second, 500)]) == {first: 300, second: 50}


def test_pressing_twice_uses_it_once(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 500)
    receipts = credited(session, account, 300)
    operation = uuid.uuid4()

    first = used(session, account, [(invoice, 200)], operation=operation)
    again = used(session, account, [(invoice, 200)], operation=operation)

    assert (first, again) == ({invoice: 200}, {})
    assert left_of(session, receipts) == [100]


@pytest.mark.parametrize("whose", ["currency", "ledger", "customer"])
def test_only_the_own_credit_of_that_ledger_and_currency_is_used(session, whose):
    account = an_account(session)
    invoice = an_invoice(session, account, 500)
    if whose == "currency":
        credited(session, account, 300, currency="USD")
    elif whose == "ledger":
        elsewhere = an_account(session, ledger="GB09")
        receive_card(
            session,
            ledger_id=elsewhere.ledger_id,
            customer_id=account.customer_id,
            amount=Money(300, "EUR"),
            deed=account.deed(),
        )
    else:
        credited(session, an_account(session), 300)

    with pytest.raises(NoCreditLeft):
        used(session, account, [(invoice, 500)])


@pytest.fixture(scope="module")
def books(clones):
    """A database in which nothing is ever committed by these tests."""
    with clones() as database:
        yield database


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    given_before=st.lists(AMOUNTS, min_size=1, max_size=5),
    invoices=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=5),
)
def test_whatever_is_used_the_books_agree_to_the_cent(books, given_before, invoices):
    """Each claim up to what is open, until the credit is gone; credit given is credit lost."""
    with Session(books.engine(postgres.APP), expire_on_commit=False) as session:
        session.info["audit_key"] = AUDIT_KEY
        account = an_account(session)
        receipts = credited(session, account, *given_before)
        ids = [an_invoice(session, account, total) for total, _ in invoices]

        settled = used(
            session, account, [(i, claimed) for i, (_, claimed) in zip(ids, invoices, strict=True)]
        )

        left, expected = sum(given_before), {}
        for one, (total, claimed) in zip(ids, invoices, strict=True):
            if share := min(total, claimed, left):
                expected[one] = share
                left -= share
        assert settled == expected
        assert sum(left_of(session, receipts)) == left
        told = " ".join(findings(session, AUDIT_KEY))
        assert not [one for one in (*ids, *receipts) if str(one) in told]
        session.rollback()


def test_an_insolvent_customer_cannot_set_its_credit_off(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 10_000)
    a_credit_note(session, account, 4_000)
    change_standing(
        session,
        customer_id=account.customer_id,
        standing=Standing.INSOLVENT,
        reason="the court wrote",
        deed=account.deed(),
    )

    with pytest.raises(CreditBlocked):
        use_credit(
            session,
            ledger_id=account.ledger_id,
            currency="EUR",
            claims=[Claim(invoice_id=invoice, amount=Money(4_000, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=account.deed(),
        )
