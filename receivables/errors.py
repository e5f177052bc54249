"""Every refusal of the books, with the facts a face needs to say it."""

import datetime as dt
import uuid

from foundation.errors import QuittanceError
from foundation.money import Money


class ReceivablesError(QuittanceError):
    """A refusal of the books."""

    code = "receivables.refused"


class InvoiceWithoutLines(ReceivablesError):
    code = "invoice.without_lines"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"invoice {number} has no lines")


class InvoiceTotalNotPositive(ReceivablesError):
    code = "invoice.total_not_positive"

    def __init__(self, number: str, total: Money) -> None:
        self.number, self.total = number, total
        super().__init__(f"invoice {number} comes to {total}")


class InvoiceDiscountUnlikely(ReceivablesError):
    """Nothing, all of the invoice or more is promised, or until a day before its issue."""

    code = "invoice.discount_unlikely"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"invoice {number} promises a discount that cannot be meant")


class InvoiceNumberTaken(ReceivablesError):
    code = "invoice.number_taken"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"the ledger already has an invoice {number}")


class CreditNoteWithoutLines(ReceivablesError):
    code = "credit_note.without_lines"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"credit note {number} has no lines")


class CreditNoteTotalNotPositive(ReceivablesError):
    code = "credit_note.total_not_positive"

    def __init__(self, number: str, total: Money) -> None:
        self.number, self.total = number, total
        super().__init__(f"credit note {number} comes to {total}")


class CreditNoteNumberTaken(ReceivablesError):
    code = "credit_note.number_taken"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"the ledger already has a credit note {number}")


class CreditNoteRefersElsewhere(ReceivablesError):
    """The invoice it corrects is not of the same customer, ledger and currency."""

    code = "credit_note.refers_elsewhere"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"the invoice that credit note {number} corrects is of another account")


class CustomerNumberTaken(ReceivablesError):
    code = "customer.number_taken"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"there is already a customer {number}")


class InvoiceNotOverdue(ReceivablesError):
    """Nothing of it is open past its due day; or it is itself a charge, which bears none."""

    code = "charge.invoice_not_overdue"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"{number} is no invoice with something overdue")


class ChargeNotPositive(ReceivablesError):
    code = "charge.not_positive"

    def __init__(self, number: str, amount: Money) -> None:
        self.number, self.amount = number, amount
        super().__init__(f"{amount} cannot be charged on invoice {number}")


class ChargeStands(ReceivablesError):
    code = "charge.stands"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"a late fee for invoice {number} stands already")


class InterestAhead(ReceivablesError):
    code = "charge.interest_ahead"

    def __init__(self, until: dt.date) -> None:
        self.until = until
        super().__init__(f"interest until {until} is not owed yet")


class NothingToCharge(ReceivablesError):
    code = "charge.nothing"

    def __init__(self, number: str, until: dt.date) -> None:
        self.number, self.until = number, until
        super().__init__(f"no interest on invoice {number} is left to charge until {until}")


class NotACharge(ReceivablesError):
    """Only a late fee or interest is cancelled; an invoice is corrected by a credit note."""

    code = "charge.is_invoice"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"{number} is an invoice: credit it instead")


class ChargeCancelled(ReceivablesError):
    code = "charge.cancelled_before"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"{number} was cancelled before")


class ChargePaidInPart(ReceivablesError):
    """Something settles it: that is undone first."""

    code = "charge.paid_in_part"

    def __init__(self, number: str, still_open: Money) -> None:
        self.number, self.still_open = number, still_open
        super().__init__(f"of {number} only {still_open} is open: undo what settles it first")


class AdjustmentAlreadyUndone(ReceivablesError):
    code = "adjustment.already_undone"

    def __init__(self, adjustment_id: uuid.UUID) -> None:
        self.adjustment_id = adjustment_id
        super().__init__(f"adjustment {adjustment_id} was undone before")


class WriteOffBeyondOpen(ReceivablesError):
    code = "write_off.beyond_open"

    def __init__(self, amount: Money, still_open: Money) -> None:
        self.amount, self.still_open = amount, still_open
        super().__init__(f"{amount} cannot be written off, {still_open} is open")


class NothingWrittenOff(ReceivablesError):
    code = "write_off.none"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"nothing of {number} is written off")


class CurrenciesDiffer(ReceivablesError):
    """Money in another currency is exchanged first."""

    code = "allocation.currencies_differ"

    def __init__(self, ours: str, theirs: str) -> None:
        self.ours, self.theirs = ours, theirs
        super().__init__(f"money in {ours} settles nothing in {theirs} before it is exchanged")


class LedgersDiffer(ReceivablesError):
    code = "allocation.ledgers_differ"

    def __init__(self, receipt: str, invoice: str) -> None:
        self.receipt, self.invoice = receipt, invoice
        super().__init__(f"receipt {receipt} and invoice {invoice} are of different ledgers")


class NoDifference(ReceivablesError):
    """One has nothing left, or both have the same: there is nothing to code."""

    code = "difference.none"

    def __init__(self, receipt: str, invoice: str) -> None:
        self.receipt, self.invoice = receipt, invoice
        super().__init__(f"there is no difference between {receipt} and {invoice} to let go")


class BankFeeUnlikely(ReceivablesError):
    """Banks keep fees of transfers, and then too little comes."""

    code = "difference.bank_fee_unlikely"

    def __init__(self, receipt: str) -> None:
        self.receipt = receipt
        super().__init__(f"no bank kept a fee of {receipt}: it is no transfer, or not short")


class DifferenceTooLarge(ReceivablesError):
    code = "difference.too_large"

    def __init__(self, kind: str, difference: Money, limit: Money) -> None:
        self.kind, self.difference, self.limit = kind, difference, limit
        super().__init__(f"{difference} is too much for a {kind}: at most {limit}")


class NotExchangeable(ReceivablesError):
    """Nothing, more than is left, into its own currency, or too little to be one unit of it."""

    code = "exchange.not_possible"

    def __init__(self, receipt: str, left: Money) -> None:
        self.receipt, self.left = receipt, left
        super().__init__(f"of {receipt} {left} is left: that cannot be exchanged so")


class ExchangeInUse(ReceivablesError):
    """What it became settles something (undo that first), or was exchanged back already."""

    code = "exchange.in_use"

    def __init__(self, receipt: str) -> None:
        self.receipt = receipt
        super().__init__(f"{receipt} was made by no exchange that can be undone now")


class NoCreditLeft(ReceivablesError):
    """Nothing of the customer's credit is free for these invoices (any more)."""

    code = "credit.none_left"


class CreditBlocked(ReceivablesError):
    """The customer is insolvent: only our people say what its credit settles."""

    code = "credit.blocked"


class AllocationAlreadyReversed(ReceivablesError):
    code = "allocation.already_reversed"

    def __init__(self, allocation_id: uuid.UUID) -> None:
        self.allocation_id = allocation_id
        super().__init__(f"allocation {allocation_id} was undone before")


class AlreadyHasAccess(ReceivablesError):
    """This person can reach every account they are being invited to."""

    code = "contact.has_access_already"


class NoAdminLeft(ReceivablesError):
    """Somebody must go on looking after the people of an account."""

    code = "contact.no_admin_left"

    def __init__(self, company: str) -> None:
        self.company = company
        super().__init__("the last admin of an account")


class MayNotManage(ReceivablesError):
    """Whoever wants to change the people of an account is not (any more) its admin."""

    code = "contact.may_not_manage"


class InvitationDead(ReceivablesError):
    """The invitation was used, withdrawn, is too old, or was never ours."""

    code = "invitation.dead"
