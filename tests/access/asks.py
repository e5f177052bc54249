"""For every route and method one valid request, on an object that is one's own, a colleague's,
somebody else's, or nobody's. What an allowed request spends is made fresh each time.
"""

import uuid
from typing import Final

from payments.links.queries import held_link
from payments.links.tokens import NamedLink, pay_link_token
from tests.access.people_asks import (
    add_passkey,
    app,
    ask_link,
    change_password,
    change_rights,
    choose_company,
    end_session,
    held,
    invitation,
    invite,
    open_link,
    remove_passkey,
    remove_person,
    sign_in,
    sign_in_by_passkey,
    type_code,
)
from tests.access.principals import Ask, Principal
from tests.access.scene import Make, Scene, plain
from tests.access.town import Town, mark


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


def confirm(scene: Scene) -> Ask:
    """A payment by a saved card whose bank wants to hear from the payer."""
    found = scene.id_of(lambda: scene.company.confirming)
    return Ask(path=scene.path("payments.confirm", payment_id=found), data={})


def save_method(scene: Scene) -> Ask:
    scene.town.forget_attempts()
    data = {"kind": "card", "operation_id": str(uuid.uuid4())}
    return Ask(path=scene.path("saved_methods.new"), data=data)


def saved_method(endpoint: str) -> Make:
    def make(scene: Scene) -> Ask:
        scene.town.forget_attempts()
        found = scene.id_of(lambda: scene.company.method_id)
        return Ask(path=scene.path(endpoint, method_id=found), data={})

    return make


def remove_method(scene: Scene) -> Ask:
    """A method just saved: removing spends it; whoever may not gets one that stays."""
    may = scene.who.role in ("payer", "admin")
    found = scene.id_of(
        lambda: scene.town.save_method(scene.owner) if may else scene.company.method_id
    )
    return Ask(path=scene.path("saved_methods.remove", method_id=found), data={})


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


def send_pay_link(scene: Scene) -> Ask:
    scene.town.forget_attempts()
    found = scene.id_of(lambda: scene.town.invoice(scene.company.letter))
    email = f"{mark(scene.who.letter)}@{mark(scene.who.letter)}.example"
    data = {
        "operation_id": str(uuid.uuid4()),
        "email": email,
        "spoken": "en",
        "invoice_id": str(found),
        "offered": str(found),
    }
    return Ask(path=scene.path("pay_links.new"), data=data)


def withdraw_pay_link(scene: Scene) -> Ask:
    found = scene.id_of(lambda: scene.town.pay_link(scene.company.letter)[0])
    return Ask(path=scene.path("pay_links.withdraw", pay_link_id=found), data={})


def held_pay_link(scene: Scene) -> Ask:
    """By the link of a letter from company b: it is for whoever holds it."""
    town = scene.town
    town.forget_attempts()
    named = NamedLink(town.pay_link("b")[0], town.companies["b"].customer_id)
    with town.books() as session:
        held = held_link(session, named, at=town.clock.now(), on=town.clock.today())
    token = pay_link_token(named, town.settings.secret_keys)
    data = {"operation_id": str(uuid.uuid4()), "shown": held.shown}
    return Ask(path=scene.path("pay_by_link.show", token=token), data=data)


def begun_by_link(endpoint: str) -> Make:
    """A payment that the holder of a link from company b has begun."""

    def make(scene: Scene) -> Ask:
        town = scene.town
        town.forget_attempts()
        link_id, payment_id = town.begun_by_link("b")
        named = NamedLink(link_id, town.companies["b"].customer_id)
        token = pay_link_token(named, town.settings.secret_keys)
        found = scene.id_of(lambda: payment_id)
        return Ask(path=scene.path(endpoint, token=token, payment_id=found), data={})

    return make


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
    ("invoices.original", "GET"): invoice("invoices.original"),
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
    ("payments.confirm", "POST"): confirm,
    ("saved_methods.list", "GET"): plain("saved_methods.list"),
    ("saved_methods.new", "GET"): plain("saved_methods.new"),
    ("saved_methods.new", "POST"): save_method,
    ("saved_methods.returned", "GET"): saved_method("saved_methods.returned"),
    ("saved_methods.remove", "GET"): saved_method("saved_methods.remove"),
    ("saved_methods.remove", "POST"): remove_method,
    ("pay_links.list", "GET"): plain("pay_links.list"),
    ("pay_links.new", "GET"): send_pay_link,
    ("pay_links.new", "POST"): send_pay_link,
    ("pay_links.withdraw", "POST"): withdraw_pay_link,
    ("pay_by_link.show", "GET"): held_pay_link,
    ("pay_by_link.show", "POST"): held_pay_link,
    ("pay_by_link.outcome", "GET"): begun_by_link("pay_by_link.outcome"),
    ("pay_by_link.state", "GET"): begun_by_link("pay_by_link.state"),
    ("pay_by_link.returned", "GET"): begun_by_link("pay_by_link.returned"),
    ("pay_by_link.check", "POST"): begun_by_link("pay_by_link.check"),
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
    ("profile.mails", "POST"): plain("profile.mails", receipts="all", news="all"),
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
