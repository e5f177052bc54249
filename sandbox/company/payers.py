"""What the customers' people do: fill a basket, press "Pay", type a card, come back."""

import uuid
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from foundation.database import Transaction
from foundation.deed import Deed
from foundation.money import Money
from payments.basket.actions import put_in_basket, set_amounts
from payments.card.checkout import PaymentOrder, Started, start_payment
from payments.card.sync import abandon_payment, sync_payment
from receivables.actions.allocation import Claim
from receivables.queries.discounts import offers_of
from receivables.queries.open_items import still_open_of
from sandbox.company.aftermath import charge_of, expect
from sandbox.company.habits import DEBITS, SCHEMES
from sandbox.company.stage import Stage
from sandbox.company.values import Aftermath, Manner, PlannedPayment
from sandbox.company.wires import wire
from sandbox.stripe.payer import Payer

PAID_TWICE_MAX: Final = 2  # invoices


def pay(stage: Stage, planned: PlannedPayment) -> None:
    """One press of "Pay" with all that follows, in the planned manner; or a bank transfer."""
    if planned.manner is Manner.WIRED:
        wire(stage, planned)
        return
    _Visit(stage, planned, planned.payer).play()


class _Visit:
    """One person of a company at the portal, with the page of the card company that follows."""

    def __init__(self, stage: Stage, planned: PlannedPayment, email: str) -> None:
        register = stage.register
        self._stage, self._planned, self._email = stage, planned, email
        self._customer_id = register.customers[planned.company]
        self._contact_id = register.contacts[planned.company, email]
        self._portal: Transaction = stage.portal.of(self._customer_id)

    def play(self) -> None:
        """Everything from the basket to what the planned manner leads to."""
        manner = self._planned.manner
        started = self.start()
        if started is None:
            return
        card = self._card(started)
        if manner is Manner.TWICE:
            self._pay_beside_a_colleague(started, card)
            return
        if manner in (Manner.DECLINED, Manner.REFUSED):
            card.decline(self._planned.refused_card)
            self.come_back(started)
        if manner is Manner.CALLED_OFF:
            abandon_payment(
                self._portal,
                self._stage.gateway,
                payment_id=started.payment_id,
                deed=self._deed(),
            )
        self._take_money(started, card)

    def _take_money(self, started: Started, card: Payer) -> None:
        """By card or by debit, where the manner leads so far."""
        manner = self._planned.manner
        if manner in (Manner.STRAIGHT, Manner.DECLINED):
            card.pay()
            self.come_back(started)
        if manner is Manner.ASKED:
            card.pay_with_3ds()
            self.come_back(started)
        if manner in DEBITS:
            self._order_debit(started, card)
        if self._planned.aftermath:
            self._pay_for_a_while(started, card, self._planned.aftermath)

    def start(self) -> Started | None:
        """Choose the invoices, say how much of each, press "Pay"; nothing where none is owed."""
        claims = self._fill_basket()
        if not claims:
            return None
        return start_payment(
            self._portal, self._stage.gateway, order=self._order(claims), deed=self._deed()
        )

    def come_back(self, started: Started) -> None:
        """Return from the card company's page: the portal asks what became of it."""
        sync_payment(
            self._portal,
            self._stage.gateway,
            payment_id=started.payment_id,
            deed=self._deed(),
        )

    def _order_debit(self, started: Started, payer: Payer) -> None:
        """By the scheme of the currency; the bank answers in some days."""
        scheme = SCHEMES[self._planned.shares[0].amount.currency]
        payer.debit(f"{scheme}{DEBITS[self._planned.manner]}")
        self.come_back(started)

    def _pay_for_a_while(self, started: Started, card: Payer, aftermath: Aftermath) -> None:
        """By a card whose money does not stay, or is contested before it does."""
        world = self._stage.world
        charge_id = charge_of(world, card.pay().session["payment_intent"])
        self.come_back(started)
        expect(self._stage, aftermath, self._planned.manner, charge_id=charge_id)

    def _pay_beside_a_colleague(self, started: Started, card: Payer) -> None:
        """Both have the page open, both pay; what comes second is credit on the account."""
        same = replace(self._planned, shares=self._planned.shares[:PAID_TWICE_MAX])
        colleague = _Visit(self._stage, same, self._planned.colleague)
        theirs = colleague.start()
        card.pay()
        self.come_back(started)
        if theirs is not None:
            self._card(theirs).pay()
            colleague.come_back(theirs)

    def _fill_basket(self) -> list[Claim]:
        deed = self._deed()
        with self._portal() as session:
            claims, parts = self._claims(session)
            if not claims:
                return []
            put_in_basket(
                session,
                contact_id=self._contact_id,
                invoice_ids=[claim.invoice_id for claim in claims],
                deed=deed,
            )
            set_amounts(session, contact_id=self._contact_id, amounts=parts, deed=deed)
        return claims

    def _claims(self, session: Session) -> tuple[list[Claim], dict[uuid.UUID, Money]]:
        """What settles the planned invoices today, and those of which only a part is paid."""
        planned, invoices = self._planned, self._stage.register.invoices
        shares = {invoices[planned.entity, share.number]: share for share in planned.shares}
        owed = still_open_of(session, customer_id=self._customer_id, invoice_ids=list(shares))
        offers = offers_of(
            session,
            customer_id=self._customer_id,
            invoice_ids=list(shares),
            on=self._stage.clock.today(),
        )
        owed |= {one: offer.pays for one, offer in offers.items()}
        claims = [
            Claim(invoice_id=one, amount=min(share.amount, owed[one]))
            for one, share in shares.items()
            if owed[one].is_positive
        ]
        parts = {
            claim.invoice_id: claim.amount
            for claim in claims
            if not shares[claim.invoice_id].is_rest
        }
        return claims, parts

    def _order(self, claims: list[Claim]) -> PaymentOrder:
        stage = self._stage
        return PaymentOrder(
            operation_id=uuid.UUID(int=stage.draws.getrandbits(128), version=4),
            contact_id=self._contact_id,
            ledger_id=stage.register.entities[self._planned.entity],
            items=claims,
            language=stage.register.languages[self._email],
            address=_address(self._planned.company),
            return_url=lambda payment_id: f"{stage.portal_url}/payments/{payment_id}/return",
        )

    def _card(self, started: Started) -> Payer:
        """Somebody with a card, on the page whose address the portal led them to."""
        if started.page_url is None:
            raise RuntimeError(f"no page to pay on: {started}")
        return self._stage.world.payer(started.page_url.rsplit("/", 1)[-1])

    def _deed(self) -> Deed:
        return self._stage.deed(self._stage.register.people[self._email], self._customer_id)


def _address(company: str) -> str:
    """An address kept free for documentation, one a company."""
    return f"203.0.113.{int(company.removeprefix('C-')) % 250 + 1}"
