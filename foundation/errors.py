"""The root of every refusal. A refusal carries facts; the face that shows it finds the words."""

from typing import ClassVar


class QuittanceError(Exception):
    """Something we refuse to do: a fact, with a stable code such as "basket.currency_mixed"."""

    code: ClassVar[str] = "quittance.refused"
