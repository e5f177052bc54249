"""The real open items as the product's import wants them, and as a calculation wants them.

What the data lack is filled in one way, stated here and counted in the figures:
- an item without document date is issued on its `open_from`, the first day it was open;
- an item without due date is due after the customer's terms, 30 days, which the import adds;
- a customer without a name is called by its number; no set tells countries, languages or terms;
- a number that several items of a ledger share (the sellers of `ap` are many, seen as one ledger
  a payer) keeps its first item; the others get their own id behind it.
Credit notes are filled in the same way; nothing tells which invoice one corrects.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from foundation.currency import CURRENCIES

SETS: Final = ("ap", "hrc", "sap")
TERMS_DAYS: Final = 30
COUNTRIES: Final = {"ap": "US", "hrc": "US", "sap": "SE"}  # where most of a set is; none is told
DECIMALS: Final = 2  # every amount of the data is written with two
AMOUNT: Final = r"^[0-9]{1,13}\.[0-9]{2}$"


class TruthMissing(Exception):
    """The folder does not hold what we read, or it is not what we think."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One set: `items` with issue and due days and exact minor units, one row an invoice.

    `notes` are its credit notes, with positive minor units.
    """

    name: str
    items: pl.DataFrame
    notes: pl.DataFrame
    days_filled: int
    numbers_made_unique: int

    @property
    def as_of(self) -> dt.date:
        """The day on which three quarters of the items are due: every bucket has some."""
        days: list[dt.date] = self.items["due_on"].sort().to_list()
        return days[len(days) * 3 // 4]

    def ledgers(self) -> list[str]:
        """Every ledger of the set."""
        return sorted({*self.items["ledger"].unique(), *self.notes["ledger"].unique()})

    def customers_csv(self) -> bytes:
        """customers.csv for the import."""
        customers = (
            pl.concat([self.items, self.notes])
            .group_by("customer_id", maintain_order=True)
            .agg(pl.col("customer_name").drop_nulls().first())
            .select(
                pl.col("customer_id").alias("number"),
                pl.coalesce("customer_name", "customer_id").alias("name"),
                pl.lit(COUNTRIES[self.name]).alias("country"),
                pl.lit("en").alias("language"),
                pl.lit(TERMS_DAYS).alias("terms_days"),
            )
        )
        return customers.write_csv().encode()

    def invoices_csv(self) -> bytes:
        """invoices.csv for the import: totals; what the data do not tell is left empty."""
        invoices = self.items.select(
            "ledger",
            "number",
            pl.col("customer_id").alias("customer_number"),
            "issued_on",
            pl.col("due_date").alias("due_on"),
            "currency",
            pl.col("amount").alias("total"),
        )
        return invoices.write_csv().encode()

    def credit_notes_csv(self) -> bytes:
        """credit_notes.csv for the import: totals."""
        notes = self.notes.select(
            "ledger",
            "number",
            pl.col("customer_id").alias("customer_number"),
            "issued_on",
            "currency",
            pl.col("amount").alias("total"),
        )
        return notes.write_csv().encode()

    @property
    def days_before(self) -> list[dt.date]:
        """Days in the past: when half, and when nine of ten invoices were issued."""
        days: list[dt.date] = self.items["issued_on"].sort().to_list()
        return [days[len(days) // 2], days[len(days) * 9 // 10]]


def read_truth(folder: Path, name: str) -> Truth:
    """Read one set. Raises TruthMissing."""
    path = folder / "truth" / name / "invoices.csv.gz"
    if not path.is_file():
        raise TruthMissing(f"there is no truth/{name}/invoices.csv.gz in {folder}")
    whole = pl.read_csv(path, infer_schema=False)
    invoices = whole.filter(pl.col("doc_type") == "invoice")
    credited = whole.filter(pl.col("doc_type") == "credit_note").with_columns(
        pl.col("amount").str.strip_prefix("-")  # the data write what is credited as negative
    )
    _check_amounts(name, pl.concat([invoices, credited]))
    items = _filled(invoices)
    return Truth(
        name=name,
        items=items,
        notes=_filled(credited),
        days_filled=items.filter(
            pl.any_horizontal(pl.col("document_date", "due_date").is_null())
        ).height,
        numbers_made_unique=items.filter(pl.col("number") != pl.col("invoice_number")).height,
    )


def _filled(documents: pl.DataFrame) -> pl.DataFrame:
    """The same with their days, their exact minor units and a number each has alone."""
    return documents.with_columns(
        pl.coalesce("document_date", "open_from").str.to_date().alias("issued_on"),
        pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64).alias("minor"),
        _number().alias("number"),
    ).with_columns(
        pl.coalesce(
            pl.col("due_date").str.to_date(), pl.col("issued_on").dt.offset_by(f"{TERMS_DAYS}d")
        ).alias("due_on")
    )


def _number() -> pl.Expr:
    is_first = pl.struct("ledger", "invoice_number").is_first_distinct()
    longer = pl.concat_str("invoice_number", "invoice_id", separator=" ")
    return pl.when(is_first).then("invoice_number").otherwise(longer)


def _check_amounts(name: str, documents: pl.DataFrame) -> None:
    """Cutting the point out of an amount is exact only where it is written as we think."""
    codes = set(documents["currency"].unique())
    odd = {
        code for code in codes if code not in CURRENCIES or CURRENCIES[code].exponent != DECIMALS
    }
    if odd or not documents["amount"].str.contains(AMOUNT).all():
        raise TruthMissing(f"amounts of {name} are not all written with two decimals: {odd or ''}")
