"""What is: the tables of the books."""

from receivables.models.adjustment import Adjustment, AdjustmentKind, WriteOffReason
from receivables.models.allocation import Allocation
from receivables.models.credit_note import CreditNote, CreditNoteLine, CreditReason
from receivables.models.customer import Contact, ContactRole, Customer, Standing
from receivables.models.exchange import Exchange
from receivables.models.import_run import ImportRun
from receivables.models.invitation import Invitation
from receivables.models.invoice import Invoice, InvoiceKind, InvoiceLine, OpenBalance
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
    "Adjustment",
    "AdjustmentKind",
    "Allocation",
    "Contact",
    "ContactRole",
    "CreditNote",
    "CreditNoteLine",
    "CreditReason",
    "Customer",
    "Exchange",
    "ImportRun",
    "Invitation",
    "Invoice",
    "InvoiceKind",
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
    "Standing",
    "WriteOffReason",
]
