"""Early-payment discount: earned by the day the money came, and the parts add up to the invoice."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.money import Money
from foundation.paging import Cut
from receivables.actions.allocation import Claim, allocate_up_to
from receivables.actions.credit import apply_credit_note, use_credit
from receivables.actions.discounts import _postings
from receivables.actions.journal import Booking, post
from receivables.actions.receipts import receive_card
from receivables.actions.reversal import reverse_allocation
from receivables.discounts import DiscountTerms, discount_left
from receivables.errors import InvoiceDiscountUnlikely
from receivables.models import Allocation, Invoice, JournalKind, Side
from receivables.queries.account_activity import movements
from receivables.queries.discounts import offers_of, taken_minor
from receivables.queries.standing import Books
from receivables.queries.verify import findings
from serve import postgres
from tests.databases import AUDIT_KEY
from tests.factories.books import NOW, a_credit_note, an_account, an_invoice

ISSUED, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 11)
TWO_PER_CENT = DiscountTerms(until=LAST, percent=Decimal(2))
A_DAY = dt.timedelta(days=1)


def promising(session, account, minor=100_000, terms=TWO_PER_CENT):
    return an_invoice(session, account, minor, issued_on=ISSUED, discount=terms)


def received(session, account, minor, *, on=LAST):
    return receive_card(
        session,
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        amount=Money(minor, "EUR"),
        deed=account.deed(NOW, on=on),
    ).receipt_id


def paid(session, account, invoice, minor, *, on=LAST, received_on=None):
    receipt = received(session, account, minor, on=received_on or on)
    allocate_up_to(
        session,
        receipt_id=receipt,
        claims=[Claim(invoice_id=invoice, amount=Money(minor, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(NOW, on=on),
    )
    return receipt


def applied(session, account, note, invoice, minor, *, on=LAST):
    apply_credit_note(
        session,
        credit_note_id=note,
        claims=[Claim(invoice_id=invoice, amount=Money(minor, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(NOW, on=on),
    )


def stands(session, invoice):
    """What is open, and the discount taken."""
    session.expire_all()
    return session.get_one(Invoice, invoice).open_minor, taken_minor(session, invoice)


def offered(session, account, invoice, on):
    found = offers_of(session, customer_id=account.customer_id, invoice_ids=[invoice], on=on)
    return (found[invoice].pays.minor, found[invoice].discount.minor) if found else None


def test_who_pays_the_discounted_amount_on_the_last_day_settles_the_invoice_whole(session):
    account = an_account(session)
    invoice = promising(session, account)

    paid(session, account, invoice, 98_000)

    assert stands(session, invoice) == (0, 2_000)


def test_money_of_the_day_after_does_not_earn_it(session):
    account = an_account(session)
    invoice = promising(session, account)

    paid(session, account, invoice, 98_000, on=LAST + A_DAY)

    assert stands(session, invoice) == (2_000, 0)


def test_the_day_the_money_came_counts_not_the_day_it_was_applied(session):
    account = an_account(session)
    invoice = promising(session, account)

    paid(session, account, invoice, 98_000, on=LAST + 9 * A_DAY, received_on=LAST)

    assert stands(session, invoice) == (0, 2_000)


def test_parts_earn_it_together_when_all_came_in_time(session):
    account = an_account(session)
    in_time, late = promising(session, account), promising(session, account)

    paid(session, account, in_time, 50_000, on=ISSUED)
    between = stands(session, in_time)
    paid(session, account, in_time, 48_000)
    paid(session, account, late, 50_000)
    paid(session, account, late, 48_000, on=LAST + A_DAY)

    assert between == (50_000, 0)
    assert (stands(session, in_time), stands(session, late)) == ((0, 2_000), (2_000, 0))


def test_credit_on_the_account_earns_it_by_the_day_it_came_in(session):
    account = an_account(session)
    invoice = promising(session, account)
    received(session, account, 98_000, on=LAST)

    use_credit(
        session,
        ledger_id=account.ledger_id,
        currency="EUR",
        claims=[Claim(invoice_id=invoice, amount=Money(98_000, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(NOW, on=LAST + 3 * A_DAY),
    )

    assert stands(session, invoice) == (0, 2_000)


def test_what_was_credited_earns_nothing(session):
    account = an_account(session)
    invoice = promising(session, account)
    note = a_credit_note(session, account, 25_000, issued_on=ISSUED)
    applied(session, account, note, invoice, 25_000)

    assert offered(session, account, invoice, LAST) == (73_500, 1_500)
    paid(session, account, invoice, 73_500)
    assert stands(session, invoice) == (0, 1_500)


def test_it_is_offered_until_its_last_day_and_not_after(session):
    account = an_account(session)
    invoice = promising(session, account)

    assert offered(session, account, invoice, LAST) == (98_000, 2_000)
    assert offered(session, account, invoice, LAST + A_DAY) is None


def test_undone_the_payment_takes_its_discount_with_it_and_a_new_one_earns_it_again(session):
    account = an_account(session)
    invoice = promising(session, account)
    receipt = paid(session, account, invoice, 98_000)
    done = session.scalars(sa.select(Allocation.id).where(Allocation.receipt_id == receipt)).one()

    reverse_allocation(session, allocation_id=done, reason="wrong invoice", deed=account.deed())
    between = stands(session, invoice)
    allocate_up_to(
        session,
        receipt_id=receipt,
        claims=[Claim(invoice_id=invoice, amount=Money(98_000, "EUR"))],
        operation_id=uuid.uuid4(),
        deed=account.deed(),
    )

    assert between == (100_000, 0)
    assert stands(session, invoice) == (0, 2_000)
    assert str(invoice) not in " ".join(findings(session, AUDIT_KEY))


def test_the_statement_tells_the_discount_as_a_movement_of_its_own(session):
    account = an_account(session)
    invoice = promising(session, account)
    paid(session, account, invoice, 98_000)
    books = Books(customer_id=account.customer_id, ledger_id=account.ledger_id, currency="EUR")

    found = movements(session, books=books, start=ISSUED, end=LAST, cut=Cut(size=9)).rows

    assert {(row.kind, row.change.minor) for row in found} == {
        ("invoice_issued", 100_000),
        ("receipt", -98_000),
        ("discount", -2_000),
    }
    assert found[-1].balance.is_zero


@pytest.mark.parametrize(
    "terms",
    [
        DiscountTerms(until=LAST, amount=Money(0, "EUR")),
        DiscountTerms(until=LAST, amount=Money(100_000, "EUR")),
        DiscountTerms(until=LAST, percent=Decimal("0.0001")),
        DiscountTerms(until=ISSUED - A_DAY, percent=Decimal(2)),
    ],
    ids=["nothing", "all of it", "rounded to nothing", "before its issue"],
)
def test_no_discount_that_cannot_be_meant(session, terms):
    with pytest.raises(InvoiceDiscountUnlikely):
        promising(session, an_account(session), terms=terms)


@pytest.mark.parametrize("promised", [True, False])
def test_the_database_refuses_more_than_was_promised(session, promised):
    account = an_account(session)
    invoice = promising(session, account, terms=TWO_PER_CENT if promised else None)
    booking = Booking(
        ledger_id=account.ledger_id,
        kind=JournalKind.DISCOUNT,
        source_id=uuid.uuid4(),
        deed=account.deed(),
        postings=_postings(invoice, account.customer_id, Money(2_001, "EUR"), Side.DEBIT),
    )

    with pytest.raises(IntegrityError, match="beyond what the invoice promised"):
        post(session, [booking])


@given(
    minor=st.integers(2, 10**12),
    percent=st.decimals("0.01", "99", places=2),
    credited=st.integers(0, 100),
)
def test_half_a_unit_is_rounded_up_and_never_more_is_lost_or_gained(minor, percent, credited):
    promised = DiscountTerms(until=LAST, percent=percent).of(Money(minor, "EUR")).minor
    off = minor * credited // 100

    left = discount_left(promised, minor, off)

    assert abs(promised - minor * percent / 100) <= Decimal("0.5")
    assert abs(Decimal(left) - Decimal(promised * (minor - off)) / minor) <= Decimal("0.5000001")
    assert discount_left(promised, minor, 0) == promised
    assert discount_left(promised, minor, minor) == 0


@pytest.fixture(scope="module")
def books(clones):
    """A database in which nothing is ever committed by these tests."""
    with clones() as database:
        yield database


ACTS = st.lists(
    st.tuples(st.sampled_from(["pay", "credit"]), st.integers(1, 1_200), st.integers(-10, 6)),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(total=st.integers(100, 1_000), percent=st.integers(1, 30), acts=ACTS)
def test_whatever_comes_when_the_parts_add_up_to_the_invoice(books, total, percent, acts):
    """Paid, credited, discount and open are the total; late money never earned the discount."""
    with Session(books.engine(postgres.APP), expire_on_commit=False) as session:
        session.info["audit_key"] = AUDIT_KEY
        account = an_account(session)
        terms = DiscountTerms(until=LAST, percent=Decimal(percent))
        invoice = promising(session, account, total, terms)
        settled = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount_minor), 0)).where(
            Allocation.invoice_id == invoice
        )
        is_late = False
        for act, minor, days in sorted(acts, key=lambda act: act[2]):
            on = LAST + days * A_DAY
            before = session.scalars(settled).one()
            if act == "pay":
                paid(session, account, invoice, minor, on=on)
            else:
                note = a_credit_note(session, account, minor, issued_on=on)
                applied(session, account, note, invoice, minor, on=on)
            is_late |= session.scalars(settled).one() > before and days > 0

        still_open, discount = stands(session, invoice)
        assert session.scalars(settled).one() + discount + still_open == total
        assert 0 <= discount <= terms.of(Money(total, "EUR")).minor
        assert not (is_late and discount)
        assert not discount or still_open == 0
        assert str(invoice) not in " ".join(findings(session, AUDIT_KEY))
        session.rollback()
