"""What must come of a request, written by hand; who may make it is read from policy.yaml."""

from pathlib import Path
from typing import Final

from foundation.web.policy import Policy, load_policy
from portal.app import POLICY as PORTAL_POLICY
from tests.access.principals import Principal

PORTAL: Final[Policy] = load_policy(PORTAL_POLICY)
API: Final[Policy] = load_policy(Path(PORTAL_POLICY).parents[1] / "api" / "policy.yaml")

Outcome = tuple[int, str]  # the status, and where a redirect leads
SIGN_IN: Final[Outcome] = (303, "/sign-in")
ACCOUNTS: Final[Outcome] = (303, "/accounts")
CODE: Final[Outcome] = (303, "/sign-in/code")
LED_TO: Final = {"anonymous": SIGN_IN, "half": CODE, "person": ACCOUNTS}
FORBIDDEN: Final[Outcome] = (403, "")
ABSENT: Final[Outcome] = (404, "")
PAGE: Final[Outcome] = (200, "")

# What comes of a valid request for one's own object, where it is not a page.
DONE: Final[dict[tuple[str, str], Outcome]] = {
    ("basket.add", "POST"): (303, "/invoices"),
    ("basket.amounts", "POST"): (303, "/basket"),
    ("basket.remove", "POST"): (303, "/basket"),
    ("basket.use_credit", "POST"): (303, "/basket"),
    ("payments.start", "POST"): (303, "PROVIDER"),
    ("payments.returned", "GET"): (303, "/payments/<id>"),
    ("payments.check", "POST"): (303, "/payments/<id>"),
    ("payments.abandon", "POST"): (303, "/payments/<id>"),
    ("payments.confirm", "POST"): (303, "/payments/<id>"),
    ("saved_methods.new", "POST"): (303, "PROVIDER"),
    ("saved_methods.returned", "GET"): (303, "/saved-methods"),
    ("saved_methods.remove", "POST"): (303, "/saved-methods"),
    ("sign_in.new", "POST"): (303, "/invoices"),
    ("sign_in.link", "POST"): (303, "/sign-in/link"),
    ("sign_in.open_link", "POST"): (303, "/"),
    ("sign_in.out", "POST"): (303, "/sign-in"),
    ("accounts.choose", "POST"): (303, "/invoices"),
    ("languages.choose", "POST"): (303, "/invoices"),
    ("profile.password", "POST"): (303, "/profile"),
    ("profile.mails", "POST"): (303, "/profile"),
    ("profile.end_session_there", "POST"): (303, "/profile"),
    ("profile.end_sessions_elsewhere", "POST"): (303, "/profile"),
    ("passkeys.sign_in", "POST"): (303, "/invoices"),
    ("passkeys.new", "POST"): (303, "/profile"),
    ("passkeys.remove", "POST"): (303, "/profile"),
    ("codes.ask", "POST"): (303, "/invoices"),
    ("codes.begin", "POST"): (303, "/profile/app"),
    ("codes.end", "POST"): (303, "/profile"),
    ("people.show", "POST"): (303, "/people"),
    ("people.remove", "POST"): (303, "/people"),
    ("invitations.new", "POST"): (303, "/people"),
    ("invitations.renew", "POST"): (303, "/people"),
    ("invitations.withdraw", "POST"): (303, "/people"),
    ("invitations.join", "POST"): (303, "/"),
    ("pay_links.new", "GET"): (303, "/invoices"),  # without a word which invoices
    ("pay_links.new", "POST"): (303, "/pay-links"),
    ("pay_links.withdraw", "POST"): (303, "/pay-links"),
    ("pay_by_link.show", "POST"): (303, "PROVIDER"),
    ("pay_by_link.returned", "GET"): (303, "/pay-link/<token>/<id>"),
    ("pay_by_link.check", "POST"): (303, "/pay-link/<token>/<id>"),
    ("reports.csp", "POST"): (204, ""),
}

# Whose objects a contact reaches besides the own ones: the company's belong to all its contacts,
# a basket and a session to one person. A stranger's and one that never was: always the same 404.
OF_THE_COMPANY: Final = {
    ("invoices.show", "GET"),
    ("invoices.pdf", "GET"),
    ("invoices.original", "GET"),
    ("credit_notes.show", "GET"),
    ("credit_notes.pdf", "GET"),
    ("payments.show", "GET"),
    ("payments.state", "GET"),
    ("payments.returned", "GET"),
    ("payments.check", "POST"),
    ("payments.abandon", "POST"),
    ("payments.confirm", "POST"),
    ("saved_methods.returned", "GET"),
    ("saved_methods.remove", "GET"),
    ("saved_methods.remove", "POST"),
    ("receipts.show", "GET"),
    ("receipts.pdf", "GET"),
    ("people.show", "GET"),
    ("people.show", "POST"),
    ("people.remove", "POST"),
    ("invitations.renew", "POST"),
    ("invitations.withdraw", "POST"),
    ("pay_links.withdraw", "POST"),
    (
        "basket.remove",
        "POST",
    ),  # an invoice of the company that is in another basket: as good as out
}
OF_THE_PERSON: Final = {("profile.end_session_there", "POST"), ("passkeys.remove", "POST")}
BY_ID: Final = tuple(sorted(OF_THE_COMPANY | OF_THE_PERSON))

# An id inside a form: a stranger's and one that never was get the same answer, which is no success.
IN_A_FORM: Final[dict[tuple[str, str], Outcome]] = {
    ("accounts.choose", "POST"): ABSENT,
    ("basket.add", "POST"): (303, "/invoices"),  # passed over, as an invoice that was paid is
    ("basket.amounts", "POST"): (303, "/basket"),  # nothing of that group is left
    ("basket.use_credit", "POST"): (409, ""),
    ("payments.start", "POST"): (409, ""),
    ("invitations.new", "POST"): (422, ""),
    ("pay_links.new", "POST"): (303, "/invoices"),
}

# Law, not policy: whatever policy.yaml says, these hold.
FOR_ANYBODY: Final = {
    "sign_in.new",
    "sign_in.link",
    "sign_in.open_link",
    "passkeys.sign_in",
    "invitations.join",
    "invitations.ask_anew",
    "pay_by_link.show",
    "pay_by_link.outcome",
    "pay_by_link.state",
    "pay_by_link.returned",
    "pay_by_link.check",
    "languages.choose",
    "reports.csp",
    "health.show",
    "health.ready",
    "static",
    "bootstrap.static",
}
NOT_FOR_VIEWERS: Final = {
    "basket.show",
    "basket.add",
    "basket.amounts",
    "basket.remove",
    "basket.use_credit",
    "payments.start",
    "payments.abandon",
    "payments.confirm",
    "saved_methods.list",
    "saved_methods.new",
    "saved_methods.returned",
    "saved_methods.remove",
    "pay_links.list",
    "pay_links.new",
    "pay_links.withdraw",
}


# Whom an account is for is said by its admins alone.
FOR_ADMINS: Final = {
    "people.list",
    "people.show",
    "people.remove",
    "invitations.new",
    "invitations.renew",
    "invitations.withdraw",
}


def doer(endpoint: str) -> str:
    """Somebody of company a whom the policy lets press this."""
    if endpoint == "codes.ask":
        return "before the code"
    return "admin of a" if endpoint in FOR_ADMINS else "payer of a"


def is_admitted(endpoint: str, method: str, who: Principal) -> bool:
    """Whether policy.yaml lets this principal in."""
    row = PORTAL.row_of(endpoint, method)
    return row is not None and who.role in row.roles


def expected(endpoint: str, method: str, who: Principal) -> Outcome:
    """What a valid request for one's own object must come to."""
    if not is_admitted(endpoint, method, who):
        return LED_TO.get(who.role, FORBIDDEN)
    if who.role not in ("anonymous", "half") and (endpoint, method) in SIGNED_IN_ALREADY:
        return ACCOUNTS if who.role == "person" else (303, SIGNED_IN_ALREADY[endpoint, method])
    if (endpoint, method) == ("accounts.choose", "POST") and who.name in ACTS_FOR_NOBODY:
        return ABSENT
    return DONE.get((endpoint, "GET" if method == "HEAD" else method), PAGE)


# Who is in already goes on to where the form would lead.
SIGNED_IN_ALREADY: Final = {
    ("sign_in.new", "GET"): "/",
    ("sign_in.new", "HEAD"): "/",
    ("sign_in.new", "POST"): "/invoices",
}
ACTS_FOR_NOBODY: Final = {"of no company", "disabled contact"}
