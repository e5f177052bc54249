"""Parents and branches of a file: every parent exists, and nobody is its own ancestor.

`links` says for each customer of the file the number of its parent, "" where it has none.
"""

from collections.abc import Collection, Mapping

from foundation.database import TransactionFactory
from foundation.i18n import gettext as _
from receivables.imports.batching import batches
from receivables.imports.known import known_customers


def broken_families(
    transaction: TransactionFactory, links: Mapping[str, str], mentioned: Collection[str]
) -> dict[str, str]:
    """What is wrong with a customer's parent, by the customer's number.

    `mentioned` are all numbers of the file, also of lines that are bad for another reason.
    """
    kin, missing = _with_the_books(transaction, links, mentioned)
    broken = {
        number: _("There is no customer %(number)s, here or in the books.", number=parent)
        for number, parent in links.items()
        if parent in missing
    }
    for number in _in_circles(kin):
        if number in links:
            broken[number] = _("These parents lead back to the customer itself.")
    return broken


def parents_first(links: Mapping[str, str]) -> list[list[str]]:
    """The file's customers in generations: a parent comes in an earlier one than its branches."""
    depths: dict[str, int] = {}
    for number in links:
        line = [number]
        while (parent := links[line[-1]]) in links and parent not in depths:
            line.append(parent)
        depth = depths.get(links[line[-1]], -1)
        for member in reversed(line):
            depth += 1
            depths.setdefault(member, depth)
            depth = depths[member]
    generations: list[list[str]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for number, depth in depths.items():
        generations[depth].append(number)
    return generations


def _with_the_books(
    transaction: TransactionFactory, links: Mapping[str, str], mentioned: Collection[str]
) -> tuple[dict[str, str], set[str]]:
    """The file's links, those of all ancestors in the books, and the parents nobody knows."""
    kin, missing = dict(links), set[str]()
    wanted = {parent for parent in links.values() if parent} - set(mentioned)
    while wanted:
        found: dict[str, str] = {}
        for batch in batches(sorted(wanted)):
            with transaction() as session:
                known = known_customers(session, batch)
            found |= {number: row.parent_number or "" for number, row in known.items()}
        missing |= wanted - set(found)
        kin |= found
        wanted = {parent for parent in found.values() if parent} - set(kin) - set(mentioned)
    return kin, missing


def _in_circles(kin: Mapping[str, str]) -> set[str]:
    """Everybody who is an ancestor of their own."""
    ends: set[str] = set()  # whose ancestors were followed to the end
    circles: set[str] = set()
    for number in kin:
        line: dict[str, int] = {}
        while number in kin and number not in line and number not in ends:
            line[number] = len(line)
            number = kin[number]
        if number in line:
            circles |= set(list(line)[line[number] :])
        ends |= set(line)
    return circles
