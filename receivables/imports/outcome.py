"""What is said at the end of an import, for each kind of thing that is imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from foundation.i18n import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Customers or documents of a file by what becomes of them, and the lines of the new ones."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    new_rows: int = 0
    unchanged_rows: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            new_rows=self.new_rows + other.new_rows,
            unchanged_rows=self.unchanged_rows + other.unchanged_rows,
        )


class Outcome(Protocol):
    """Says what became of one kind of things."""

    def __call__(self, counts: Counts, *, is_dry: bool) -> str: ...


def read_words(kind: str, read: int) -> str:
    """How much of what was given could be read."""
    if kind == "originals":
        return ngettext("%(num)s file could be read.", "%(num)s files could be read.", read)
    return ngettext("%(num)s line could be read.", "%(num)s lines could be read.", read)


def refused_words(kind: str, refused: int) -> str:
    """That nothing was stored, and what to do."""
    if kind == "originals":
        return ngettext(
            "Nothing was stored: put %(num)s file right, then import them again.",
            "Nothing was stored: put %(num)s files right, then import them again.",
            refused,
        )
    return ngettext(
        "Nothing was stored: put %(num)s line right, then import the file again.",
        "Nothing was stored: put %(num)s lines right, then import the file again.",
        refused,
    )


def outcome_words(kind: str, counts: Counts, *, is_dry: bool) -> str:
    """What was done, or would be."""
    return OUTCOMES[kind](counts, is_dry=is_dry)


def _of_invoices(counts: Counts, *, is_dry: bool) -> str:
    new, known = counts.new, counts.unchanged
    if is_dry:
        return ngettext(
            "It would issue %(num)s invoice; known already: %(known)s.",
            "It would issue %(num)s invoices; known already: %(known)s.",
            new,
            known=known,
        )
    return ngettext(
        "%(num)s invoice issued; known before: %(known)s.",
        "%(num)s invoices issued; known before: %(known)s.",
        new,
        known=known,
    )


def _of_credit_notes(counts: Counts, *, is_dry: bool) -> str:
    new, known = counts.new, counts.unchanged
    if is_dry:
        return ngettext(
            "It would issue %(num)s credit note; known already: %(known)s.",
            "It would issue %(num)s credit notes; known already: %(known)s.",
            new,
            known=known,
        )
    return ngettext(
        "%(num)s credit note issued; known before: %(known)s.",
        "%(num)s credit notes issued; known before: %(known)s.",
        new,
        known=known,
    )


def _of_originals(counts: Counts, *, is_dry: bool) -> str:
    new, known = counts.new, counts.unchanged
    if is_dry:
        return ngettext(
            "It would keep %(num)s original; known already: %(known)s.",
            "It would keep %(num)s originals; known already: %(known)s.",
            new,
            known=known,
        )
    return ngettext(
        "%(num)s original kept; known before: %(known)s.",
        "%(num)s originals kept; known before: %(known)s.",
        new,
        known=known,
    )


def _of_customers(counts: Counts, *, is_dry: bool) -> str:
    others = {"changed": counts.changed, "same": counts.unchanged}
    if is_dry:
        return ngettext(
            "It would add %(num)s customer; to change: %(changed)s; the same: %(same)s.",
            "It would add %(num)s customers; to change: %(changed)s; the same: %(same)s.",
            counts.new,
            **others,
        )
    return ngettext(
        "%(num)s customer added; changed: %(changed)s; the same: %(same)s.",
        "%(num)s customers added; changed: %(changed)s; the same: %(same)s.",
        counts.new,
        **others,
    )


def _of_contacts(counts: Counts, *, is_dry: bool) -> str:
    others = {"changed": counts.changed, "same": counts.unchanged}
    if is_dry:
        return ngettext(
            "It would give %(num)s right; to change: %(changed)s; the same: %(same)s.",
            "It would give %(num)s rights; to change: %(changed)s; the same: %(same)s.",
            counts.new,
            **others,
        )
    return ngettext(
        "%(num)s right given; changed: %(changed)s; the same: %(same)s.",
        "%(num)s rights given; changed: %(changed)s; the same: %(same)s.",
        counts.new,
        **others,
    )


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "customers": _of_customers,
    "contacts": _of_contacts,
    "invoices": _of_invoices,
    "credit_notes": _of_credit_notes,
    "originals": _of_originals,
}
