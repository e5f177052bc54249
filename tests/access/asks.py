"""For every route and method one valid request, on an object that is one's own, a colleague's,
somebody else's, or nobody's. What an allowed request spends is made fresh each time.
"""

import uuid
from collections.abc import Callable
from typing import Final

from flask import url_for

from people.link_tokens import link_token
from people.passkeys import options_to_sign_in
from people.sign_in import ask_for_link
from receivables.invitation_tokens import Named, invitation_token
from tests.access.principals import Ask, Principal, enter
from tests.access.town import NEW_PASSWORD, PASSWORD, Company, Town, mark
from tests.factories.books import Account
from tests.people.authenticator import Device

MISSING: Final = uuid.UUID("00000000-0000-4000-8000-000000000000")
TARGETS: Final = ("own", "colleague", "foreign", "missing")


class Scene:
    """A town, who asks, and whose object is asked for."""

    def __init__(self, town: Town, who: Principal, target: str) -> None:
        self.town, self.who, self.target = town, who, target
        self.account = who.account(town)
        if who.seat == "nobody":
            self.account = town.companies["a"].people["payer"]

    @property
    def company(self) -> Company:
        """Whose object it is."""
        other = {"a": "b", "b": "a"}[self.who.letter]
        return self.town.companies[other if self.target == "foreign" else self.who.letter]

    @property
    def owner(self) -> Account:
        """The contact whose object it is."""
        if self.target == "own":
            return self.account
        people = self.company.people
        taken = people["colleague"].contact_id == self.account.contact_id
        return people["admin" if taken else "colleague"]

    def begin(self) -> uuid.UUID:
        """A payment of the owner's, its page open; whoever may not spend it gets one that waits."""
        if self.who.role not in ("payer", "admin"):
            return self.company.waiting
        return self.town.begin_payment(self.owner, self.town.invoice(self.company.letter))

    def id_of(self, found: Callable[[], uuid.UUID]) -> uuid.UUID:
        """The object's id, or one that never was."""
        return MISSING if self.target == "missing" else found()

    def path(self, endpoint: str, **values: object) -> str:
        """The address."""
        with self.town.portal.test_request_context():
            return url_for(endpoint, **values)


Make = Callable[[Scene], Ask]


def plain(endpoint: str, **data: str) -> Make:
    """A route without an object."""
    return lambda scene: Ask(path=scene.path(endpoint), data=dict(data))


def invoice(endpoint: str) -> Make:
    def make(scene: Scene) -> Ask:
        found = scene.id_of(lambda: scene.company.invoices[0])
        return Ask(path=scene.path(endpoint, invoice_id=found))

    return make


def receipt(endpoint: str) -> Make:
    def make(scene: Scene) -> Ask:
        found = scene.id_of(lambda: scene.company.receipt_id)
        return Ask(path=scene.path(endpoint, receipt_id=found))

    return make


def credit_note(endpoint: str) -> Make:
    def make(scene: Scene) -> Ask:
        found = scene.id_of(lambda: scene.company.credit_note_id)
        return Ask(path=scene.path(endpoint, credit_note_id=found))

    return make


def waiting(endpoint: str) -> Make:
    """A payment whose page is open: the payer's or, when it is to be a colleague's, that one's."""

    def make(scene: Scene) -> Ask:
        company = scene.company
        found = scene.id_of(
            lambda: company.waiting if scene.target == "colleague" else company.declined
        )
        return Ask(path=scene.path(endpoint, payment_id=found), data={})

    return make


def abandon(scene: Scene) -> Ask:
    """A payment just begun: calling it off spends it."""
    found = scene.id_of(lambda: scene.begin())
    return Ask(path=scene.path("payments.abandon", payment_id=found), data={})


def settled(endpoint: str) -> Make:
    def make(scene: Scene) -> Ask:
        found = scene.id_of(lambda: scene.company.paid)
        return Ask(path=scene.path(endpoint, payment_id=found))

    return make


def add_to_basket(scene: Scene) -> Ask:
    scene.town.empty_basket(scene.account)
    found = scene.id_of(lambda: scene.town.invoice(scene.company.letter))
    return Ask(path=scene.path("basket.add"), data={"invoice_id": str(found), "back": "/invoices"})


def basket_group(scene: Scene) -> dict[str, str]:
    """The form of the one group in one's basket, with the target's ledger and invoice in it."""
    town = scene.town
    own = town.fill_basket(scene.account, scene.who.letter)
    if scene.target == "own":
        ledger_id, invoice_id = scene.company.ledger_id, own
    else:
        ledger_id = scene.id_of(lambda: scene.company.ledger_id)
        invoice_id = scene.id_of(lambda: scene.town.invoice(scene.company.letter))
    amounts = {f"amount-{own}": "50.00", f"amount-{invoice_id}": "50.00"}
    return {
        "group": f"{ledger_id}.EUR",
        "operation_id": str(uuid.uuid4()),
        **amounts,
    }


def change_amounts(scene: Scene) -> Ask:
    return Ask(path=scene.path("basket.amounts"), data=basket_group(scene))


def use_credit(scene: Scene) -> Ask:
    if scene.target == "own":
        scene.town.give_credit(scene.account, scene.who.letter)
    return Ask(path=scene.path("basket.use_credit"), data=basket_group(scene))


def start_payment(scene: Scene) -> Ask:
    scene.town.forget_attempts()
    return Ask(path=scene.path("payments.start"), data=basket_group(scene))


def remove_from_basket(scene: Scene) -> Ask:
    town = scene.town
    town.empty_basket(scene.account)
    found = scene.id_of(lambda: town.fill_basket(scene.owner, scene.company.letter))
    return Ask(path=scene.path("basket.remove", invoice_id=found), data={})


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


def csp_report(scene: Scene) -> Ask:
    report = b'{"type": "csp-violation"}'
    return Ask(
        path="/csp-report", data=report, headers={"Content-Type": "application/reports+json"}
    )


def static(scene: Scene) -> Ask:
    return Ask(path=scene.path("static", filename="quittance.css"))


def bootstrap(scene: Scene) -> Ask:
    return Ask(path=scene.path("bootstrap.static", filename="css/bootstrap.min.css"))


ASKS: Final[dict[tuple[str, str], Make]] = {
    ("home.show", "GET"): plain("home.show"),
    ("invoices.list", "GET"): plain("invoices.list"),
    ("invoices.show", "GET"): invoice("invoices.show"),
    ("invoices.pdf", "GET"): invoice("invoices.pdf"),
    ("invoices.table", "GET"): lambda scene: Ask(path=scene.path("invoices.table", ending="csv")),
    ("credit_notes.list", "GET"): plain("credit_notes.list"),
    ("credit_notes.show", "GET"): credit_note("credit_notes.show"),
    ("credit_notes.pdf", "GET"): credit_note("credit_notes.pdf"),
    ("credit_notes.table", "GET"): lambda scene: Ask(
        path=scene.path("credit_notes.table", ending="csv")
    ),
    ("receipts.table", "GET"): lambda scene: Ask(path=scene.path("receipts.table", ending="xlsx")),
    ("basket.show", "GET"): plain("basket.show"),
    ("basket.add", "POST"): add_to_basket,
    ("basket.amounts", "POST"): change_amounts,
    ("basket.use_credit", "POST"): use_credit,
    ("basket.remove", "POST"): remove_from_basket,
    ("payments.list", "GET"): plain("payments.list"),
    ("payments.start", "POST"): start_payment,
    ("payments.show", "GET"): settled("payments.show"),
    ("payments.state", "GET"): settled("payments.state"),
    ("payments.returned", "GET"): waiting("payments.returned"),
    ("payments.check", "POST"): waiting("payments.check"),
    ("payments.abandon", "POST"): abandon,
    ("receipts.show", "GET"): receipt("receipts.show"),
    ("receipts.pdf", "GET"): receipt("receipts.pdf"),
    ("statements.show", "GET"): plain("statements.show"),
    ("statements.pdf", "GET"): plain("statements.pdf"),
    ("statements.table", "GET"): lambda scene: Ask(
        path=scene.path("statements.table", ending="csv")
    ),
    ("sign_in.new", "GET"): plain("sign_in.new"),
    ("sign_in.new", "POST"): sign_in,
    ("sign_in.link", "GET"): plain("sign_in.link"),
    ("sign_in.link", "POST"): ask_link,
    ("sign_in.open_link", "GET"): open_link,
    ("sign_in.open_link", "POST"): open_link,
    ("sign_in.out", "POST"): plain("sign_in.out"),
    ("accounts.choose", "GET"): plain("accounts.choose"),
    ("accounts.choose", "POST"): choose_company,
    ("languages.choose", "POST"): plain("languages.choose", language="en", next="/invoices"),
    ("profile.show", "GET"): plain("profile.show"),
    ("profile.password", "POST"): change_password,
    ("profile.end_session_there", "POST"): end_session,
    ("profile.end_sessions_elsewhere", "POST"): plain("profile.end_sessions_elsewhere"),
    ("people.list", "GET"): plain("people.list"),
    ("people.show", "GET"): change_rights,
    ("people.show", "POST"): change_rights,
    ("people.remove", "POST"): remove_person,
    ("invitations.new", "GET"): plain("invitations.new"),
    ("invitations.new", "POST"): invite,
    ("invitations.renew", "POST"): invitation("invitations.renew"),
    ("invitations.withdraw", "POST"): invitation("invitations.withdraw"),
    ("invitations.join", "GET"): held("invitations.join"),
    ("invitations.join", "POST"): held("invitations.join"),
    ("invitations.ask_anew", "POST"): held("invitations.ask_anew", days_ago=8),
    ("codes.ask", "GET"): plain("codes.ask"),
    ("codes.ask", "POST"): type_code,
    ("codes.show", "GET"): app("codes.show", confirmed=False),
    ("codes.begin", "POST"): app("codes.begin", confirmed=False),
    ("codes.confirm", "POST"): app("codes.confirm", confirmed=False),
    ("codes.renew", "POST"): app("codes.renew", confirmed=True),
    ("codes.end", "POST"): app("codes.end", confirmed=True),
    ("passkeys.sign_in", "GET"): plain("passkeys.sign_in"),
    ("passkeys.sign_in", "POST"): sign_in_by_passkey,
    ("passkeys.new", "GET"): plain("passkeys.new"),
    ("passkeys.new", "POST"): add_passkey,
    ("passkeys.remove", "POST"): remove_passkey,
    ("reports.csp", "POST"): csp_report,
    ("health.show", "GET"): plain("health.show"),
    ("health.ready", "GET"): plain("health.ready"),
    ("static", "GET"): static,
    ("bootstrap.static", "GET"): bootstrap,
}


def ask_of(town: Town, endpoint: str, method: str, who: Principal, target: str = "own") -> Ask:
    """The valid request; HEAD asks like GET."""
    make = ASKS[endpoint, "GET" if method == "HEAD" else method]
    ask = make(Scene(town, who, target))
    return ask if method == "POST" else Ask(path=ask.path, headers=ask.headers)
