"""What some of the famous keep for the next payment: a card, an account to be debited."""

import uuid
from typing import Final, NamedTuple

from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.saved_method import MethodKind
from payments.card.saving import sync_method
from sandbox.company.famous import BOTTLER, MALTHOUSE, MILL, PACKER
from sandbox.company.stage import Stage
from sandbox.stripe.banks import BY_SCENARIO as BANKS
from sandbox.stripe.cards import BY_SCENARIO as CARDS


class Saved(NamedTuple):
    """Who saves what: a test card or a test account, by its scenario."""

    company: str
    email: str
    kind: MethodKind
    scenario: str


SAVED: Final = (
    Saved(MILL, "claire.esnault@minoterie-vaubriant.example", MethodKind.CARD, "success"),
    Saved(MILL, "claire.esnault@minoterie-vaubriant.example", MethodKind.SEPA, "sepa"),
    Saved(PACKER, "hannah.ellerby@thornwick-packaging.example", MethodKind.CARD, "success"),
    Saved(
        PACKER, "rhys.cawthray@thornwick-packaging.example", MethodKind.CARD, "authenticate_always"
    ),
    Saved(MALTHOUSE, "solene.trehorel@malterie-auberac.example", MethodKind.SEPA, "sepa_fails"),
    Saved(BOTTLER, "walter.dunmoyer@cedar-hollow.example", MethodKind.ACH, "ach"),
)


def save_methods(stage: Stage) -> None:
    """Each goes to the card company's page, saves, and comes back."""
    for one in SAVED:
        _save(stage, one)


def _save(stage: Stage, one: Saved) -> None:
    register = stage.register
    customer_id = register.customers[one.company]
    portal, deed = (
        stage.portal.of(customer_id),
        stage.deed(register.people[one.email], customer_id),
    )
    order = SetupOrder(
        operation_id=uuid.UUID(int=stage.draws.getrandbits(128), version=4),
        contact_id=register.contacts[one.company, one.email],
        kind=one.kind,
        language=register.languages[one.email],
        address="203.0.113.77",
        return_url=lambda method_id: f"{stage.portal_url}/saved-methods/{method_id}/return",
    )
    saving = begin_saving(portal, stage.gateway, order=order, deed=deed)
    if saving.page_url is None:
        raise RuntimeError(f"no page to save on: {saving}")
    payer = stage.world.payer(saving.page_url.rsplit("/", 1)[-1])
    if one.kind is MethodKind.CARD:
        payer.save(CARDS[one.scenario].number)
    else:
        payer.save_account(BANKS[one.scenario].scenario)
    sync_method(portal, stage.gateway, method_id=saving.method_id, deed=deed)
