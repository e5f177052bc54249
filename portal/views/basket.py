"""What somebody is about to pay: filled from the lists, amounts changed, invoices taken out."""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from foundation.i18n import gettext as _
from foundation.i18n import ngettext
from foundation.money import Money
from foundation.paging import Cut
from foundation.templating import money
from foundation.web.requests import wiring
from payments.basket.actions import lower, put_in_basket, take_out
from payments.basket.errors import BasketFull
from payments.basket.queries import marks_of
from payments.card.leaving import close_own_pages
from portal.asking import count_ask
from portal.auth import me
from portal.basket_page import basket_address, basket_page, keep_sent, own_basket, own_sent_basket
from portal.forms.basket import GroupForm, SentBasket
from portal.forms.choice import AddForm
from portal.pages import own_account
from portal.words import sentence
from receivables.actions.credit import is_credit_used, use_credit
from receivables.queries.invoices import InvoiceFilter, invoice_page
from receivables.queries.open_items import still_open_of

if TYPE_CHECKING:  # a view names the session, it never builds a query
    from sqlalchemy.orm import Session

blueprint = Blueprint("basket", __name__, url_prefix="/basket")

OVERDUE_MAX = 200  # the longest overdue ones; the rest follow with the next payment


@blueprint.get("")
def show() -> ResponseReturnValue:
    """What is in the basket, with an amount for each invoice."""
    with own_account() as session:
        return basket_page(session)


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Put the chosen invoices, or all overdue ones of a currency, into the basket."""
    form = AddForm()
    if not form.validate_on_submit() or form.is_empty:
        flash(_("Choose at least one invoice first."), "refused")
        return redirect(form.back_address, 303)
    try:
        with own_account() as session:
            chosen = _chosen(session, form)
            added = put_in_basket(
                session, contact_id=me().contact_id, invoice_ids=chosen, deed=me().deed()
            )
            beside = _beside(session, chosen) if form.pays_now else 0
    except BasketFull as refusal:
        flash(sentence(refusal), "refused")
        return redirect(url_for("basket.show"), 303)
    if not form.pays_now:
        flash(_told(added), "done")
        return redirect(form.back_address, 303)
    if not chosen:
        flash(
            _("Nothing that is overdue is left to choose: it has been paid, or is being paid."),
            "note",
        )
    elif beside is None:
        flash(
            _(
                "Those invoices cannot be paid here: they have been paid, or are on no account of"
                " yours."
            ),
            "refused",
        )
    elif beside:
        flash(_told_of_others(beside), "note")
    return redirect(url_for("basket.show"), 303)


@blueprint.post("/amounts")
def amounts() -> ResponseReturnValue:
    """Keep the amounts typed: by a button, or by script as they are typed."""
    with own_account() as session:
        sent = own_sent_basket(session)
        if not keep_sent(session, sent):
            return basket_page(session, sent), 422
    return redirect(basket_address(), 303)


@blueprint.post("/credit", endpoint="use_credit")
def spend_credit() -> ResponseReturnValue:
    """Pay what the credit on the account pays of one group; the rest stays in the basket."""
    with own_account() as session:
        asked = own_sent_basket(session)
        if answer := _not_for_credit(session, asked):
            return answer
    if asked.pressed is not None and not _closes_own_pages(asked.pressed):
        with own_account() as session:
            return basket_page(session, asked), 409
    with own_account(locked=True) as session:
        sent = own_sent_basket(session)
        if answer := _not_for_credit(session, sent):
            return answer
        form = cast(GroupForm, sent.pressed)  # what has not changed is there
        if not form.accepted_by(
            use_credit,
            session,
            operation_id=sent.press_id,
            ledger_id=form.group.ledger_id,
            currency=form.group.currency,
            claims=form.claims,
            deed=me().deed(),
        ):
            return basket_page(session, sent), 409
        lower(
            session,
            contact_id=me().contact_id,
            claims=form.claims,
            settled=form.outcome,
            deed=me().deed(),
        )
    if form.outcome:
        flash(_told_of_credit(form), "done")
    return redirect(basket_address(), 303)


def _not_for_credit(session: "Session", sent: SentBasket) -> ResponseReturnValue | None:
    """The answer to a press that uses no credit: done before, of an old page, or unreadable."""
    if is_credit_used(session, sent.press_id):
        return redirect(url_for("basket.show"), 303)
    is_kept = keep_sent(session, sent)
    if sent.has_changed:
        flash(_("Your basket has changed meanwhile. Look at it again before you pay."), "note")
        return basket_page(session, sent), 409
    return None if is_kept else (basket_page(session, sent), 422)


@blueprint.post("/<uuid:invoice_id>/removal")
def remove(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """Take one invoice out, and keep what was typed beside it; it stays open.

    Another's is as good as absent.
    """
    with own_account() as session:
        if not still_open_of(session, customer_id=me().customer_id, invoice_ids=[invoice_id]):
            abort(404)
        take_out(session, contact_id=me().contact_id, invoice_ids=[invoice_id], deed=me().deed())
        sent = own_sent_basket(session)
        if not keep_sent(session, sent):
            return basket_page(session, sent), 422
    return redirect(basket_address(), 303)


def _closes_own_pages(form: GroupForm) -> bool:
    """No card page of one's own stays open for what the credit is about to pay."""
    return form.accepted_by(count_ask, wiring().transaction) and form.accepted_by(
        close_own_pages,
        partial(wiring().transaction, customer=me().customer_id),
        gateway=wiring().gateway,
        contact_id=me().contact_id,
        invoice_ids=[line.item.invoice_id for line in form.lines],
        deed=me().deed(),
    )


def _told_of_credit(form: GroupForm) -> str:
    used = Money.total(form.outcome.values(), form.group.currency)
    return ngettext(
        "%(amount)s of your credit was used for %(num)s invoice.",
        "%(amount)s of your credit was used for %(num)s invoices.",
        len(form.outcome),
        amount=money(used),
    )


def _chosen(session: "Session", form: AddForm) -> Sequence[uuid.UUID]:
    """The ticked invoices, or the longest overdue ones of the currency asked for that nobody is
    paying already.
    """
    if form.invoice_id.data:
        return form.invoice_id.data
    marks = marks_of(session, contact_id=me().contact_id, customer_id=me().customer_id)
    overdue = invoice_page(
        session,
        customer_id=me().customer_id,
        wanted=InvoiceFilter(state="overdue", currency=form.overdue_in.data),
        on=wiring().clock.today(),
        cut=Cut(size=OVERDUE_MAX + len(marks.being_paid)),
    )
    return [row.id for row in overdue.rows if row.id not in marks.being_paid][:OVERDUE_MAX]


def _beside(session: "Session", chosen: Sequence[uuid.UUID]) -> int | None:
    """How many invoices more the same payment would pay; None when none of the chosen can be."""
    groups = [{line.invoice_id for line in group.items} for group in own_basket(session).groups]
    meant = [ids for ids in groups if ids & set(chosen)]
    return sum(len(ids - set(chosen)) for ids in meant) if meant or not chosen else None


def _told(added: int) -> str:
    if not added:
        return _(
            "Those invoices are in your basket already, have been paid, or are not on this account."
        )
    return ngettext(
        "%(num)s invoice is in your basket now.", "%(num)s invoices more are in your basket.", added
    )


def _told_of_others(count: int) -> str:
    """So that nobody pays more than they just chose."""
    return ngettext(
        "%(num)s other invoice was already in your basket. Remove it if you do not want to pay it"
        " now.",
        "%(num)s other invoices were already in your basket. Remove those you do not want to pay"
        " now.",
        count,
    )
