"""The references-only floor: the least work that settles a payment, in columns between values.

Numbers cut out of the text, joined with the digits of open numbers and with their last five, one
customer whose cleaned name begins alike, a sum that fits, no item twice. It takes payments and
gives answers like an engine; what an engine does beyond that is measured against its speed.
"""

from collections.abc import Sequence

import polars as pl

from benchmarks.matching.peers.answers import FORMS, Answer, bare_name, net_of
from benchmarks.matching.worlds import World
from matching.values import Payment

BEGINNING = 4  # letters of a name
LAST = 100_000  # five digits
UMLAUTS = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Ł": "L"}


class Floor:
    """The columns of one world's open items, made once."""

    def __init__(self, world: World) -> None:
        names = {customer.id: bare_name(customer.names[0]) for customer in world.customers}
        items = world.items
        self.items = _with_keys(
            pl.DataFrame(
                {
                    "item": [item.id for item in items],
                    "number": [item.number for item in items],
                    "customer": [item.customer_id for item in items],
                    "begins": [names[item.customer_id][:BEGINNING] for item in items],
                    "open": [item.open_minor for item in items],
                    "net": [net_of(item) for item in items],
                    "currency": [item.currency for item in items],
                }
            )
        )

    def answers(self, payments: Sequence[Payment]) -> list[Answer]:
        """One answer a payment; those without a reference that fits have no suggestion."""
        settled = self.settled(columns_of(payments))
        found = dict(zip(settled["payment"].to_list(), settled["item"].to_list(), strict=True))
        nothing: tuple[str, ...] = ()
        return [
            Answer(
                payment_id=payment.id,
                items=tuple(sorted(found.get(payment.id, nothing))),
                score=1.0 if payment.id in found else 0.0,
                is_auto=payment.id in found,
            )
            for payment in payments
        ]

    def settled(self, payments: pl.DataFrame) -> pl.DataFrame:
        """Payments with the items that their text names and that sum to them."""
        payments = payments.with_columns(_cleaned("name"))
        pieces = pl.col("text").str.extract_all(r"\d[\d/\-]*\d")
        named = payments.with_columns(pieces.alias("piece")).explode("piece").drop_nulls("piece")
        named = named.with_columns(_key("piece").alias("key"))
        joined = named.join(self.items, on=["key", "currency"]).unique(["payment", "item"])
        is_alike = pl.col("name").str.starts_with(pl.col("begins"))
        grouped = joined.group_by("payment").agg(
            pl.col("item"),
            pl.col("open").sum(),
            pl.col("net").sum(),
            pl.col("amount").first(),
            pl.col("customer").n_unique().alias("customers"),
            is_alike.all().alias("is_alike"),
        )
        fits = (pl.col("open") == pl.col("amount")) | (pl.col("net") == pl.col("amount"))
        found = grouped.filter(fits & pl.col("is_alike") & (pl.col("customers") == 1))
        twice = found.explode("item").filter(pl.len().over("item") > 1)
        return found.join(twice.select("payment"), on="payment", how="anti")


def columns_of(payments: Sequence[Payment]) -> pl.DataFrame:
    """Payments as the floor takes them."""
    return pl.DataFrame(
        {
            "payment": [payment.id for payment in payments],
            "text": [payment.text for payment in payments],
            "name": [payment.payer_name for payment in payments],
            "amount": [payment.amount_minor for payment in payments],
            "currency": [payment.currency for payment in payments],
        }
    )


def _with_keys(items: pl.DataFrame) -> pl.DataFrame:
    """Each item under its digits and, where they are more, under the last five."""
    whole = items.with_columns(_key("number").alias("key")).drop_nulls("key").drop("number")
    last = whole.filter(pl.col("key") >= LAST).with_columns(pl.col("key") % LAST)
    return pl.concat([whole, last])


def _cleaned(column: str) -> pl.Expr:
    """A name in capitals, without accents, marks and legal forms."""
    capitals = pl.col(column).str.to_uppercase().str.replace_many(UMLAUTS)
    decomposed = capitals.str.normalize("NFKD").str.replace_all(r"[^A-Z0-9 ]", "")
    return decomposed.str.replace_all(FORMS.pattern, " ").str.strip_chars()


def _key(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(r"\D", "").str.to_integer(strict=False)
