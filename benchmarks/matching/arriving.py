"""A plan becomes the payment that our bank shows us: name, account and text as they arrive."""

import random
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.matching import naming, writing
from benchmarks.matching.customers import Payer, one_of
from benchmarks.matching.locales import BRITAIN, LOCALES, Locale
from benchmarks.matching.numbering import iban
from benchmarks.matching.picking import Desk, Plan, Quote
from benchmarks.matching.profiles import Bending, Channel
from benchmarks.matching.speech import SPEECHES, Speech
from matching.values import Payment

PAYOUT = Channel(name_width=35, text_width=400)
OTHER_ACCOUNT = 0.06  # of the payments come from an account nobody has seen
BY_THE_PARENT = 0.2


def arrive(desk: Desk, plan: Plan) -> tuple[Payment, str]:
    """The payment of a plan, still without an id, and the channel it came by."""
    payer = desk.payer(plan.payer) if plan.payer >= 0 else None
    name_of_channel = plan.channel or (payer.channel if payer else "sepa")
    channel = PAYOUT if name_of_channel == "payout" else desk.profile.channel_kinds[name_of_channel]
    name, account = _from_whom(desk, plan, payer)
    if desk.rng.random() < desk.profile.misspelt_names:
        name = naming.misspelt(name, desk.rng)
    name = _bent(name, desk.profile.bend_name, desk.rng)
    is_shown = desk.rng.random() < channel.account_share
    payment = Payment(
        id="",
        paid_on=plan.day,
        amount_minor=plan.amount_minor,
        currency=plan.currency,
        payer_name=name[: channel.name_width].strip(),
        payer_account=account if is_shown else "",
        text=_text(desk, plan, payer, channel),
    )
    return payment, name_of_channel


def _from_whom(desk: Desk, plan: Plan, payer: Payer | None) -> tuple[str, str]:
    """Name and account of whoever sent the money."""
    rng = desk.rng
    if payer is None:
        return plan.name, _account(LOCALES[rng.choice(sorted(desk.profile.countries))], rng)
    if payer.third_party and rng.random() < payer.third_party_share:
        return payer.third_party
    if payer.parent >= 0 and rng.random() < BY_THE_PARENT:
        parent = desk.payer(payer.parent)
        return parent.bank_name, parent.account
    if rng.random() < OTHER_ACCOUNT:
        return payer.bank_name, _account(payer.locale, rng)
    return payer.bank_name, payer.account


def _account(locale: Locale, rng: random.Random) -> str:
    return iban(locale.country if locale.account_digits else "", locale.account_digits, rng)


def _text(desk: Desk, plan: Plan, payer: Payer | None, channel: Channel) -> str:
    rng, profile = desk.rng, desk.profile
    locale = payer.locale if payer else BRITAIN
    speech = SPEECHES[locale.language]
    style = payer.style if payer and rng.random() < 0.85 else one_of(profile.styles, rng)
    layout = payer.layout if payer and rng.random() < 0.85 else one_of(profile.layouts, rng)
    quotes = _slipped(desk, plan, style, channel)
    words = writing.worded(plan, speech, rng)
    is_naming = payer is not None and payer.names_itself and rng.random() < 0.8
    customer_id = payer.id if payer and is_naming else ""
    about = _numbers(plan, quotes, layout, speech, rng) or _phrase(words, speech, rng)
    extra = writing.beside(customer_id, profile, speech, rng)
    parts = [extra, about, words] if rng.random() < 0.4 else [about, words, extra]
    whole = _bent(" ".join(part for part in parts if part), profile.bend_text, rng)
    text = writing.fitted(whole, channel)
    return text.upper() if rng.random() < channel.in_capitals * 0.5 else text


def _bent(text: str, bending: Bending | None, rng: random.Random) -> str:
    return bending(text, rng) if bending and text else text


def _phrase(words: str, speech: Speech, rng: random.Random) -> str:
    return "" if words else rng.choice(speech.phrases)


def _numbers(
    plan: Plan, quotes: Sequence[Quote], layout: str, speech: Speech, rng: random.Random
) -> str:
    """All numbers with their labels; they are styled already."""
    if not quotes:
        return ""
    if plan.words == "range":
        return writing.ranged(quotes, speech, "full", rng)
    if quotes[0].kind == "order":
        return f"{rng.choice(speech.order)} {quotes[0].text}"
    layout = "listed" if layout in ("edi", "swift") and quotes[0].kind == "rf" else layout
    invoices = [quote for quote in quotes if quote.kind != "credit"]
    notes = [quote for quote in quotes if quote.kind == "credit"]
    parts = writing.written(invoices, layout, speech, "full", rng)
    line = writing.laid_out(parts, invoices, layout, rng)
    less = " ".join(f"{rng.choice(speech.credit)} {note.text}" for note in notes)
    return f"{line} {less}".strip()


def _slipped(desk: Desk, plan: Plan, style: str, channel: Channel) -> tuple[Quote, ...]:
    """The numbers in the payer's style, some of them with a slip."""
    rng, profile = desk.rng, desk.profile
    share = profile.read_wrong if channel.is_read else profile.typed_wrong
    slipped = []
    for quote in plan.quotes:
        keeps_form = quote.kind in ("rf", "order")
        text = quote.text if keeps_form else writing.styled(quote.text, style, rng)
        if rng.random() < share:
            bad = writing.spoilt(text, profile.misreads, rng, is_read=channel.is_read)
            text = text if _is_another(desk, plan.payer, quote, bad) else bad
        text = text if keeps_form else _bent(text, profile.bend_number, rng)
        slipped.append(replace(quote, text=text))
    return tuple(slipped)


def _is_another(desk: Desk, payer: int, quote: Quote, text: str) -> bool:
    """Whether a slip made it another open number of the payer: then nobody could see the slip."""
    digits = "".join(filter(str.isdigit, text))
    places = desk.books.owned[payer] if payer >= 0 else []
    numbers = (desk.item(place).number for place in places)
    others = ("".join(filter(str.isdigit, number)) for number in numbers if number != quote.text)
    return any(other.endswith(digits) for other in others)
