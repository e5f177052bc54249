"""A colleague is invited by mail and joins, once; nobody learns who else has an account."""

import pytest

from receivables.inviting import BY_ACCOUNT, BY_EMAIL
from tests.portal.group import ADMIN, PAYER, VIEWER, Group, a_group
from tests.portal.page_client import PageClient
from tests.portal.post import post_of

EVE = "eve@brightwell.example"


@pytest.fixture
def group(portal, clock, transaction) -> Group:
    return a_group(portal, clock, transaction)


@pytest.fixture
def post(group):
    with post_of(group.app, group.transaction) as post:
        yield post


def invite(browser, email=EVE, **wanted):
    form = browser.get("/people/invitations/new").form_to("/people/invitations/new")
    return browser.send(form, {"email": email, **wanted})


@pytest.fixture
def link(group, post) -> str:
    """Where the letter to Eve leads."""
    invite(group.reader(group.ada), role="payer")
    return post.path_in_newest("/invitation/")


def joined(group, link, name="Eve Stone", language="en"):
    browser = PageClient(group.app, language=language)
    form = browser.get(link).form_to(link)
    changes = {"name": name} if "name" in form.values else {}
    return browser, browser.submit(form, changes)


def test_a_stranger_joins_by_the_letter_and_is_signed_in(group, post):
    page = group.reader(group.ada).get("/people")
    form = group.reader(group.ada).get(page.links["Invite a colleague"])
    assert form.heading == "Invite a colleague"
    invite(group.reader(group.ada), role="payer")
    [mail] = post.delivered()
    _browser, page = joined(group, post.path_in_newest("/invitation/"))

    assert mail.recipients == [EVE]
    assert "Ada Lind invites you to the account of Brightwell" in mail.subject
    assert page.heading == "Your account"
    assert "Eve Stone" in page.text
    assert group.roles_of(EVE) == {group.ada.customer_id: PAYER}
    assert "Eve Stone" in group.reader(group.ada).get("/people").main
    assert {"contact.invited", "invitation.accepted", "contact.added"} <= set(group.audit())


def test_whom_we_know_joins_without_a_second_sign_in(group, post):
    """Dan, of another company, is invited to Brightwell and keeps one sign-in for both."""
    email = group.email_of(group.dan)
    invite(group.reader(group.ada), email)

    link = post.path_in_newest("/invitation/")
    page = PageClient(group.app).get(link)
    browser, _page = joined(group, link)

    assert "name" not in page.form_to(link).values
    assert group.roles_of(email) == {group.ada.customer_id: VIEWER, group.dan.customer_id: ADMIN}
    assert "Brightwell" in browser.get("/accounts").main
    assert "Harbour & Sons" in browser.get("/accounts").main


def test_inviting_tells_nothing_about_an_address(group, post):
    known, unknown = group.reader(group.ada), group.reader(group.ada)
    email = group.email_of(group.dan)

    answers = [invite(known, email), invite(unknown, EVE)]
    pages = [
        browser.get("/people").main.replace(address, "*")
        for browser, address in ((known, email), (unknown, EVE))
    ]

    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    said = [page.partition("is on its way")[0] for page in pages]
    assert said[0] == said[1]
    assert [sorted(mail.subject for mail in post.delivered())[0]] * 2 == [
        mail.subject for mail in post.delivered()
    ]


def test_opening_the_link_changes_nothing_and_it_works_once(group, link):
    for _ in range(2):
        assert PageClient(group.app).get(link).heading == "Join Brightwell"
    joined(group, link)

    page = PageClient(group.app).get(link, status=410)

    assert page.heading == "This invitation no longer works"
    assert "It was used on" in page.main
    assert page.links["Sign in"] == "/sign-in"


def test_an_old_link_says_so_and_its_holder_asks_for_another(group, post, link):
    group.clock.advance(days=7)
    browser = PageClient(group.app)
    page = browser.get(link, status=410)

    told = browser.submit(page.form_to(link))
    again = browser.send(page.form_to(link))

    assert "It worked until" in page.main
    assert "Whoever manages the people of this account was told" in told.main
    assert again.status_code == 410
    letters = [mail for mail in post.delivered() if "asks for a new invitation" in mail.subject]
    assert [mail.recipients for mail in letters] == [[group.email_of(group.ada)]]
    assert "Asked for a new one" in group.reader(group.ada).get("/people").main


def test_sending_again_ends_the_letter_before(group, post, link):
    browser = group.reader(group.ada)

    browser.submit(browser.get("/people").form_to("/people/invitations/"))
    newer = post.path_in_newest("/invitation/")

    assert newer != link
    assert "a newer one was sent since" in PageClient(group.app).get(link, status=410).main
    joined(group, newer)
    assert group.roles_of(EVE) == {group.ada.customer_id: PAYER}


def test_a_withdrawn_invitation_opens_nothing_and_is_not_asked_for_anew(group, link):
    browser = group.reader(group.ada)
    [_again, withdraw] = browser.get("/people").forms_to("/people/invitations/")

    browser.submit(withdraw)

    page = PageClient(group.app).get(link, status=410)
    assert "It was withdrawn on" in page.main
    assert page.forms_to(link) == []
    assert EVE not in browser.get("/people").main


def test_an_invitation_opens_the_branches_it_names(group, post):
    accounts = [str(group.ada.customer_id), str(group.nord), str(group.sud)]

    invite(group.reader(group.ada), role="viewer", account_ids=accounts)
    joined(group, post.path_in_newest("/invitation/"))

    assert group.roles_of(EVE) == {group.ada.customer_id: VIEWER, group.nord: VIEWER}


def test_an_invitation_takes_no_right_away(group, post):
    """Ben pays at head office; an invitation to look at both opens the branch only."""
    email = group.email_of(group.ben)
    both = [str(group.ada.customer_id), str(group.nord)]

    invite(group.reader(group.ada), email, role="viewer", account_ids=both)
    joined(group, post.path_in_newest("/invitation/"))

    assert group.roles_of(email) == {group.ada.customer_id: PAYER, group.nord: VIEWER}


def test_what_an_admin_sent_is_worth_nothing_once_they_are_no_admin(group, post):
    with group.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE contact SET role = 'admin' WHERE id = %s", (group.ben.contact_id,)
        )
    invite(group.reader(group.ben))
    link = post.path_in_newest("/invitation/")
    page = f"/people/{group.ben.contact_id}"
    browser = group.reader(group.ada)

    browser.send(browser.get(page).form_to(f"{page}/removal"))

    assert PageClient(group.app).get(link, status=410).heading == "This invitation no longer works"


def test_who_was_removed_can_be_invited_back(group, post):
    email, browser = group.email_of(group.ben), group.reader(group.ada)
    page = f"/people/{group.ben.contact_id}"
    browser.send(browser.get(page).form_to(f"{page}/removal"))

    invite(browser, email, role="viewer")
    joined(group, post.path_in_newest("/invitation/"))

    assert group.roles_of(email) == {group.ada.customer_id: VIEWER}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": ""}, "Type the e-mail address of your colleague."),
        ({"email": "eve@"}, "This is not an e-mail address."),
        ({"role": "owner"}, "Choose what this person may do."),
        ({"account_ids": []}, "Choose at least one account."),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field(group, typed, words):
    browser = group.reader(group.ada)

    answer = invite(browser, **{"email": EVE, **typed})

    assert answer.status_code == 422
    assert words in answer.text
    assert typed.get("email", EVE) in answer.text
    assert group.audit().count("contact.invited") == 0


def test_who_has_access_already_needs_no_invitation(group):
    answer = invite(group.reader(group.ada), group.email_of(group.ben))

    assert answer.status_code == 422
    assert "This person has access to all of it already." in answer.text


def test_a_nameless_stranger_is_asked_for_a_name(group, link):
    browser = PageClient(group.app)
    form = browser.get(link).form_to(link)

    for name in ("", "a" * 201, "a\u202eb"):
        assert browser.send(form, {"name": name}).status_code == 422
    assert group.roles_of(EVE) == {}


def test_a_stranger_joins_in_the_language_of_the_browser(group, link):
    _browser, page = joined(group, link, language="fr")

    assert page.heading == "Votre compte"


@pytest.mark.parametrize("spoiled", ["bent", "disabled", "staff"])
def test_what_we_never_sent_or_cannot_honour_is_one_answer(group, link, spoiled):
    path = link
    if spoiled == "bent":
        path = link[:-3] + ("AAA" if link[-3:] != "AAA" else "BBB")
    with group.transaction() as session:
        run = session.connection().exec_driver_sql
        if spoiled in ("disabled", "staff"):
            run("UPDATE person SET email = 'x@brightwell.example' WHERE email = %s", (EVE,))
            run(
                "INSERT INTO person VALUES (gen_random_uuid(), %s, 'E', 'en', %s, %s)",
                (EVE, "staff" if spoiled == "staff" else "contact", spoiled == "staff"),
            )

    page = PageClient(group.app).get(path, status=410)

    assert "We do not know this link" in page.main
    assert page.forms_to("/invitation") == []


def test_a_flood_of_invitations_ends_at_its_limits(group, clock):
    browser = group.reader(group.ada)
    for _ in range(BY_EMAIL.count):
        assert invite(browser).status_code == 303
    assert "Too many tries" in invite(browser).text
    for at in range(BY_ACCOUNT.count - BY_EMAIL.count):
        assert invite(browser, f"eve{at}@brightwell.example").status_code == 303

    answer = invite(browser, "one.more@brightwell.example")

    assert answer.status_code == 422
    assert "Too many tries" in answer.text
    assert group.reader(group.ada).get("/people").status == 200
