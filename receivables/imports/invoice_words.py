"""Why an invoice of a file cannot be issued: it does not fit the books, or is there already."""

from collections.abc import Collection, Iterator
from typing import Final

from foundation.i18n import gettext as _
from foundation.money import Money
from receivables.imports.fields import AMOUNT_MINOR_MAX
from receivables.imports.invoice_rows import Head, InvoiceFile
from receivables.imports.known import KnownCustomer, KnownInvoice

Refusal = tuple[str, str]  # the column it is about, the sentence
LEDGERS_NAMED_MAX: Final = 6


def refusals(
    file: InvoiceFile, head: Head, ledgers: Collection[str], customer: KnownCustomer | None
) -> Iterator[Refusal]:
    """Why the invoice cannot be issued, whatever else the books hold.

    One with a bad line is only asked for its ledger and customer: its sum is not known.
    """
    if head.ledger and head.ledger not in ledgers:
        yield "ledger", no_such_ledger(head.ledger, sorted(ledgers))
    if head.customer_number and customer is None:
        yield (
            "customer_number",
            _(
                "There is no customer %(number)s. Import the customers first.",
                number=head.customer_number,
            ),
        )
    if head.key not in file.spoiled:
        yield from _unlikely_totals(head, "total" if file.has_totals_only else "net")


def no_such_ledger(code: str, ours: list[str]) -> str:
    """The sentence that answers an unknown ledger with those there are, or the first of them."""
    if not ours:
        return _("There is no ledger %(code)s: the books have no ledger yet.", code=code)
    named = ", ".join(ours[:LEDGERS_NAMED_MAX])
    if len(ours) > LEDGERS_NAMED_MAX:
        return _("There is no ledger %(code)s. Some of ours are: %(ours)s.", code=code, ours=named)
    return _("There is no ledger %(code)s. Ours are: %(ours)s.", code=code, ours=named)


def _unlikely_totals(head: Head, column: str) -> Iterator[Refusal]:
    if head.total_minor > AMOUNT_MINOR_MAX:
        yield column, _("The total of this invoice is too large to be true.")
    elif head.total_minor <= 0:
        yield (
            column,
            _(
                "This invoice comes to %(total)s. Only amounts above zero can be imported, "
                "no credit notes.",
                total=_money(head.total_minor, head.currency),
            ),
        )


def differences(file: InvoiceFile, head: Head, known: KnownInvoice) -> Iterator[Refusal]:
    """What the file says otherwise than the books, of the same invoice.

    What the file is silent about is not compared: an absent column, an empty due day, or the lines
    where only totals are given.
    """
    says: list[tuple[str, object, object]] = [
        ("customer_number", head.customer_number, known.customer_number),
        ("issued_on", head.issued_on, known.issued_on),
        ("currency", head.currency, known.currency),
    ]
    if head.due_on is not None:
        says.append(("due_on", head.due_on, known.due_on))
    if file.names("purchase_order"):
        says.append(("purchase_order", head.purchase_order, known.purchase_order))
    for column, ours, theirs in says:
        if ours != theirs:
            yield column, _in_the_books(head.number, ours, theirs)
    yield from _other_amounts(file, head, known)


def _other_amounts(file: InvoiceFile, head: Head, known: KnownInvoice) -> Iterator[Refusal]:
    if head.currency != known.currency:
        return
    if head.total_minor != known.total_minor:
        ours, theirs = (
            _money(minor, head.currency) for minor in (head.total_minor, known.total_minor)
        )
        yield "total" if file.has_totals_only else "net", _in_the_books(head.number, ours, theirs)
    elif not file.has_totals_only and head.digest != known.digest:
        words = _("Invoice %(number)s is in the books with other lines.", number=head.number)
        yield "line_description", words


def _in_the_books(number: str, ours: object, theirs: object) -> str:
    return _(
        "Invoice %(number)s is in the books with %(theirs)s, the file says %(ours)s.",
        number=number,
        theirs=_("nothing") if theirs is None else theirs,
        ours=_("nothing") if ours is None else ours,
    )


def _money(minor: int, currency: str) -> str:
    return str(Money(minor, currency))
