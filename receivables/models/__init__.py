"""What is: the tables of the books."""

from receivables.models.allocation import Allocation
from receivables.models.credit_note import CreditNote, CreditNoteLine, CreditReason
from receivables.models.customer import Contact, ContactRole, Customer
from receivables.models.import_run import ImportRun
from receivables.models.invitation import Invitation
from receivables.models.invoice import Invoice, InvoiceLine, OpenBalance
from receivables.models.journal import (
    GOING_BACK,
    Account,
    AccountDay,
    Journal,
    JournalKind,
    JournalLine,
    Side,
)
from receivables.models.ledger import Ledger, PaymentTerms
from receivables.models.original import InvoiceOriginal
from receivables.models.receipt import Receipt, ReceiptMethod

__all__ = [
    "GOING_BACK",
    "Account",
    "AccountDay",
    "Allocation",
    "Contact",
    "ContactRole",
    "CreditNote",
    "CreditNoteLine",
    "CreditReason",
    "Customer",
    "ImportRun",
    "Invitation",
    "Invoice",
    "InvoiceLine",
    "InvoiceOriginal",
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
