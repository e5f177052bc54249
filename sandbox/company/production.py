"""One play from an empty stage to the file of sign-ins, with everything closed behind it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg
import sqlalchemy as sa

from foundation.currency import currency
from foundation.database import Transaction, allow_minutes, engine_of
from foundation.errors import QuittanceError
from foundation.money import Money
from foundation.settings import Settings
from people.queries.persons import person_with_email
from sandbox.company.days import Year
from sandbox.company.digest import digest_of
from sandbox.company.famous import DEMO_SIGN_INS
from sandbox.company.play import end, play
from sandbox.company.stage import Addresses, staged
from sandbox.company.values import Plan
from sandbox.stripe.world import DEFAULT_KEY

CONNECTIONS: Final = 2
DIGEST_MINUTES_MAX: Final = 5
FASTER: Final = "SET synchronous_commit TO off"


class ProductionRefused(QuittanceError):
    """The company cannot be played here."""

    code = "company.not_played"


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """Where to play: the books of `settings`, the sandbox's folder, the file to write last."""

    settings: Settings
    var: Path
    sign_ins: Path
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the card company took, by currency, and the digest of the books."""

    taken: tuple[Money, ...]
    digest: str


def produce(
    production: Production, plan: Plan, year: Year, *, each_day: Callable[[], object]
) -> Made:
    """Play, then write the file of sign-ins.

    Raises ProductionRefused in production, on books where it was played before, and beside a
    running sandbox: that one would close the pages of the past as long run out.
    """
    _refuse_the_wrong_place(production)
    production.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings, seed = production.settings, production.seed
    with (
        _hurried(settings, settings.database_url) as books,
        _hurried(settings, settings.database_portal_url or settings.database_url) as portal,
        _sure(settings) as at_the_end,
        staged(books=books, portal=portal, at=_addresses(production), seed=seed, year=year) as on,
    ):
        _refuse_a_second_play(books)
        play(on, plan, year, each_day=each_day)
        end(replace(on, books=at_the_end), plan, year, seed=seed)
        taken = tuple(_money(code, units) for code, units in sorted(on.world.totals().items()))
        with at_the_end() as session:
            allow_minutes(session, DIGEST_MINUTES_MAX)
            made = Made(taken=taken, digest=digest_of(session))
    _write(production, year, made)
    return made


def _refuse_the_wrong_place(production: Production) -> None:
    if production.settings.is_production:
        raise ProductionRefused("A play has no place in real books: QUITTANCE_MODE is production.")
    ready = production.var / "ready.json"
    if ready.exists():
        raise ProductionRefused(f"A sandbox serves {production.var}: play first, or stop it.")


def _refuse_a_second_play(books: Transaction) -> None:
    with books() as session:
        if person_with_email(session, DEMO_SIGN_INS[0].email):
            raise ProductionRefused("The company was played into these books before: empty them.")


def _addresses(production: Production) -> Addresses:
    settings = production.settings
    return Addresses(
        portal_url=settings.portal_url,
        stripe_url=settings.stripe_url or "http://localhost",
        stripe_key=settings.stripe_key or DEFAULT_KEY,
        stripe_file=production.var / "stripe.sqlite3",
    )


@contextmanager
def _sure(settings: Settings, url: str = "") -> Iterator[Transaction]:
    """Transactions whose commits are on the disk, with all that were made before them."""
    engine = engine_of(url or settings.database_url, pool=CONNECTIONS)
    try:
        yield Transaction(engine, audit_key=settings.audit_key, keyring=settings.keyring)
    finally:
        engine.dispose()


@contextmanager
def _hurried(settings: Settings, url: str) -> Iterator[Transaction]:
    """Transactions that do not wait for the disk: a play that is cut short begins anew anyway."""
    with _sure(settings, url) as transaction:
        sa.event.listen(transaction.engine, "connect", _hurry)
        yield transaction


def _hurry(connection: psycopg.Connection[object], _: object) -> None:
    connection.autocommit = True
    connection.execute(FASTER)
    connection.autocommit = False


def _write(production: Production, year: Year, made: Made) -> None:
    """Whole or not at all: who finds the file finds the company played to its end."""
    told = {
        "seed": production.seed,
        "ends_at": year.now.isoformat(),
        "digest": made.digest,
        "sign_ins": [sign_in.as_json() for sign_in in DEMO_SIGN_INS],
    }
    fresh = production.sign_ins.with_name(f"{production.sign_ins.name}.new")
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.chmod(0o600)  # it holds a password
    fresh.replace(production.sign_ins)


def _money(code: str, units: int) -> Money:
    """The card company's count as money."""
    known = currency(code.upper())
    return Money(known.minor_units(units), known.code)
