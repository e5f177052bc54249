"""Credit notes lower what is owed, once and no further, for their own customer and ledger only."""

import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.money import Money
from receivables.actions.allocation import Claim, Settled, Share, Source, book_shares
from receivables.actions.credit import apply_credit_note, use_credit
from receivables.actions.receipts import receive_card
from receivables.actions.reversal import reverse_allocation
from receivables.errors import (
    CreditNoteNumberTaken,
    CreditNoteRefersElsewhere,
    CreditNoteTotalNotPositive,
)
from receivables.models import Allocation, CreditNote, Invoice, JournalLine, Receipt
from receivables.queries.balances import credit_by_ledger, credits_of
from receivables.queries.verify import findings
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.factories.books import a_credit_note, an_account, an_invoice

AMOUNTS = st.integers(min_value=1, max_value=2_000)


def applied(session, account, note, claims, *, operation=None):
    """What applying it settles, in minor units."""
    return apply_credit_note(
        session,
        credit_note_id=note,
        claims=[Claim(invoice_id=i, amount=Money(minor, "EUR")) for i, minor in claims],
        operation_id=operation or uuid.uuid4(),
        deed=account.deed(),
    ).minor


def used(session, account, claims):
    found = use_credit(
        session,
        ledger_id=account.ledger_id,
        currency="EUR",
        claims=[Claim(invoice_id=i, amount=Money(minor, "EUR")) for i, minor in claims],
        operation_id=uuid.uuid4(),
        deed=account.deed(),
    )
    return {invoice_id: amount.minor for invoice_id, amount in found.items()}


def received(session, account, minor):
    return receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(minor, "EUR"),
        deed=account.deed(),
    ).receipt_id


def open_of(session, invoice_id):
    session.expire_all()
    return session.get_one(Invoice, invoice_id).open_minor


def left_of(session, note):
    session.expire_all()
    return session.get_one(CreditNote, note).unapplied_minor


def test_a_credit_note_is_credit_of_its_customer_until_it_is_used(session):
    account = an_account(session)
    note = a_credit_note(session, account, 1_500, lines=[1_000, 500])

    lines = session.execute(
        sa.select(JournalLine.account, JournalLine.side, JournalLine.amount_minor)
        .where(JournalLine.customer_id == account.customer_id)
        .order_by(JournalLine.side.desc())
    ).all()

    assert [tuple(line) for line in lines] == [
        ("gl_control", "D", 1_500),
        ("receivable", "C", 1_500),
    ]
    assert left_of(session, note) == 1_500
    assert credits_of(session, customer_id=account.customer_id) == {"EUR": Money(1_500, "EUR")}


def test_applied_it_settles_what_is_open_and_no_more(session):
    account = an_account(session)
    first, second = an_invoice(session, account, 300), an_invoice(session, account, 500)
    note = a_credit_note(session, account, 600)

    settled = applied(session, account, note, [(first, 400), (second, 1_000)])

    assert settled == 600
    assert (open_of(session, first), open_of(session, second)) == (0, 200)
    assert left_of(session, note) == 0


def test_the_same_operation_applies_it_once(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 500)
    note = a_credit_note(session, account, 300)
    operation = uuid.uuid4()

    first = applied(session, account, note, [(invoice, 100)], operation=operation)
    again = applied(session, account, note, [(invoice, 100)], operation=operation)

    assert (first, again, left_of(session, note)) == (100, 0, 200)


@pytest.mark.parametrize("whose", ["another customer's", "another ledger's"])
def test_an_invoice_elsewhere_is_passed_over(session, whose):
    account = an_account(session)
    elsewhere = an_account(session) if whose == "another customer's" else account
    invoice = an_invoice(session, elsewhere, 500)
    if whose == "another ledger's":
        note_of = an_account(session, ledger="GB09")
        account = type(account)(
            customer_id=account.customer_id,
            contact_id=account.contact_id,
            person_id=account.person_id,
            ledger_id=note_of.ledger_id,
        )
    note = a_credit_note(session, account, 300)

    assert applied(session, account, note, [(invoice, 300)]) == 0
    assert open_of(session, invoice) == 500


@pytest.mark.parametrize(
    ("differs", "law"),
    [
        ("customer", "ck_allocation_credit_note_is_own"),
        ("ledger", "stays within its ledger"),
        ("currency", "fk_"),
        ("amount", "ck_credit_note_unapplied_within"),
    ],
)
def test_the_database_refuses_what_the_action_never_does(session, differs, law):
    account = an_account(session)
    note = a_credit_note(session, account, 300)
    owner = an_account(session) if differs == "customer" else account
    ledger = an_account(session, ledger="GB09").ledger_id if differs == "ledger" else None
    currency = "USD" if differs == "currency" else "EUR"
    bill_to = type(owner)(
        customer_id=owner.customer_id,
        contact_id=owner.contact_id,
        person_id=owner.person_id,
        ledger_id=ledger or owner.ledger_id,
    )
    invoice = an_invoice(session, bill_to, 900, currency=currency)
    amount = Money(301 if differs == "amount" else 200, currency)
    share = Share(
        source=Source(payer_id=account.customer_id, credit_note_id=note),
        of=Settled(invoice_id=invoice, customer_id=owner.customer_id, amount=amount),
    )

    with pytest.raises(IntegrityError, match=law):
        book_shares(
            session,
            [share],
            ledger_id=account.ledger_id,
            operation_id=uuid.uuid4(),
            object_id=note,
            deed=account.deed(),
        )


def test_undone_the_invoice_is_open_and_the_credit_note_free_again(session):
    account = an_account(session)
    invoice = an_invoice(session, account, 500)
    note = a_credit_note(session, account, 300)
    applied(session, account, note, [(invoice, 300)])
    done = session.scalars(sa.select(Allocation.id).where(Allocation.credit_note_id == note)).one()

    reverse_allocation(session, allocation_id=done, reason="wrong invoice", deed=account.deed())

    assert (open_of(session, invoice), left_of(session, note)) == (500, 300)


def test_a_number_is_taken_once_in_a_ledger(session):
    account = an_account(session)
    a_credit_note(session, account, number="CN-1")

    with pytest.raises(CreditNoteNumberTaken):
        a_credit_note(session, account, number="CN-1")


def test_nothing_is_credited_by_a_credit_note_of_nothing(session):
    with pytest.raises(CreditNoteTotalNotPositive):
        a_credit_note(session, an_account(session), lines=[500, -500])


def test_it_refers_to_an_invoice_of_the_same_account_only(session):
    invoice = an_invoice(session, an_account(session))

    with pytest.raises(CreditNoteRefersElsewhere):
        a_credit_note(session, an_account(session), invoice_id=invoice)


def test_credit_notes_are_used_before_money_and_each_for_its_own_invoice_first(session):
    account = an_account(session)
    first, second = an_invoice(session, account, 1_000), an_invoice(session, account, 1_000)
    money = received(session, account, 5_000)
    older = a_credit_note(session, account, 400)
    for_second = a_credit_note(session, account, 300, invoice_id=second)

    assert used(session, account, [(first, 1_000), (second, 1_000)]) == {
        first: 1_000,
        second: 1_000,
    }

    shares = session.execute(
        sa.select(Allocation.credit_note_id, Allocation.invoice_id, Allocation.amount_minor).where(
            Allocation.customer_id == account.customer_id
        )
    ).all()
    assert {tuple(share) for share in shares} == {
        (older, first, 400),
        (for_second, second, 300),
        (None, first, 600),
        (None, second, 700),
    }
    assert session.get_one(Receipt, money).unapplied_minor == 3_700


def test_credit_of_a_ledger_is_its_credit_notes_and_its_money(session):
    account = an_account(session)
    received(session, account, 700)
    a_credit_note(session, account, 300)
    a_credit_note(session, account, 50, currency="USD")

    found = credit_by_ledger(session, customer_id=account.customer_id)

    assert found == {
        (account.ledger_id, "EUR"): Money(1_000, "EUR"),
        (account.ledger_id, "USD"): Money(50, "USD"),
    }


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
    notes=st.lists(st.tuples(AMOUNTS, st.integers(0, 3)), min_size=1, max_size=4),
    money=st.lists(AMOUNTS, max_size=2),
    invoices=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4),
)
def test_whatever_is_used_nothing_is_used_twice_and_the_books_agree(books, notes, money, invoices):
    """Claims are met in their order until all credit is gone; money only after credit notes."""
    with Session(books.engine(postgres.APP), expire_on_commit=False) as session:
        session.info["audit_key"] = AUDIT_KEY
        account = an_account(session)
        ids = [an_invoice(session, account, total) for total, _ in invoices]
        credited = [
            a_credit_note(session, account, minor, invoice_id=dict(enumerate(ids)).get(of))
            for minor, of in notes
        ]
        receipts = [received(session, account, minor) for minor in money]
        claims = [(one, claimed) for one, (_, claimed) in zip(ids, invoices, strict=True)]

        settled = used(session, account, claims)

        left, expected = sum(minor for minor, _ in notes) + sum(money), {}
        for one, (total, claimed) in zip(ids, invoices, strict=True):
            if share := min(total, claimed, left):
                expected[one] = share
                left -= share
        assert settled == expected
        left_of_notes = sum(left_of(session, one) for one in credited)
        assert left_of_notes == max(sum(n for n, _ in notes) - sum(expected.values()), 0)
        told = " ".join(findings(session, AUDIT_KEY))
        assert not [one for one in (*ids, *credited, *receipts) if str(one) in told]
        session.rollback()
