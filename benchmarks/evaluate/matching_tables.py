"""The figures of one set as tables for whoever reads the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.evaluate.matching_figures import (
    Figures,
    Outcome,
    by_level,
    by_rest,
    by_size,
    clopper_pearson,
    figures_of,
    posted_when_hidden,
)

HEADER = (
    *("", "payments", "auto", "right of auto", "95 % interval", "wrong", "wrong items"),
    *("first right", "set proposed"),
)


def show(name: str, plain: Sequence[Outcome], hidden: Sequence[Outcome]) -> None:
    """Print the set: all, by remittance level, by size, by what is left open; then the hidden."""
    table = Table(title=f"Real payments: {name}", title_justify="left")
    for column in HEADER:
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for section in _sections(plain):
        for label, figures in section.items():
            table.add_row(label, *_cells(figures))
        table.add_section()
    console = Console(width=None if Console().is_terminal else 132)
    console.print(table)
    console.print(_hidden_sentence(hidden))


def _sections(plain: Sequence[Outcome]) -> Iterator[dict[str, Figures]]:
    yield {"all": figures_of(plain)}
    yield {f"text {level}": group for level, group in by_level(plain).items()}
    yield {f"pays {size}": group for size, group in by_size(plain).items()}
    yield by_rest(plain)


def _cells(figures: Figures) -> Iterator[str]:
    low, high = figures.interval
    yield f"{figures.payments:,}"
    yield f"{figures.rate(figures.auto):.1%}"
    yield "-" if figures.precision is None else f"{figures.precision:.3%}"
    yield f"{100 * low:.2f}-{high:.2%}"
    yield f"{figures.auto_wrong:,}"
    yield f"{figures.wrong_items:,}"
    yield f"{figures.rate(figures.first_right):.1%}"
    yield f"{figures.rate(figures.proposed):.1%}"


def _hidden_sentence(hidden: Sequence[Outcome]) -> str:
    posted, whole = posted_when_hidden(hidden)
    low, high = clopper_pearson(posted, whole)
    return (
        f"With the items of {whole:,} payments taken out, {posted:,} of these were applied: "
        f"{posted / whole if whole else 0:.2%} ({low:.2%} - {high:.2%}).\n"
    )
