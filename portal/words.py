"""What we say to a person: refusals, outcomes and events, each by its code, in both languages.

A sentence may use the facts of a refusal by their names: `%(still_open)s` is `refusal.still_open`.
"""

from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Final

from babel.support import LazyProxy

from foundation import templating
from foundation.currency import CURRENCIES
from foundation.errors import QuittanceError
from foundation.i18n import gettext as _
from foundation.i18n import language, ngettext, pgettext
from foundation.i18n import lazy_gettext as _l
from foundation.money import Money
from receivables.queries.invoices import DUE_SOON_DAYS

SENTENCES: Final[dict[str, LazyProxy]] = {
    "amount.refused": _l("Write an amount, such as %(example)s."),
    "amount.missing": _l("Write the amount to pay."),
    "amount.unreadable": _l("This is not an amount. Write it like %(example)s."),
    "amount.ambiguous": _l("This amount can be read in two ways. Write it like %(example)s."),
    "amount.too_precise": _l("Too many decimals. Write it like %(example)s."),
    "amount.negative": _l("An amount to pay is more than nothing."),
    "amount.too_large": _l("This amount is too large."),
    "amount.currency_differs": _l("This is paid in %(currency)s."),
    "basket.refused": _l("The basket could not be changed."),
    "basket.amount_exceeds_open": _l("At most %(still_open)s is open. Write that much or less."),
    "basket.amount_not_positive": _l("Write more than nothing, or remove the invoice."),
    "basket.invoice_not_payable": _l("This invoice cannot be paid any more. Remove it."),
    "basket.full": _l("A basket holds %(limit)s invoices at most. Pay some of them first."),
    "document.not_set": _l("The document could not be made. Try again in a minute."),
    "limits.too_many_attempts": _l("Too many tries. Wait %(retry_after)s, then try again."),
    "codes.wrong": _l("This code is not right, or was used already. Wait for the next one."),
    "codes.not_begun": _l("Set up the app from the beginning, please."),
    "codes.set_up_already": _l("An app is set up already. Remove it first."),
    "contact.has_access_already": _l("This person has access to all of it already."),
    "contact.may_not_manage": _l("You no longer manage the people of this account."),
    "contact.no_admin_left": _l(
        "Nobody else manages the people of %(company)s. Give somebody else that right first."
    ),
    "invitation.dead": _l("This invitation no longer works."),
    "passkey.refused": _l("That was no passkey for this account, or too late. Try again."),
    "passkey.full": _l("You have %(maximum)s passkeys. Remove one first."),
    "people.refused": _l("That is not possible. Nothing was changed."),
    "person.email_unreadable": _l("This is not an e-mail address."),
    "sign_in.refused": _l("E-mail address and password do not fit together. Check both."),
    "sign_in.busy": _l("Many people are signing in right now. Try again in a few seconds."),
    "sign_in_link.dead": _l("This link no longer works."),
    "password.too_short": _l("Take at least %(minimum)s characters."),
    "password.too_long": _l("Take at most %(maximum)s characters."),
    "password.unreadable": _l("This contains characters that cannot be typed. Leave them out."),
    "password.too_common": _l("This is guessed quickly. Take words that do not belong together."),
    "password.unchanged": _l("This is the password you have now. Choose another."),
    "password.names_person": _l("Your name or address is guessed first. Leave it out."),
    "password.current_wrong": _l("This is not your current password."),
    "password.fresh_sign_in_needed": _l("Sign in by mail first, then set a password here."),
    "card.refused": _l("This payment is not possible now. Nothing was taken."),
    "card.operation_reused": _l(
        "This page was sent before with other amounts. Nothing new was started: check the amounts"
        " and press once more."
    ),
    "card.earlier_payment_unsettled": _l(
        "You are paying some of these invoices already, and that may still go through. Nothing new"
        " was started: remove them to pay the others, or wait until it is settled."
    ),
    "card.earlier_payment_went_through": _l(
        "Your earlier payment of these invoices has just gone through: you find it under Payments."
        " Nothing new was started."
    ),
    "card.amount_out_of_range": _l(
        "By card we take from %(least)s to %(most)s at once. Change the amounts or remove invoices."
    ),
    "credit.blocked": _l(
        "The credit on your account cannot be used here at present. Please write to us."
    ),
    "card.method_unusable": _l(
        "This saved method cannot pay this any more. Nothing was taken: choose another way."
    ),
    "card.too_many_methods": _l("You have %(maximum)s methods saved or begun. Remove one first."),
    "credit.none_left": _l("There is no credit left on your account. Nothing was changed."),
    "card.nothing_to_pay": _l("There is nothing to pay here any more."),
    "pay_link.refused": _l("This pay link could not be made. Nothing was changed."),
    "pay_link.nothing_to_ask_for": _l("Nothing is open on these invoices any more."),
    "pay_link.too_many": _l("One link asks for %(limit)s invoices at most. Take out some."),
    "pay_link.several_payments": _l(
        "One link makes one payment: choose invoices of one company and one currency."
    ),
    "pay_link.over": _l("This pay link no longer works."),
    "pay_link.changed": _l(
        "The amounts have changed since you opened this page. Nothing was taken: look at them"
        " again before you pay."
    ),
    "paging.cursor_unreadable": _l("This page of the list is no more. Begin again at the first."),
}

METHODS: Final = {
    "card": _l("Paid by card"),
    "bank_debit": _l("Paid by bank debit"),
    "bank_transfer": _l("Paid by bank transfer"),
    "exchange": _l("Exchanged from another currency"),
}

# A card tester learns nothing here: most declines say no more than that the bank declined.
DECLINES: Final = {
    "expired_card": _l("The card has expired."),
    "insufficient_funds": _l(
        "Your bank declined the card: not enough funds, or a limit was reached."
    ),
    "authentication_required": _l("Your bank wanted a confirmation that was not given."),
}
DEBIT_REFUSALS: Final = {
    "insufficient_funds": _l("There was not enough money on the account."),
    "account_closed": _l("The account is closed."),
    "no_account": _l("The bank knows no such account."),
    "debit_not_authorized": _l("The account's holder did not allow the debit."),
}
DEBIT_REFUSED: Final = _l("The bank gave no reason we may pass on.")
DECLINED: Final = _l("Your bank declined the card.")

Standing = tuple[str, str]  # tone, words


def sentence(refusal: QuittanceError) -> str:
    """The refusal in the reader's words. KeyError: neither its code nor its family has any."""
    codes = [kind.code for kind in type(refusal).__mro__ if issubclass(kind, QuittanceError)]
    code = next((code for code in codes if code in SENTENCES), refusal.code)
    facts = {name: _told(fact) for name, fact in vars(refusal).items()}
    return str(SENTENCES[code]) % {**facts, "example": _example(facts.get("currency"))}


def method_words(method: str) -> str:
    """How the money came."""
    return str(METHODS[method])


def decline_words(code: str | None) -> str:
    """Why the card was not charged, as far as the payer is told."""
    return str(DECLINES.get(code or "", DECLINED))


def debit_refusal(code: str | None) -> str:
    """Why a bank did not carry a debit out, or took it back."""
    return str(DEBIT_REFUSALS.get(code or "", DEBIT_REFUSED))


def invoice_standing(state: str, days_overdue: int) -> Standing:
    """How an invoice stands, in one word or a few, and the tone of its dot."""
    return _standing(state, days_overdue, language())


@lru_cache(maxsize=2_048)  # a list says the same again and again
def _standing(state: str, days: int, _language: str) -> Standing:
    if state == "paid":
        return "good", pgettext("invoice", "Paid")
    if state == "written_off":
        return "off", pgettext("invoice", "Written off")
    if state == "cancelled":
        return "off", pgettext("invoice", "Cancelled")
    if days > 0:
        return "bad", ngettext("%(num)s day overdue", "%(num)s days overdue", days)
    if days == 0:
        return "wait", _("Due today")
    if days >= -DUE_SOON_DAYS:
        return "wait", ngettext("Due in %(num)s day", "Due in %(num)s days", -days)
    return "info", pgettext("invoice", "Not yet due")


def credit_standing(state: str) -> Standing:
    """How a credit note stands, and the tone of its dot."""
    return {
        "free": ("info", pgettext("credit note", "Free to use")),
        "part_used": ("wait", pgettext("credit note", "Partly used")),
        "used": ("good", pgettext("credit note", "Used")),
    }[state]


def _example(code: object) -> str:
    """An amount of that currency, as the reader would write it."""
    if not isinstance(code, str) or code not in CURRENCIES:
        return ""
    step = 10 ** CURRENCIES[code].exponent
    return templating.amount(Money(1234 * step + step // 2, code))


def _told(fact: object) -> object:
    if isinstance(fact, Money):
        return templating.money(fact)
    if isinstance(fact, timedelta):
        return wait_words(fact)
    return templating.day(fact) if isinstance(fact, date) else fact


def wait_words(wait: timedelta) -> str:
    """How long to wait, in whole minutes and never too short."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)
