"""What the payer writes: numbers in the payer's own style, words around them, some of it wrong."""

import random
import re
from collections.abc import Mapping, Sequence

from benchmarks.matching.picking import Plan, Quote
from benchmarks.matching.profiles import Channel, Profile
from benchmarks.matching.speech import Speech

SEPARATORS = (", ", ",", " ", "; ", " / ", "/", " + ", " und ", " & ")


def styled(number: str, style: str, rng: random.Random) -> str:
    """The number as this payer copies it: full, plain, digits, tail (of the digits), spaced."""
    digits = re.sub(r"\D", "", number)
    if style == "plain":
        return re.sub(r"[^0-9A-Za-z]", "", number)
    if style == "digits" and len(digits) >= 4:
        return digits
    if style == "tail" and len(digits) >= 5:
        last = re.split(r"\D+", number.rstrip(".ABCDEFGHIJKLMNOPQRSTUVWXYZ"))[-1] or digits
        return (last if len(last) >= 4 else digits)[-6:].lstrip("0") or digits
    if style == "spaced":
        return re.sub(r"[-/]", " ", number) if rng.random() < 0.6 else _blank_inside(number, rng)
    return number


def spoilt(text: str, misreads: Mapping[str, str], rng: random.Random, *, is_read: bool) -> str:
    """One slip: a letter misread by a machine, or what a person does to a number when keying it."""
    place = rng.randrange(len(text))
    if is_read:
        places = [n for n, letter in enumerate(text) if letter in misreads]
        if places and rng.random() < 0.8:
            place = rng.choice(places)
            return text[:place] + misreads[text[place]] + text[place + 1 :]
    kind = rng.random()
    if kind < 0.35:
        return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    if kind < 0.6 and len(text) > 4:
        return text[:place] + text[place + 1 :]
    if kind < 0.8:
        return text[:place] + str(rng.randrange(10)) + text[place + 1 :]
    return text[:place] + rng.choice((" ", "-", ".")) + text[place:]


def written(
    quotes: Sequence[Quote], layout: str, speech: Speech, style: str, rng: random.Random
) -> list[str]:
    """Each number with what stands around it, in the layout of this payer."""
    texts = [_one(quote, style, rng) for quote in quotes]
    label = rng.choice(speech.labels)
    if layout == "short" and len(texts) > 2:
        texts = _shared_beginning_once(texts)
    if layout == "amounts":
        return [f"{t} {money(q.amount_minor, speech.decimal)}" for t, q in _both(texts, quotes)]
    if layout == "dated":
        return [f"{label} {t}{_dated(q, speech)}".strip() for t, q in _both(texts, quotes)]
    if layout == "each":
        return [f"{label} {text}".strip() for text in texts]
    if layout in ("labelled", "plus", "short") and texts:
        texts[0] = f"{label} {texts[0]}".strip()
    return texts


def laid_out(parts: Sequence[str], quotes: Sequence[Quote], layout: str, rng: random.Random) -> str:
    """The parts in one line."""
    if layout == "edi":
        return "".join(f"RMR*IV*{t}**{q.amount_minor / 100:.2f}\\" for t, q in _both(parts, quotes))
    if layout == "swift":
        return " ".join(f"/{rng.choice(('ROC', 'INV'))}/{part}" for part in parts)
    if layout == "plus":
        return "+".join(parts)
    return rng.choice(SEPARATORS).join(parts)


def ranged(quotes: Sequence[Quote], speech: Speech, style: str, rng: random.Random) -> str:
    """First and last number of a row; the last one is often only its end."""
    first, last = (_one(quote, style, rng) for quote in quotes)
    if rng.random() < 0.4 and len(last) > 4:
        last = last[-rng.randint(3, 4) :]
    label, word = rng.choice(speech.labels), rng.choice(speech.range_words)
    return f"{label} {first}{word if word == '-' else f' {word} '}{last}".strip()


def worded(plan: Plan, speech: Speech, rng: random.Random) -> str:
    """The words that tell why the amount is what it is."""
    if plan.words == "rate":
        return rng.choice(speech.rate).format(*plan.part)
    known = {
        "short": speech.short,
        "discount": speech.discount,
        "prepay": speech.prepay,
        "more": speech.more,
    }
    if plan.words in known:
        return rng.choice(known[plan.words])
    return "" if plan.words == "range" else plan.words


def beside(customer_id: str, profile: Profile, speech: Speech, rng: random.Random) -> str:
    """Numbers that name no invoice: our customer number, the payer's own voucher, a date."""
    parts = []
    if customer_id:
        parts.append(f"{rng.choice(speech.customer)} {customer_id}")
    if rng.random() < profile.distractors:
        parts.append(
            rng.choice(("", "EREF+", "Beleg ", "Ref ", "ZV")) + str(rng.randrange(10_000, 10**8))
        )
    return " ".join(parts)


def fitted(text: str, channel: Channel) -> str:
    """What is left of the text in this channel: lines broken anywhere, the end cut off."""
    text = " ".join(text.split())[: channel.text_width]
    if channel.line_width:
        width = channel.line_width
        return "\n".join(text[n : n + width] for n in range(0, len(text), width))
    return text.rstrip()


def money(amount_minor: int, decimal: str) -> str:
    """An amount as people write it: 1.190,00 or 1,190.00."""
    text = f"{abs(amount_minor) / 100:,.2f}"
    if decimal == ",":
        text = text.replace(",", "_").replace(".", ",").replace("_", ".")
    return f"-{text}" if amount_minor < 0 else text


def _one(quote: Quote, style: str, rng: random.Random) -> str:
    if quote.kind == "rf":
        blocks = [quote.text[n : n + 4] for n in range(0, len(quote.text), 4)]
        return " ".join(blocks) if rng.random() < 0.4 else quote.text
    return quote.text if quote.kind == "order" else styled(quote.text, style, rng)


def _both(texts: Sequence[str], quotes: Sequence[Quote]) -> list[tuple[str, Quote]]:
    return list(zip(texts, quotes, strict=True))


def _dated(quote: Quote, speech: Speech) -> str:
    return f" {speech.dated} {quote.issued_on:%d.%m.%y}" if quote.issued_on else ""


def _blank_inside(number: str, rng: random.Random) -> str:
    if len(number) < 5:
        return number
    place = rng.randrange(2, len(number) - 1)
    return f"{number[:place]} {number[place:]}"


def _shared_beginning_once(texts: list[str]) -> list[str]:
    """ "INV-101, INV-102, INV-110" as "INV-101, 102, 110"."""
    return [texts[0], *(text[-4:] if len(text) > 5 else text for text in texts[1:])]
