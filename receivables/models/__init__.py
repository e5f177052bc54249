"""What is: the tables of the books."""

from receivables.models.allocation import Allocation
from receivables.models.customer import Contact, ContactRole, Customer
from receivables.models.import_run import ImportRun
from receivables.models.invoice import Invoice, InvoiceLine, OpenBalance
from receivables.models.journal import (
    GOING_BACK,
    Account,
    Journal,
    JournalKind,
    JournalLine,
    Side,
)
from receivables.models.ledger import Ledger, PaymentTerms
from receivables.models.receipt import Receipt, ReceiptMethod

__all__ = [
    "GOING_BACK",
    "Account",
    "Allocation",
    "Contact",
    "ContactRole",
    "Customer",
    "ImportRun",
    "Invoice",
    "InvoiceLine",
    "Journal",
    "JournalKind",
    "JournalLine",
    "Ledger",
    "OpenBalance",
    "PaymentTerms",
    "Receipt",
    "ReceiptMethod",
    "Side",
]
