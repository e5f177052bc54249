"""`explain`: one decision in the words of a bookkeeper."""

import argparse
from collections.abc import Iterable

from matching.cells import shown
from matching.commands.arguments import add_sources, sources
from matching.commands.deciding import Decided, decided
from matching.commands.explanation import explanation
from matching.commands.knowledge import read_knowledge
from matching.commands.ledgers import read_ledgers
from matching.engine import Policy, load_model
from matching.files import FileRefused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `explain` is asked with."""
    parser.add_argument("payment_id", metavar="PAYMENT_ID", help="as the payments file has it")
    add_sources(parser)
    parser.add_argument("--ledger", metavar="NAME", help="where several have the payment")


def run(wanted: argparse.Namespace) -> str:
    """Decide as `match` does, with the same files, and explain one. Raises FileRefused."""
    knowledge = read_knowledge(wanted.memory)
    ledgers = read_ledgers(sources(wanted))
    model = knowledge.applied_to(load_model())
    found = [
        _explained(decided(ledger, memory, model, Policy()), wanted.payment_id)
        for ledger, memory in ((one, knowledge.memory_of(one.name)) for one in ledgers.values())
        if wanted.ledger in (None, ledger.name)
        and any(payment.id == wanted.payment_id for payment in ledger.payments)
    ]
    if not found:
        raise FileRefused([f"{wanted.payments}: has no payment {shown(wanted.payment_id)}."])
    return "\n".join(found)


def _explained(all_decided: Iterable[Decided], payment_id: str) -> str:
    return next(explanation(one) for one in all_decided if one.payment.id == payment_id)
