"""What should be so, in plain numbers: no table, no action and no query of the product.

Amounts are minor units of one currency. A payment is known here by whatever key the machine uses.
"""


class Model:
    """Invoices, what payers meant, what the card company took, and what that leaves open."""

    def __init__(self):
        self.invoices = {}  # invoice -> {"customer": …, "total": …, "open": …}
        self.meant = {}  # payment -> {"customer": …, "items": [(invoice, amount), …]}
        self.taken = set()  # payments for which the card company has money
        self.shares = {}  # booked payment -> {invoice: amount}
        self.credit = {}  # booked payment -> what is left of its money
        self.gone = {}  # booked payment -> what went back of it

    def issue(self, invoice, customer, total):
        self.invoices[invoice] = {"customer": customer, "total": total, "open": total}

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
        """So much of an invoice is no longer paid by that money."""
        share = self.shares[payment]
        assert 0 < amount <= share[invoice], "more opened than was paid"
        share[invoice] -= amount
        if not share[invoice]:
            del share[invoice]
        self.invoices[invoice]["open"] += amount

    def spend(self, customer, items):
        """Credit meets invoices in the order they were named, the oldest money first."""
        for invoice, amount in items.items():
            needed = min(amount, self.invoices[invoice]["open"])
            for payment in self.purses(customer):
                given = min(needed, self.credit[payment])
                if given:
                    share = self.shares[payment]
                    share[invoice] = share.get(invoice, 0) + given
                    self.credit[payment] -= given
                    self.invoices[invoice]["open"] -= given
                    needed -= given

    def purses(self, customer):
        """Payments of this customer with something left, in the order they were booked."""
        return [p for p, c in self.credit.items() if c and self.meant[p]["customer"] == customer]

    def undo(self, payment, invoice):
        share = self.shares[payment].pop(invoice)
        self.invoices[invoice]["open"] += share
        self.credit[payment] += share

    def amount(self, payment):
        return sum(amount for _, amount in self.meant[payment]["items"])

    def open_of(self, customer):
        return sum(i["open"] for i in self.invoices.values() if i["customer"] == customer)

    def credit_of(self, customer):
        return sum(c for p, c in self.credit.items() if self.meant[p]["customer"] == customer)

    def owing(self, customer):
        """Invoices with something to pay, oldest first."""
        return [
            key
            for key, invoice in self.invoices.items()
            if invoice["customer"] == customer and invoice["open"]
        ]

    def undoable(self):
        return [(payment, invoice) for payment, of in self.shares.items() for invoice in of]
