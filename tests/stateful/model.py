"""What should be so, in plain numbers: no table, no action and no query of the product.

Amounts are minor units of one currency. A payment is known here by whatever key the machine uses.
"""


class Model:
    """Invoices, what payers meant, what the card company took, and what that leaves open."""

    def __init__(self):
        self.invoices = {}  # invoice -> {"customer": …, "total": …, "open": …, and its discount}
        self.meant = {}  # payment -> {"customer": …, "items": [(invoice, amount), …]}
        self.taken = set()  # payments for which the card company has money
        self.shares = {}  # booked payment or credit note -> {invoice: amount}
        self.credit = {}  # the same -> what is left of it
        self.notes = {}  # credit note -> {"customer": …, "corrects": …}
        self.written = {}  # invoice -> what was written off of it, piece by piece
        self.gone = {}  # booked payment -> what went back of it

    def issue(self, invoice, customer, total, promised=0):
        """`promised` is taken off once no more than that is open; nothing here is ever late."""
        amounts = {"total": total, "open": total, "promised": promised}
        self.invoices[invoice] = {"customer": customer, **amounts, "credited": 0, "discount": 0}
        self.written[invoice] = []

    def earn(self, invoices):
        """What was credited lowers the discount in proportion, half a unit rounded up."""
        for of in map(self.invoices.get, invoices):
            owed = of["total"] - of["credited"]
            if of["open"] <= (2 * of["promised"] * owed + of["total"]) // (2 * of["total"]):
                of["discount"] += of["open"]
                of["open"] = 0

    def write_off(self, invoice, amount):
        self.invoices[invoice]["open"] -= amount
        self.written[invoice].append(amount)

    def owe_again(self, invoice, amount):
        """A discount earned with the help of what was written off is counted anew."""
        of = self.invoices[invoice]
        self.written[invoice].remove(amount)
        of["open"] += amount + of["discount"]
        of["discount"] = 0
        self.earn([invoice])

    def credit_note(self, note, customer, total, invoice):
        self.notes[note] = {"customer": customer, "corrects": invoice}
        self.shares[note], self.credit[note] = {}, total

    def intend(self, payment, customer, items):
        self.meant.setdefault(payment, {"customer": customer, "items": list(items)})

    def take(self, payment):
        self.taken.add(payment)

    def book(self, payment):
        """Money meets its invoices in the order they were named; the rest is credit."""
        assert payment in self.taken, "booked, though nothing was taken"
        assert payment not in self.shares, "booked twice"
        left, shares = self.amount(payment), {}
        for invoice, amount in self.meant[payment]["items"]:
            share = min(amount, left, self.invoices[invoice]["open"])
            if share:
                shares[invoice] = share
                self.invoices[invoice]["open"] -= share
                left -= share
        self.shares[payment], self.credit[payment] = shares, left
        self.gone[payment] = 0
        self.earn(shares)

    def go_back(self, payment, amount):
        """Money leaves for good: first what is credit, then what paid invoices, latest first."""
        self.gone[payment] = self.gone.get(payment, 0) + amount
        from_credit = min(amount, self.credit[payment])
        self.credit[payment] -= from_credit
        return amount - from_credit

    def come_back(self, payment, amount):
        """A refund that did not arrive is credit again."""
        self.gone[payment] -= amount
        self.credit[payment] += amount

    def open_again(self, invoice, payment, amount):
        """So much of an invoice is no longer paid by that money; what is kept may earn anew."""
        share, of = self.shares[payment], self.invoices[invoice]
        assert 0 < amount <= share[invoice], "more opened than was paid"
        of["open"] += amount + of["discount"]
        of["discount"] = 0
        share[invoice] -= amount
        if share[invoice]:
            self.earn([invoice])
        else:
            del share[invoice]

    def spend(self, customer, items):
        """What is settled goes by the order of the invoices; of what, by the order of the purses.

        A credit note first settles the invoice it corrects.
        """
        left, needed = self.credit_of(customer), {}  # needed: what is still to be settled
        for invoice, amount in items.items():
            needed[invoice] = min(amount, self.invoices[invoice]["open"], left)
            left -= needed[invoice]
        settled = dict(needed)
        for is_own in (True, False):
            for invoice in items:
                for purse in self.purses(customer):
                    corrects = self.notes.get(purse, {}).get("corrects")
                    if corrects == invoice or not is_own:
                        needed[invoice] -= self.use(purse, invoice, needed[invoice])
        self.earn([one for one in items if settled[one]])

    def use(self, purse, invoice, amount):
        given = min(amount, self.credit[purse], self.invoices[invoice]["open"])
        if given:
            self.shares[purse][invoice] = self.shares[purse].get(invoice, 0) + given
            self.credit[purse] -= given
            self.invoices[invoice]["open"] -= given
            self.invoices[invoice]["credited"] += given if purse in self.notes else 0
        return given

    def purses(self, customer):
        """Credit notes, then payments, with something left, in the order they were booked."""
        found = [p for p, c in self.credit.items() if c and self.whose(p) == customer]
        return sorted(found, key=lambda purse: purse not in self.notes)

    def whose(self, purse):
        return (self.notes.get(purse) or self.meant[purse])["customer"]

    def undo(self, payment, invoice):
        share, of = self.shares[payment].pop(invoice), self.invoices[invoice]
        of["open"] += share + of["discount"]
        of["discount"] = 0
        of["credited"] -= share if payment in self.notes else 0
        self.credit[payment] += share

    def amount(self, payment):
        return sum(amount for _, amount in self.meant[payment]["items"])

    def open_of(self, customer):
        return sum(i["open"] for i in self.invoices.values() if i["customer"] == customer)

    def credit_of(self, customer):
        return sum(c for p, c in self.credit.items() if self.whose(p) == customer)

    def owing(self, customer):
        """Invoices with something to pay, oldest first."""
        return [
            key
            for key, invoice in self.invoices.items()
            if invoice["customer"] == customer and invoice["open"]
        ]

    def undoable(self):
        return [(payment, invoice) for payment, of in self.shares.items() for invoice in of]
