"""Pay links: those an account has made, and one as whoever holds it sees it."""

import datetime as dt
import enum
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import restrict
from foundation.money import Money
from foundation.paging import Cut, Page, id_key, moment_key, page_of
from payments.card.models import UNDERWAY, CardPayment, CardPaymentItem
from payments.links.models import PayLink, PayLinkItem
from payments.links.tokens import NamedLink
from people.queries.persons import PersonSeen, persons_of
from receivables.actions.allocation import Claim
from receivables.models import ContactRole
from receivables.queries.contacts import roles_at
from receivables.queries.customers import account_of
from receivables.queries.invoices import InvoiceRow, invoices_by_id
from receivables.queries.open_items import still_open_of
from receivables.queries.receipts import ReceiptDetail

TOLD, TOLD_AFTER_WITHDRAWAL = dt.timedelta(days=14), dt.timedelta(days=1)
SHOWN = 3  # letters of a word of a name
LEGAL_FORM_MAX = 4  # a word of so few capitals, as SARL, is shown whole: it names nobody


class Standing(enum.StrEnum):
    """How a pay link stands."""

    OPEN = "open"
    PAID = "paid"  # nothing is open on its invoices
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # taken back, or its maker may not pay for the account any more


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLink:
    """A pay link as whoever holds it sees it. Only who sends its mail reads `made_by`."""

    id: uuid.UUID
    customer_id: uuid.UUID
    customer_name: str
    ledger_id: uuid.UUID
    ledger_name: str
    currency: str
    email: str
    language: str
    made_by: str
    expires_at: dt.datetime
    standing: Standing
    lines: tuple[InvoiceRow, ...]  # still to be paid, the longest due first
    paid: tuple[InvoiceRow, ...]  # paid meanwhile
    is_being_paid: bool  # some payment of these invoices is underway, whoever began it

    @property
    def claims(self) -> list[Claim]:
        """What settles each of its invoices today."""
        return [Claim(invoice_id=line.id, amount=due_today(line)) for line in self.lines]

    @property
    def total(self) -> Money:
        """What settles them all today."""
        return Money.total((claim.amount for claim in self.claims), self.currency)

    @property
    def shown(self) -> str:
        """A word that changes with any amount: what a page showed is what its button pays."""
        whole = "\n".join(sorted(f"{one.invoice_id} {one.amount}" for one in self.claims))
        return hashlib.sha256(whole.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One pay link in the list of an account."""

    id: uuid.UUID
    email: str
    made_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    standing: Standing
    invoices: int
    still_open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom a pay link was mailed."""

    email: str
    language: str


def due_today(line: InvoiceRow) -> Money:
    """What settles an invoice today: what is open, less a discount that may still be earned."""
    return line.offer.pays if line.offer else line.still_open


def name_in_part(name: str) -> str:
    """A company's name so that whoever knows it recognises it: "Dur… Ind… SA"."""
    words = [
        word if len(word) <= (LEGAL_FORM_MAX if word.isupper() else SHOWN) else f"{word[:SHOWN]}…"
        for word in name.split()
    ]
    return " ".join(words) if "…" in "".join(words) else f"{name[:1]}…"


def held_link(
    session: Session, named: NamedLink, *, at: dt.datetime, on: dt.date
) -> HeldLink | None:
    """The pay link of a token; from here on the transaction sees its customer's rows.

    None: it was never ours, or is long forgotten.
    """
    link = _link(session, named)
    if link is None:
        return None
    rows = invoices_by_id(
        session, customer_id=link.customer_id, invoice_ids=_invoice_ids(session, link.id), on=on
    )
    lines = tuple(row for row in rows if row.still_open.is_positive)
    [maker] = persons_of(session, [link.made_by]).values()
    may_pay = link.made_by in _payers(session, link.customer_id, [maker])
    return HeldLink(
        id=link.id,
        customer_id=link.customer_id,
        customer_name=account_of(session, customer_id=link.customer_id).name,
        ledger_id=link.ledger_id,
        ledger_name=rows[0].ledger_name,
        currency=link.currency,
        email=link.email,
        language=link.language,
        made_by=maker.name,
        expires_at=link.expires_at,
        standing=_standing(link, at, may_pay=may_pay, is_open=bool(lines)),
        lines=lines,
        paid=tuple(row for row in rows if row.still_open.is_zero),
        is_being_paid=_is_being_paid(session, [line.id for line in lines]),
    )


def addressee_of(session: Session, named: NamedLink) -> Addressee | None:
    """To whom the pay link was mailed, however it stands now."""
    link = _link(session, named)
    return Addressee(email=link.email, language=link.language) if link else None


def paid_by_link(session: Session, named: NamedLink, *, payment_id: uuid.UUID) -> bool:
    """Whether this payment was begun by this link."""
    restrict(session, customer=named.customer_id)
    wanted = sa.select(CardPayment.id).where(
        CardPayment.id == payment_id, CardPayment.pay_link_id == named.pay_link_id
    )
    return session.scalars(wanted).one_or_none() is not None


def told_until(held: HeldLink, *, started_at: dt.datetime) -> dt.datetime:
    """How long the holder is told what became of a payment begun then, once it is settled."""
    if held.standing is Standing.WITHDRAWN:
        return started_at + TOLD_AFTER_WITHDRAWAL
    return max(held.expires_at, started_at + TOLD)


def for_holder(session: Session, receipt: ReceiptDetail, *, payment_id: object) -> ReceiptDetail:
    """A receipt as whoever paid by a link may read it: the link's invoices, a name in part."""
    wanted = sa.select(CardPaymentItem.invoice_id).where(
        CardPaymentItem.card_payment_id == payment_id
    )
    name = name_in_part(receipt.customer_name)
    return receipt.in_part(session.scalars(wanted).all(), customer_name=name)


def link_page(
    session: Session, *, customer_id: uuid.UUID, at: dt.datetime, cut: Cut
) -> Page[LinkRow]:
    """One page of the pay links of an account, newest first."""
    found: Page[PayLink] = page_of(
        session,
        sa.select(PayLink).where(PayLink.customer_id == customer_id),
        keys=(moment_key(PayLink.created_at), id_key(PayLink.id)),
        is_descending=True,
        cut=cut,
        build=lambda row: row[0],
    )
    asked = _asked(session, [link.id for link in found.rows])
    invoice_ids = sorted({one for ids in asked.values() for one in ids})
    still_open = still_open_of(session, customer_id=customer_id, invoice_ids=invoice_ids)
    persons = persons_of(session, {link.made_by for link in found.rows})
    payers = _payers(session, customer_id, list(persons.values()))
    rows = []
    for link in found.rows:
        left = Money.total((still_open[one] for one in asked[link.id]), link.currency)
        may_pay, is_open = link.made_by in payers, left.is_positive
        rows.append(
            LinkRow(
                id=link.id,
                email=link.email,
                made_by=persons[link.made_by].name,
                created_at=link.created_at,
                expires_at=link.expires_at,
                standing=_standing(link, at, may_pay=may_pay, is_open=is_open),
                invoices=len(asked[link.id]),
                still_open=left,
            )
        )
    return Page(rows=tuple(rows), after=found.after, before=found.before)


def _link(session: Session, named: NamedLink) -> PayLink | None:
    restrict(session, customer=named.customer_id)
    wanted = sa.select(PayLink).where(PayLink.id == named.pay_link_id)
    return session.scalars(wanted.where(PayLink.customer_id == named.customer_id)).one_or_none()


def _invoice_ids(session: Session, link_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return _asked(session, [link_id])[link_id]


def _asked(session: Session, link_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Sequence[uuid.UUID]]:
    """Link -> the invoices it asks to pay."""
    wanted = sa.select(PayLinkItem.pay_link_id, PayLinkItem.invoice_id)
    found: dict[uuid.UUID, list[uuid.UUID]] = {one: [] for one in link_ids}
    for link_id, invoice_id in session.execute(wanted.where(PayLinkItem.pay_link_id.in_(link_ids))):
        found[link_id].append(invoice_id)
    return dict(found)


def _payers(
    session: Session, customer_id: uuid.UUID, persons: Sequence[PersonSeen]
) -> frozenset[uuid.UUID]:
    """Those of these persons who may pay for the account today."""
    able = [person.id for person in persons if person.is_active]
    roles = roles_at(session, person_ids=able, customer_ids=[customer_id])
    viewer = ContactRole.VIEWER
    return frozenset(one for one in able if roles[one].get(customer_id, viewer) != viewer)


def _standing(link: PayLink, at: dt.datetime, *, may_pay: bool, is_open: bool) -> Standing:
    if link.withdrawn_at or not may_pay:
        return Standing.WITHDRAWN
    if not is_open:
        return Standing.PAID
    return Standing.OPEN if at < link.expires_at else Standing.EXPIRED


def _is_being_paid(session: Session, invoice_ids: Sequence[uuid.UUID]) -> bool:
    wanted = (
        sa.select(CardPayment.id)
        .join(CardPaymentItem, CardPaymentItem.card_payment_id == CardPayment.id)
        .where(CardPayment.state.in_(UNDERWAY), CardPaymentItem.invoice_id.in_(invoice_ids))
    )
    return session.scalars(wanted.limit(1)).one_or_none() is not None
