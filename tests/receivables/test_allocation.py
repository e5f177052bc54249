"""Cash application: never more than there is, in the order given, and undone to the cent."""

import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.receipts import receive_card
from receivables.actions.reversal import reverse_allocation
from receivables.errors import AllocationAlreadyReversed
from receivables.models import Allocation, Invoice, Receipt
from receivables.queries.verify import findings
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.factories.books import an_account, an_invoice

AMOUNTS = st.integers(min_value=1, max_value=2_000)
INVOICES = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=6)  # (total, claimed)
PROFILE = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def books(clones):
    """A database in which nothing is ever committed by these tests."""
    with clones() as database:
        yield database


@pytest.fixture
def rolled_back(books):
    """Opens sessions that are rolled back, one an example."""

    def opened() -> Session:
        session = Session(books.engine(postgres.APP), expire_on_commit=False)
        session.info["audit_key"] = AUDIT_KEY
        return session

    return opened


def spread(left, invoices):
    """The rule in plain numbers: each claim up to what is open, until the money is gone."""
    given = []
    for total, claimed in invoices:
        share = min(total, claimed, left)
        given.append(share)
        left -= share
    return given, left


def pay(session, account, received, invoices):
    """Receive so much and allocate it to fresh invoices with these totals and claims."""
    ids = [an_invoice(session, account, total) for total, _claimed in invoices]
    receipt = receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(received, "EUR"),
        deed=account.deed(),
    ).receipt_id
    claims = [
        Claim(invoice_id=invoice, amount=Money(claimed, "EUR"))
        for invoice, (_total, claimed) in zip(ids, invoices, strict=True)
    ]
    allocated = allocate_up_to(
        session,
        receipt_id=receipt,
        claims=claims,
        operation_id=uuid.uuid4(),
        deed=account.deed(),
    )
    return ids, receipt, allocated


def balances(session, ids, receipt):
    open_of = dict(
        session.execute(sa.select(Invoice.id, Invoice.open_minor).where(Invoice.id.in_(ids))).all()
    )
    unapplied = session.scalar(sa.select(Receipt.unapplied_minor).where(Receipt.id == receipt))
    return [open_of[invoice] for invoice in ids], unapplied


@PROFILE
@given(received=AMOUNTS, invoices=INVOICES)
def test_money_is_handed_out_in_order_and_never_more_than_there_is(rolled_back, received, invoices):
    with rolled_back() as session:
        account = an_account(session)

        ids, receipt, allocated = pay(session, account, received, invoices)

        shares, left = spread(received, invoices)
        totals = [total for total, _claimed in invoices]
        assert allocated == Money(sum(shares), "EUR")
        assert balances(session, ids, receipt) == (
            [total - share for total, share in zip(totals, shares, strict=True)],
            left,
        )
        session.rollback()


@PROFILE
@given(received=AMOUNTS, invoices=INVOICES, data=st.data())
def test_undoing_restores_exactly_what_was_in_any_order(rolled_back, received, invoices, data):
    with rolled_back() as session:
        account = an_account(session)
        ids, receipt, _allocated = pay(session, account, received, invoices)
        rows = session.scalars(
            sa.select(Allocation.id).where(Allocation.receipt_id == receipt)
        ).all()

        for row in data.draw(st.permutations(rows)):
            reverse_allocation(session, allocation_id=row, reason="test", deed=account.deed())

        assert balances(session, ids, receipt) == ([total for total, _ in invoices], received)
        assert not [line for line in findings(session, AUDIT_KEY) if str(receipt) in line]
        session.rollback()


@PROFILE
@given(received=AMOUNTS, first=INVOICES, data=st.data())
def test_a_receipt_is_spent_once_however_often_it_is_allocated(rolled_back, received, first, data):
    with rolled_back() as session:
        account = an_account(session)
        ids, receipt, allocated = pay(session, account, received, first)
        claims = [
            Claim(invoice_id=invoice, amount=Money(data.draw(AMOUNTS), "EUR"))
            for invoice in data.draw(st.permutations(ids))
        ]

        again = allocate_up_to(
            session,
            receipt_id=receipt,
            claims=claims,
            operation_id=uuid.uuid4(),
            deed=account.deed(),
        )

        still_open, unapplied = balances(session, ids, receipt)
        assert allocated.minor + again.minor + unapplied == received
        assert min(still_open) >= 0
        session.rollback()


def test_an_allocation_is_undone_once(standing):
    with standing.transaction() as session:
        done = session.scalars(
            sa.select(Allocation.id).where(Allocation.invoice_id == standing.alice.paid)
        ).one()
        deed = standing.alice.account.deed()
        reverse_allocation(session, allocation_id=done, reason="wrong invoice", deed=deed)

        with pytest.raises(AllocationAlreadyReversed):
            reverse_allocation(session, allocation_id=done, reason="again", deed=deed)


def test_an_undoing_cannot_be_undone(standing):
    with standing.transaction() as session:
        done = session.scalars(
            sa.select(Allocation.id).where(Allocation.invoice_id == standing.bruno.paid)
        ).one()
        deed = standing.bruno.account.deed()
        reverse_allocation(session, allocation_id=done, reason="wrong invoice", deed=deed)
        undoing = session.scalars(
            sa.select(Allocation.id).where(Allocation.reverses_id == done)
        ).one()

        with pytest.raises(AllocationAlreadyReversed):
            reverse_allocation(session, allocation_id=undoing, reason="again", deed=deed)


def test_a_claim_on_a_strange_invoice_is_passed_over(standing):
    with standing.transaction() as session:
        receipt = receive_card(
            session,
            ledger_id=standing.alice.account.ledger_id,
            customer_id=standing.alice.account.customer_id,
            amount=Money(500, "EUR"),
            deed=standing.alice.account.deed(),
        ).receipt_id

        allocated = allocate_up_to(
            session,
            receipt_id=receipt,
            claims=[Claim(invoice_id=uuid.uuid4(), amount=Money(500, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=standing.alice.account.deed(),
        )

    assert allocated == Money(0, "EUR")
