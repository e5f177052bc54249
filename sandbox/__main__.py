"""`python -m sandbox --port 8030 --smtp-port 8025 --var FOLDER`: the outside world, played."""

import argparse
import logging
import os
from pathlib import Path

from foundation.settings import Settings
from sandbox.serve import Wanted, run
from sandbox.stripe.world import DEFAULT_KEY


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the played Stripe; 0 is any")
    parser.add_argument("--smtp-port", type=int, default=0, help="of the mailbox; 0 is any")
    parser.add_argument("--var", type=Path, required=True, help="folder for state and mails")
    parser.add_argument("--api-key", default=DEFAULT_KEY, help="the one key that is accepted")
    parser.add_argument("--seller", default="Quittance", help="the name on the payment page")
    parser.add_argument("--webhook-url", help="where events are posted, on this machine")
    parser.add_argument("--webhook-secret", help="what they are signed with")
    given = vars(parser.parse_args())
    # A command line is readable by everyone on the machine; the environment is not.
    given["webhook_secret"] = given["webhook_secret"] or os.environ.get("SANDBOX_WEBHOOK_SECRET")
    given["books"] = Settings.from_environment(os.environ) if "DATABASE_URL" in os.environ else None
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    run(Wanted(**given))


if __name__ == "__main__":
    main()
