"""Crowds at one invoice, with the locks and without: the second must collide, or the first says
nothing.
"""

import random
import time
from argparse import Namespace

from sqlalchemy.orm import Session

from payments.card.verify import findings
from tests import databases
from tests.campaigns.records import Record
from tests.campaigns.stage import a_server
from tests.databases import AUDIT_KEY
from tests.races import OWED, Crowd, Round

ROUNDS_A_CROWD = 10
CONTROL_EVERY = 4


def run(wanted: Namespace) -> int:
    """Crowds of 2 to 32, each in a company of its own, until the time is over."""
    record = Record.kept("races", wanted.seed, is_kept=True)
    ends = time.monotonic() + wanted.minutes * 60
    with a_server(wanted.server) as (server, template):
        while time.monotonic() < ends:
            payers = random.Random(record.seed + record.done).choice((2, 3, 4, 8, 16, 32))
            is_control = record.done % CONTROL_EVERY == 0
            with databases.cloned(server, template) as database:
                crowd = Crowd(database, payers, locking=not is_control)
                counts, trouble = judged(crowd, payers, is_control=is_control)
                crowd.close()
            record.note(f"{payers} payers, control {is_control}", counts, trouble)
    raced, rounds = record.counts["control raced"], record.counts["control rounds"]
    record.close(f"the control raced in {raced} of {rounds} rounds")
    return 1 if record.failed or raced * 2 < rounds else 0


def judged(crowd: Crowd, payers: int, *, is_control: bool) -> tuple[dict[str, int], str]:
    """Some rounds of one crowd, and what was wrong with them."""
    results = [crowd.round() for _ in range(ROUNDS_A_CROWD)]
    with Session(crowd.engine) as session:
        found = list(findings(session, AUDIT_KEY))
    wrong = [result for result in results if not _is_good(result, payers)]
    over = sum(result.allocated > OWED for result in results)
    raced = sum(result.conflicts > 0 for result in results)
    kind = "control " if is_control else ""
    counts = {f"{kind}rounds": len(results), f"{kind}raced": raced, "over-collected": over}
    return counts, f"{wrong} {found}" if wrong or found else ""


def _is_good(result: Round, payers: int) -> bool:
    sums = (result.still_open, result.allocated, result.credit)
    return sums == (0, OWED, OWED * (payers - 1))
