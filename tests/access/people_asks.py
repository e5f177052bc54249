"""One valid request for every route about who may come in: signing in, people, codes, passkeys."""

import uuid

from people.link_tokens import link_token
from people.passkeys import options_to_sign_in
from people.sign_in import ask_for_link
from receivables.invitation_tokens import Named, invitation_token
from tests.access.principals import Ask, enter
from tests.access.scene import Make, Scene
from tests.access.town import NEW_PASSWORD, PASSWORD, mark
from tests.people.authenticator import Device


def sign_in(scene: Scene) -> Ask:
    """By the password of a person of company b; the target "missing" has no account."""
    town = scene.town
    town.forget_attempts()
    person = town.companies["b"].people["viewer"]
    town.give_password(person)
    town.without_app(person)
    email = town.rows("SELECT email FROM person WHERE id = :id", id=person.person_id)[0][0]
    if scene.target == "missing":
        email = "nobody@nowhere.example"
    return Ask(path="/sign-in", data={"email": email, "password": PASSWORD, "next": "/invoices"})


def ask_link(scene: Scene) -> Ask:
    return Ask(path="/sign-in/link", data={"email": sign_in(scene).data["email"]})


def open_link(scene: Scene) -> Ask:
    """A link is for whoever holds it; one of another person is as good as one's own."""
    town, reader = scene.town, scene.town.companies["b"].people["viewer"]
    ask_for_link(
        town.books,
        email=str(ask_link(scene).data["email"]),
        address="192.0.2.9",
        deed=town.deed(reader),
    )
    unused = "SELECT id FROM sign_in_link WHERE used_at IS NULL AND person_id = :id"
    link_id = scene.id_of(lambda: town.rows(unused, id=reader.person_id)[0][0])
    token = link_token(link_id, town.settings.secret_keys)
    return Ask(path=scene.path("sign_in.open_link", token=token), data={})


def choose_company(scene: Scene) -> Ask:
    found = scene.id_of(lambda: scene.company.customer_id)
    return Ask(path="/accounts", data={"customer_id": str(found), "next": "/invoices"})


def change_password(scene: Scene) -> Ask:
    scene.town.forget_attempts()
    scene.town.give_password(scene.account)
    return Ask(path="/profile/password", data={"current": PASSWORD, "chosen": NEW_PASSWORD})


def end_session(scene: Scene) -> Ask:
    """Another browser of the owner's."""
    found = scene.id_of(lambda: enter(scene.town, scene.owner)[0])
    return Ask(path=scene.path("profile.end_session_there", session_id=found), data={})


def person_page(scene: Scene) -> uuid.UUID:
    """Somebody who came to the company a moment ago: what is done to them spends nobody else."""
    return scene.id_of(lambda: scene.town.newcomer(scene.company.letter).contact_id)


def change_rights(scene: Scene) -> Ask:
    data = {f"right-{scene.account.customer_id}": "payer"}
    return Ask(path=scene.path("people.show", contact_id=person_page(scene)), data=data)


def remove_person(scene: Scene) -> Ask:
    return Ask(path=scene.path("people.remove", contact_id=person_page(scene)), data={})


def invite(scene: Scene) -> Ask:
    scene.town.forget_attempts()
    account_id = scene.id_of(lambda: scene.company.customer_id)
    email = f"{mark(scene.who.letter)}@{mark(scene.who.letter)}.example"
    data = {"email": email, "role": "viewer", "account_ids": str(account_id)}
    return Ask(path="/people/invitations/new", data=data)


def invitation(endpoint: str) -> Make:
    """One that the company's admin sent and nobody has answered."""

    def make(scene: Scene) -> Ask:
        scene.town.forget_attempts()
        found = scene.id_of(lambda: scene.town.invite(scene.company.letter))
        return Ask(path=scene.path(endpoint, invitation_id=found), data={})

    return make


def held(endpoint: str, *, days_ago: int = 0) -> Make:
    """By the link of a letter from company b: it is for whoever holds it."""

    def make(scene: Scene) -> Ask:
        town = scene.town
        sent_for = town.companies["b"].customer_id
        sent = scene.id_of(lambda: town.invite("b", days_ago=days_ago))
        token = invitation_token(Named(sent, sent_for), town.settings.secret_keys)
        return Ask(path=scene.path(endpoint, token=token), data={"name": mark("b")})

    return make


def type_code(scene: Scene) -> Ask:
    """The second step of a sign-in: whoever waits for it has an app."""
    code = "000000"
    if scene.who.is_half:
        code = scene.town.begin_app(scene.account, confirmed=True)
    return Ask(path="/sign-in/code", data={"code": code, "next": "/invoices"})


def app(endpoint: str, *, confirmed: bool) -> Make:
    """An app that is set up, or being set up, of whoever asks."""

    def make(scene: Scene) -> Ask:
        code = "000000"
        if scene.who.role in ("viewer", "payer", "admin"):
            code = scene.town.begin_app(scene.account, confirmed=confirmed)
        return Ask(path=scene.path(endpoint), data={"code": code})

    return make


def sign_in_by_passkey(scene: Scene) -> Ask:
    """By a device of a person of company b."""
    town, person = scene.town, scene.town.companies["b"].people["viewer"]
    town.forget_attempts()
    device = town.a_passkey(person)
    answer = device.sign(options_to_sign_in(town.site, deed=town.deed(person)))
    return Ask(path="/sign-in/passkey", data={"answer": answer, "next": "/invoices"})


def add_passkey(scene: Scene) -> Ask:
    """What a device makes for whoever asks."""
    scene.town.forget_attempts()
    answer = Device().make(scene.town.options_to_add(scene.account))
    return Ask(
        path="/profile/passkeys/new", data={"answer": answer, "name": mark(scene.who.letter)}
    )


def remove_passkey(scene: Scene) -> Ask:
    found = scene.id_of(lambda: scene.town.a_passkey_id(scene.owner))
    return Ask(path=scene.path("passkeys.remove", passkey_id=found), data={})
