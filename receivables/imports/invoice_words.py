"""Why a document of a file cannot be issued: it does not fit the books, or is there already."""

from collections.abc import Collection, Iterator
from typing import Final

from foundation.i18n import gettext as _
from foundation.money import Money
from receivables.imports.fields import AMOUNT_MINOR_MAX
from receivables.imports.invoice_rows import Head, InvoiceFile
from receivables.imports.known import KnownCustomer, KnownDocument, KnownInvoice

Refusal = tuple[str, str]  # the column it is about, the sentence
LEDGERS_NAMED_MAX: Final = 6


def refusals(
    file: InvoiceFile, head: Head, ledgers: Collection[str], customer: KnownCustomer | None
) -> Iterator[Refusal]:
    """Why the document cannot be issued, whatever else the books hold.

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
        yield from _unlikely_totals(file, head, "total" if file.has_totals_only else "net")
        yield from _unlikely_discount(head)


def no_such_ledger(code: str, ours: list[str]) -> str:
    """The sentence that answers an unknown ledger with those there are, or the first of them."""
    if not ours:
        return _("There is no ledger %(code)s: the books have no ledger yet.", code=code)
    named = ", ".join(ours[:LEDGERS_NAMED_MAX])
    if len(ours) > LEDGERS_NAMED_MAX:
        return _("There is no ledger %(code)s. Some of ours are: %(ours)s.", code=code, ours=named)
    return _("There is no ledger %(code)s. Ours are: %(ours)s.", code=code, ours=named)


def _unlikely_totals(file: InvoiceFile, head: Head, column: str) -> Iterator[Refusal]:
    if head.total_minor > AMOUNT_MINOR_MAX:
        yield column, _too_large(file)
    elif head.total_minor <= 0 and file.shape.is_credit:
        yield (
            column,
            _(
                "This credit note comes to %(total)s. Write what is credited as an amount above"
                " zero.",
                total=_money(head.total_minor, head.currency),
            ),
        )
    elif head.total_minor <= 0:
        yield (
            column,
            _(
                "This invoice comes to %(total)s. Only amounts above zero can be imported; "
                "credit notes have a file of their own.",
                total=_money(head.total_minor, head.currency),
            ),
        )


def _unlikely_discount(head: Head) -> Iterator[Refusal]:
    if head.discount_until is None or head.promised is None or head.total_minor <= 0:
        return
    if head.discount_until < head.issued_on:
        yield "discount_until", _("The discount ends before the invoice is issued.")
    if not 0 < head.promised.minor < head.total_minor:
        yield (
            "discount_percent" if head.discount_percent is not None else "discount_amount",
            _(
                "The discount comes to %(discount)s: it must be more than nothing and less than"
                " the invoice.",
                discount=_money(head.promised.minor, head.currency),
            ),
        )


def _too_large(file: InvoiceFile) -> str:
    if file.shape.is_credit:
        return _("The total of this credit note is too large to be true.")
    return _("The total of this invoice is too large to be true.")


def wrong_reference(head: Head, corrected: KnownInvoice | None) -> Iterator[Refusal]:
    """Why a credit note cannot correct the invoice it names."""
    if head.invoice_number is None:
        return
    number = head.invoice_number
    if corrected is None:
        yield (
            "invoice_number",
            _(
                "There is no invoice %(number)s in this ledger. Import the invoices first.",
                number=number,
            ),
        )
    elif (corrected.customer_number, corrected.currency) != (head.customer_number, head.currency):
        yield (
            "invoice_number",
            _("Invoice %(number)s is of another customer or currency.", number=number),
        )


def differences(file: InvoiceFile, head: Head, known: KnownDocument) -> Iterator[Refusal]:
    """What the file says otherwise than the books, of the same document.

    What the file is silent about is not compared: an absent column, an empty due day, or the lines
    where only totals are given.
    """
    says: list[tuple[str, object, object]] = [
        ("customer_number", head.customer_number, known.customer_number),
        ("issued_on", head.issued_on, known.issued_on),
        ("currency", head.currency, known.currency),
    ]
    if isinstance(known, KnownInvoice) and head.due_on is not None:
        says.append(("due_on", head.due_on, known.due_on))
    if isinstance(known, KnownInvoice) and file.names("discount_until"):
        says.append(("discount_until", head.discount_until, known.discount_until))
        if head.discount_until == known.discount_until:
            minor = known.discount_minor
            promised = None if minor is None else _money(minor, known.currency)
            column = "discount_percent" if head.discount_percent else "discount_amount"
            says.append((column, str(head.promised) if head.promised else None, promised))
    says += [
        (column, getattr(head, column), getattr(known, column))
        for column in ("purchase_order", "invoice_number", "reason")
        if file.names(column)
    ]
    for column, ours, theirs in says:
        if ours != theirs:
            yield column, _in_the_books(file, head.number, ours, theirs)
    yield from _other_amounts(file, head, known)


def _other_amounts(file: InvoiceFile, head: Head, known: KnownDocument) -> Iterator[Refusal]:
    if head.currency != known.currency:
        return
    if head.total_minor != known.total_minor:
        ours, theirs = (
            _money(minor, head.currency) for minor in (head.total_minor, known.total_minor)
        )
        column = "total" if file.has_totals_only else "net"
        yield column, _in_the_books(file, head.number, ours, theirs)
    elif not file.has_totals_only and head.digest != known.digest:
        yield "line_description", _with_other_lines(file, head.number)


def _with_other_lines(file: InvoiceFile, number: str) -> str:
    if file.shape.is_credit:
        return _("Credit note %(number)s is in the books with other lines.", number=number)
    return _("Invoice %(number)s is in the books with other lines.", number=number)


def _in_the_books(file: InvoiceFile, number: str, ours: object, theirs: object) -> str:
    told = {
        "number": number,
        "theirs": _("nothing") if theirs is None else theirs,
        "ours": _("nothing") if ours is None else ours,
    }
    if file.shape.is_credit:
        return _(
            "Credit note %(number)s is in the books with %(theirs)s, the file says %(ours)s.",
            **told,
        )
    return _("Invoice %(number)s is in the books with %(theirs)s, the file says %(ours)s.", **told)


def _money(minor: int, currency: str) -> str:
    return str(Money(minor, currency))
