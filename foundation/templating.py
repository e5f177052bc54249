"""One way to fill a template, for pages and mail alike: strict, escaped, in the reader's language.

Only the filters made here format anything; a template does no arithmetic and no formatting.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from foundation import i18n
from foundation.amounts import format_amount, format_day, format_moment, format_money, format_number
from foundation.i18n import gettext, language, ngettext
from foundation.money import Money

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"


def environment(zone: ZoneInfo) -> Environment:
    """An environment of our own, for what is no page: mail."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"]))
    equip(made, zone)
    return made


def equip(env: Environment, zone: ZoneInfo) -> None:
    """Give an environment our filters and words; a value that is missing is an error, not a gap."""
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(  # type: ignore[attr-defined] # the i18n extension adds it
        i18n.lookup, i18n.lookup_plural, newstyle=True, pgettext=i18n.lookup_in_context
    )
    env.globals["language"] = language
    env.filters.update(money=money, amount=amount, day=day, days_late=days_late, number=number)
    env.filters["moment"] = lambda value: moment(value, zone)
    env.globals["zone_name"] = zone.key  # "Europe/Paris": the same in every language


def money(value: Money) -> str:
    """With its currency, as the reader writes it."""
    return format_money(value, language())


def amount(value: Money) -> str:
    """Without its currency, for a column or field that names it."""
    return format_amount(value, language())


def day(value: date) -> str:
    """ "12 Nov 2026"."""
    return format_day(value, language())


def number(value: Decimal) -> str:
    """A rate or a percentage, as the reader writes it."""
    return format_number(value, language())


def moment(value: datetime, zone: ZoneInfo) -> str:
    """ "12 Nov 2026, 14:05", in the seller's time zone."""
    return format_moment(value, language(), zone)


def days_late(days: int) -> str:
    """How late in words; negative days are still to come."""
    if days > 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", days)
    if days == 0:
        return gettext("due today")
    return ngettext("due in %(num)s day", "due in %(num)s days", -days)
