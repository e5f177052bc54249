"""`next` leads to pages of ours and nowhere else."""

from portal.destinations import is_page_of_ours
from tests.people.people import PASSWORD
from tests.portal.doors import MARIE, NOOR, open_doors

OURS = [
    "/",
    "/invoices",
    "/invoices?state=overdue",
    "/invoices?search=a%20b%2Fc&next=//evil.example",
    "/invoices/7b0e4bb0-6a5c-4f0e-9b5e-2f8f7f2a1c11",
    "/profile",
]
NOT_OURS = [
    "",
    " ",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " /invoices",
    "/%2Fevil.example",
    "/%2fevil.example",
    "/%5Cevil.example",
    "/%252F%252Fevil.example",
    "/%25252Fevil.example",
    "%2F%2Fevil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS:\\\\evil.example",
    "http://localhost:8000@evil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "/javascript:alert(1)",
    "data:text/html,x",
    "/invoices\r\nSet-Cookie: a=b",
    "/invoices%0d%0aSet-Cookie:%20a=b",
    "/invoices\0",
    "/invoices%00",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e%2e/evil.example",
    "/..;/evil",
    "/\u2028/evil.example",
    "/\u200b/evil.example",
    "／／evil.example",
    "/／evil.example",
    "/invoices/not-an-id",
    "/no-such-page",
    "/sign-out",
    "/language",
    "@evil.example",
    "/@evil.example",
    "/invoices?" + "a" * 2000,
]


def test_only_a_page_of_ours_is_a_destination(portal):
    with portal.test_request_context():
        refused = [wanted for wanted in OURS if not is_page_of_ours(wanted)]
        followed = [wanted for wanted in NOT_OURS if is_page_of_ours(wanted)]

    assert refused == []
    assert followed == []


def test_the_sign_in_follows_no_other_address(portal, settings, clock, transaction):
    doors = open_doors(portal, settings, clock, transaction)

    led_to = {
        doors.try_password(doors.browser(), MARIE, PASSWORD, next=wanted).location
        for wanted in NOT_OURS[2:10]
    }

    assert led_to == {"/"}


def test_no_form_of_ours_follows_another_address(portal, settings, clock, transaction):
    browser = open_doors(portal, settings, clock, transaction).signed_in(NOOR)

    chosen = browser.get("/accounts").form_to("/accounts")
    language = browser.get("/accounts").form_to("/language")

    assert browser.send(chosen, {"next": "//evil.example"}).location == "/"
    assert browser.send(language, {"next": "//evil.example"}).location == "/"
    assert (
        "evil.example"
        not in browser.get("/accounts?next=//evil.example").form_to("/language").values["next"]
    )
