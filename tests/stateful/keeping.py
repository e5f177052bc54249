"""What the machine does with saved methods."""

import contextlib
import uuid

from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.saved_method import MethodKind
from payments.card.saving import remove_method, sync_method
from payments.card.sync import confirm_payment
from sandbox.stripe import intents
from sandbox.stripe.errors import StripeRefusal
from tests.factories.books import Account


class Keeping:
    """Part of the company: it has the transactions, the gateway and the card company."""

    def save_method(self, contact: Account, means: str) -> uuid.UUID:
        """A card by its number, or an account by its name, saved as far as we know of it yet."""
        order = SetupOrder(
            operation_id=uuid.uuid4(),
            contact_id=contact.contact_id,
            kind=MethodKind.CARD if means.isdecimal() else MethodKind.SEPA,
            language="en",
            address="203.0.113.9",
            return_url=lambda one: f"http://localhost:8000/saved-methods/{one}/return",
        )
        deed = self.deed(contact)
        saving = begin_saving(self.transaction, self.gateway, order=order, deed=deed)
        if saving.page_url:
            payer = self.world.payer(saving.page_url.rsplit("/", 1)[-1])
            (payer.save if means.isdecimal() else payer.save_account)(means)
            sync_method(self.transaction, self.gateway, method_id=saving.method_id, deed=deed)
        return saving.method_id

    def remove_method(self, contact: Account, method: uuid.UUID) -> None:
        remove_method(self.transaction, self.gateway, method_id=method, deed=self.deed(contact))

    def bank_is_answered(self, at: int, *, passed: bool) -> None:
        """A bank that wants the payer of a saved card hears from them, or not."""
        found = self.world.account.store.all("payment_intent")
        asked = [one["id"] for one in found if one.get("_return_url")]
        if asked:
            with contextlib.suppress(StripeRefusal):  # the card was removed since: a dead page
                intents.authenticate(self.world.account, asked[at % len(asked)], passed=passed)

    def confirm(self, payment: uuid.UUID) -> None:
        deed = self._whose(payment)
        confirm_payment(self.transaction, self.gateway, payment_id=payment, deed=deed)
