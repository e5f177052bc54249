"""Any file imports to exactly its sums; again, in any order and dialect, it adds nothing."""

import random
import uuid
from collections import Counter

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.money import Money
from receivables.actions.customers import open_ledger
from receivables.imports.invoices import import_invoices
from receivables.models import Customer, Invoice, InvoiceLine
from receivables.queries.verify import findings
from tests.databases import AUDIT_KEY
from tests.factories.books import a_deed
from tests.receivables.imports import files

TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]),
    min_size=1,
    max_size=20,
).map(lambda text: text.strip(" ") or "-")
CURRENCY = st.sampled_from(["EUR", "JPY", "TND", "USD"])
LINES = st.lists(
    st.tuples(st.integers(-5_000, 90_000), st.integers(0, 999)), min_size=1, max_size=4
)
INVOICE = st.tuples(st.sampled_from(["C1", "C2"]), CURRENCY, LINES, TEXT).filter(
    lambda invoice: sum(net + tax for net, tax in invoice[2]) > 0
)
DIALECT = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t"]),
        "line_end": st.sampled_from(["\n", "\r\n"]),
        "mark": st.sampled_from(["", "\ufeff"]),
    }
)


def rows_of(ledger, invoices):
    return [
        {
            "ledger": ledger,
            "number": f"N{place}",
            "customer_number": customer,
            "currency": currency,
            "line_description": text,
            "net": Money(net, currency).decimal_text(),
            "tax": Money(tax, currency).decimal_text(),
        }
        for place, (customer, currency, lines, text) in enumerate(invoices)
        for net, tax in lines
    ]


def sums_of(session, ledger_id):
    """What the books have of a ledger, by customer and currency, and its lines as they are."""
    totals = sa.select(Customer.number, Invoice.currency, sa.func.sum(Invoice.total_minor)).join(
        Customer, Customer.id == Invoice.customer_id
    )
    totals = totals.where(Invoice.ledger_id == ledger_id).group_by(
        Customer.number, Invoice.currency
    )
    lines = sa.select(InvoiceLine.description, InvoiceLine.net_minor, InvoiceLine.tax_minor).join(
        Invoice, Invoice.id == InvoiceLine.invoice_id
    )
    found = Counter(map(tuple, session.execute(lines.where(Invoice.ledger_id == ledger_id))))
    return {(number, code): int(total) for number, code, total in session.execute(totals)}, found


@given(st.lists(INVOICE, min_size=1, max_size=6), DIALECT, DIALECT, st.randoms())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_file_imports_to_exactly_its_sums_once(shared_books, invoices, first, second, order):
    code = uuid.uuid4().hex[:16]
    with shared_books() as session:
        ledger_id = open_ledger(session, code=code, name="Seller", country="FR")
    rows = rows_of(code, invoices)
    shuffled = random.Random(order.random()).sample(rows, len(rows))

    once = import_invoices(shared_books, files.invoices(*rows, **first), deed=a_deed())
    again = import_invoices(shared_books, files.invoices(*shuffled, **second), deed=a_deed())

    expected: Counter[tuple[str, str]] = Counter()
    for customer, currency, lines, _ in invoices:
        expected[customer, currency] += sum(net + tax for net, tax in lines)
    lines = Counter((text, *line) for _, _, lines, text in invoices for line in lines)
    with shared_books() as session:
        sums, found = sums_of(session, ledger_id)
        wrong = list(findings(session, AUDIT_KEY))
    assert (once.counts.new, again.counts.new) == (len(invoices), 0)
    assert (sums, found, wrong) == (dict(expected), lines, [])
