"""invoices.csv and credit_notes.csv, line by line: heads, and lines again when they are stored.

Columns: ledger (its code), number, customer_number, issued_on, currency; where wanted due_on
(empty: issue day and the customer's terms), purchase_order, and an early-payment discount:
discount_until with discount_percent or discount_amount. Then either line_description,
quantity, unit, net and tax, one record a line, the records of an invoice in any place of the file;
or total alone, one record an invoice, which becomes one line without tax, named like the invoice.

A credit note has the same columns, but instead of due_on and purchase_order, where wanted,
invoice_number (the invoice of the same ledger that it corrects) and reason (goods_returned,
price_corrected or other). Its amounts are what is credited, above zero.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from foundation.currency import CURRENCIES
from foundation.i18n import gettext as _
from foundation.money import Money
from receivables.actions.invoices import LineDraft
from receivables.discounts import DiscountTerms
from receivables.imports.batching import BATCH
from receivables.imports.fields import Fields
from receivables.imports.known import DIGEST_MODULUS, Key, line_digest
from receivables.imports.report import Problem, Progress
from receivables.imports.table import Table, open_table, without
from receivables.models import CreditReason

HEAD: Final = ("ledger", "number", "customer_number", "issued_on", "currency")
LINES: Final = ("line_description", "quantity", "unit", "net", "tax")
TOTAL: Final = "total"

LEDGER_MAX, NUMBER_MAX, PURCHASE_ORDER_MAX = 16, 32, 64
DESCRIPTION_MAX, QUANTITY_MAX, UNIT_MAX = 500, 32, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a file is of, and which columns it may have besides those every such file has."""

    kind: str
    optional: tuple[str, ...]

    @property
    def is_credit(self) -> bool:
        """It lowers what is owed."""
        return self.kind == "credit_notes"

    @property
    def repeated(self) -> tuple[str, ...]:
        """What each record of one document says alike."""
        return ("customer_number", "issued_on", "currency", *self.optional)


DISCOUNT: Final = ("discount_until", "discount_percent", "discount_amount")
INVOICES: Final = Shape(kind="invoices", optional=("due_on", "purchase_order", *DISCOUNT))
CREDIT_NOTES: Final = Shape(kind="credit_notes", optional=("invoice_number", "reason"))


@dataclass(slots=True)
class Head:
    """One document of the file; its lines are counted and summed up, and read again when stored."""

    line: int
    ledger: str
    number: str
    customer_number: str
    issued_on: dt.date
    due_on: dt.date | None
    currency: str
    purchase_order: str | None
    invoice_number: str | None = None
    reason: str = CreditReason.OTHER
    discount_until: dt.date | None = None
    discount_percent: Decimal | None = None
    discount_amount: int | None = None  # minor units
    rows: int = 0
    total_minor: int = 0
    digest: int = 0
    customer_id: uuid.UUID | None = None  # set when it was found to be new, with its due day
    invoice_id: uuid.UUID | None = None  # that a credit note corrects

    @property
    def key(self) -> Key:
        """What it is recognised by."""
        return self.ledger, self.number

    @property
    def discount(self) -> DiscountTerms | None:
        """What it promises for early payment."""
        if self.discount_until is None:
            return None
        minor = self.discount_amount
        amount = None if minor is None else Money(minor, self.currency)
        return DiscountTerms(
            until=self.discount_until, percent=self.discount_percent, amount=amount
        )

    @property
    def promised(self) -> Money | None:
        """The same as an amount, once all lines are summed up."""
        terms = self.discount
        return terms.of(Money(self.total_minor, self.currency)) if terms else None


@dataclass(slots=True)
class InvoiceFile:
    """A file as read. `spoiled` are documents with a bad line: no more is said about those."""

    shape: Shape = INVOICES
    table: Table | None = None
    heads: dict[Key, Head] = field(default_factory=dict)
    spoiled: set[Key] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    rows_read: int = 0

    @property
    def has_totals_only(self) -> bool:
        """Whether each record is a whole invoice."""
        return self.table is not None and TOTAL in self.table.columns

    def names(self, column: str) -> bool:
        """Whether the file speaks of this at all."""
        return self.table is not None and column in self.table.columns


def read_documents(content: bytes, progress: Progress, shape: Shape) -> InvoiceFile:
    """Read every record once; what is wrong with any is among the problems."""
    file = InvoiceFile(shape)
    file.table = open_table(content, (*HEAD, *shape.optional, *LINES, TOTAL), file.problems)
    if file.table is None or (missing := _missing(file.table)):
        file.problems += missing if file.table else []
        return file
    for row in file.table.rows(file.problems):
        file.rows_read += 1
        fields = Fields(row, file.problems)
        _take(file, fields, _head(fields), _line(fields, has_totals_only=file.has_totals_only))
        if file.rows_read % BATCH == 0:
            progress("reading", file.rows_read, 0)
    return file


def read_lines(file: InvoiceFile) -> Iterator[tuple[Head, LineDraft]]:
    """Read the records of a file without problems again: each with the invoice it belongs to."""
    if file.table is None:
        return
    for row in file.table.rows(file.problems):
        fields = Fields(row, file.problems)
        head = file.heads[fields.typed("ledger"), fields.typed("number")]
        description, quantity, unit, net, tax = _line(fields, has_totals_only=file.has_totals_only)
        draft = LineDraft(
            description=description,
            quantity=quantity,
            unit=unit,
            net=Money(net, head.currency),
            tax=Money(tax, head.currency),
        )
        yield head, draft


def _missing(table: Table) -> list[Problem]:
    """The header names a head, and either all columns of lines or the total alone."""
    missing = without(table, HEAD)
    lines = [name for name in LINES if name in table.columns]
    if TOTAL not in table.columns:
        return missing + without(table, LINES)
    if lines:
        words = _("The file has both a total and lines. Leave one of them out.")
        missing.append(Problem(line=1, column=TOTAL, sentence=words))
    return missing


def _head(fields: Fields) -> Head:
    currency = fields.chosen(
        "currency", CURRENCIES, _("Write the three capital letters of a currency, such as EUR.")
    )
    until, percent, amount = _discount(fields, currency)
    return Head(
        line=fields.line,
        ledger=fields.number("ledger", LEDGER_MAX),
        number=fields.number("number", NUMBER_MAX),
        customer_number=fields.number("customer_number", NUMBER_MAX),
        issued_on=fields.day("issued_on") or dt.date.min,
        due_on=fields.day("due_on", may_lack=True),
        currency=currency,
        purchase_order=fields.text("purchase_order", PURCHASE_ORDER_MAX, may_lack=True) or None,
        invoice_number=fields.number("invoice_number", NUMBER_MAX, may_lack=True) or None,
        reason=_reason(fields),
        discount_until=until,
        discount_percent=percent,
        discount_amount=amount,
    )


def _discount(fields: Fields, currency: str) -> tuple[dt.date | None, Decimal | None, int | None]:
    """Last day, percentage, amount in minor units: all or nothing, and one of the latter two."""
    until = fields.day("discount_until", may_lack=True)
    percent = fields.percent("discount_percent")
    amount = fields.minor("discount_amount", currency) if fields.typed("discount_amount") else None
    if (percent is not None) and (amount is not None):
        words = _("Write the discount as a percentage or as an amount, not both.")
        fields.refuse("discount_amount", words)
    elif until is None and (percent, amount) != (None, None):
        fields.refuse("discount_until", _("Write until when the discount may be earned."))
    elif until is not None and (percent, amount) == (None, None) and fields.is_clean:
        fields.refuse("discount_percent", _("Write how much the discount is."))
    return until, percent, amount


def _reason(fields: Fields) -> str:
    """Why something was credited, where the file tells."""
    if not fields.typed("reason"):
        return CreditReason.OTHER
    reasons = [str(reason) for reason in CreditReason]
    return fields.chosen(
        "reason", reasons, _("Write one of these: %(reasons)s.", reasons=", ".join(reasons))
    )


Line = tuple[str, str, str, int, int]  # description, quantity, unit, net and tax in minor units


def _line(fields: Fields, *, has_totals_only: bool) -> Line:
    currency = fields.typed("currency")
    if has_totals_only:
        return fields.typed("number"), "1", "", fields.minor(TOTAL, currency), 0
    return (
        fields.text("line_description", DESCRIPTION_MAX, has_lines=True),
        fields.text("quantity", QUANTITY_MAX),
        fields.text("unit", UNIT_MAX, may_lack=True),
        fields.minor("net", currency),
        fields.minor("tax", currency),
    )


def _take(file: InvoiceFile, fields: Fields, read: Head, line: Line) -> None:
    head = file.heads.setdefault(read.key, read)
    if head is not read and head.key not in file.spoiled:
        _compare(file, fields, head, read)
    if not fields.is_clean:
        file.spoiled.add(read.key)
    head.rows += 1
    head.total_minor += line[3] + line[4]
    head.digest = (head.digest + line_digest(*line)) % DIGEST_MODULUS


def _compare(file: InvoiceFile, fields: Fields, head: Head, read: Head) -> None:
    """A further record of a document says the same of it as the first."""
    if file.has_totals_only:
        fields.refuse("number", stands_already(file.shape, head.line))
        return
    for name in file.shape.repeated:
        if fields.is_clean and getattr(head, name) != getattr(read, name):
            words = says_otherwise(file.shape, head.line)
            fields.refuse(name, words)


def stands_already(shape: Shape, line: int) -> str:
    """The sentence for a second record of a document that is one record only."""
    if shape.is_credit:
        return _("This credit note stands on line %(line)s already.", line=line)
    return _("This invoice stands on line %(line)s already.", line=line)


def says_otherwise(shape: Shape, line: int) -> str:
    """The sentence for a record that contradicts the first one."""
    if shape.is_credit:
        return _("Line %(line)s says something else of the same credit note.", line=line)
    return _("Line %(line)s says something else of the same invoice.", line=line)
