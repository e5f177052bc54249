"""The admins of an account look after its people; everybody else does not even see the page."""

import uuid

import pytest

from tests.portal.group import ADMIN, PAYER, VIEWER, Group, a_group


@pytest.fixture
def group(portal, clock, transaction) -> Group:
    return a_group(portal, clock, transaction)


def change(browser, account, **rights):
    """Send the form of that person's page; `rights` by the id of a customer."""
    page = f"/people/{account.contact_id}"
    form = browser.get(page).form_to(page)
    return browser.send(form, {f"right-{one}": role for one, role in rights.items()})


def remove(browser, account, **more):
    page = f"/people/{account.contact_id}"
    return browser.send(browser.get(page).form_to(f"{page}/removal"), **more)


def test_an_admin_finds_everybody_of_the_account_and_of_no_other(group):
    browser = group.reader(group.ada)

    page = browser.get(browser.get("/profile").links["People of Brightwell"])

    assert page.heading == "People of this account"
    for words in ("Ada Lind (you)", "Brightwell Nord: May pay and manage people"):
        assert words in page.main
    assert "Ben Okafor" in page.main
    assert "May look and pay" in page.main
    assert "Cleo" not in page.text
    assert "Sud" not in page.text
    assert group.email_of(group.dan) not in page.text


def test_who_is_no_admin_is_not_led_there(group):
    browser = group.reader(group.ben)

    assert "People of Brightwell" not in browser.get("/profile").links
    assert browser.raw("/people").status_code == 403


def test_a_changed_right_holds_at_once_and_signs_the_person_out(group):
    ben = group.reader(group.ben)
    assert ben.get("/basket").heading == "Basket"

    answer = change(group.reader(group.ada), group.ben, **{str(group.ada.customer_id): "viewer"})

    assert answer.location == "/people"
    assert ben.get("/basket").heading == "Sign in"
    assert group.reader(group.ben).raw("/basket").status_code == 403
    assert "contact.role_changed" in group.audit()
    assert "session.ended" in group.audit()


def test_a_branch_is_opened_to_somebody_and_closed_again(group):
    browser, email = group.reader(group.ada), group.email_of(group.ben)

    change(browser, group.ben, **{str(group.nord): "viewer"})
    opened = group.roles_of(email)
    change(browser, group.ben, **{str(group.nord): ""})

    assert opened == {group.ada.customer_id: PAYER, group.nord: VIEWER}
    assert group.roles_of(email) == {group.ada.customer_id: PAYER}


def test_who_has_rights_to_a_branch_chooses_between_both_and_pays_there(group):
    change(group.reader(group.ada), group.ben, **{str(group.nord): "payer"})
    browser = group.reader(group.ben)

    page = browser.get("/accounts")
    [_head, there] = page.forms_to("/accounts")
    there = browser.submit(there)

    assert "Brightwell Nord" in there.text
    assert browser.get("/basket").heading == "Basket"


def test_nobody_gives_a_right_they_do_not_hold(group):
    """Sud is a branch, but Ada is not its admin; Dan's company is no branch at all."""
    browser = group.reader(group.ada)
    wanted = {f"right-{one}": "admin" for one in (group.sud, group.dan.customer_id)}
    page = f"/people/{group.ben.contact_id}"

    browser.send(browser.get(page).form_to(page), wanted)

    assert group.roles_of(group.email_of(group.ben)) == {group.ada.customer_id: PAYER}


def test_an_admin_of_unrelated_companies_does_not_mix_their_people(group):
    """Ada manages Dan's company too, but Ben is looked at from head office."""
    group.join(group.ada, group.dan.customer_id, ADMIN)
    browser = group.reader(group.ada)

    page = browser.get(f"/people/{group.ben.contact_id}")

    assert "Harbour" not in page.main
    assert "Brightwell Nord" in page.main


def test_a_branch_does_not_see_head_office_or_its_sister(group):
    page = group.reader(group.cleo).get("/people")

    for strange in ("Ada Lind", "Ben Okafor", "Nord"):
        assert strange not in page.text
    assert group.reader(group.cleo).raw(f"/people/{group.ben.contact_id}").status_code == 404


def test_who_is_removed_is_out_at_once_everywhere_the_admin_looks_after(group):
    group.join(group.ben, group.nord, VIEWER)
    ben = group.reader(group.ben)

    remove(group.reader(group.ada), group.ben)

    assert ben.get("/").heading == "Sign in"
    assert group.roles_of(group.email_of(group.ben)) == {}
    assert group.reader(group.ben).get("/").heading == "No company to show"
    assert "Ben Okafor" not in group.reader(group.ada).get("/people").main


def test_what_the_admin_does_not_look_after_is_left_alone(group):
    group.join(group.ben, group.dan.customer_id, PAYER)

    remove(group.reader(group.ada), group.ben)

    assert group.roles_of(group.email_of(group.ben)) == {group.dan.customer_id: PAYER}


def test_the_last_admin_can_neither_leave_nor_step_down(group):
    browser = group.reader(group.ada)

    left = remove(browser, group.ada)
    down = change(browser, group.ada, **{str(group.ada.customer_id): "viewer"})

    for answer, status in ((left, 409), (down, 422)):
        assert answer.status_code == status
        assert "Nobody else manages the people of Brightwell" in answer.text
    assert group.roles_of(group.email_of(group.ada))[group.ada.customer_id] == ADMIN
    assert browser.get("/people").heading == "People of this account"


def test_an_admin_who_cannot_sign_in_does_not_count_as_one_who_is_left(group):
    with group.transaction() as session:
        group_admin = group.ben
        session.connection().exec_driver_sql(
            "UPDATE contact SET role = 'admin' WHERE id = %s", (group_admin.contact_id,)
        )
        session.connection().exec_driver_sql(
            "UPDATE person SET is_active = false WHERE id = %s", (group_admin.person_id,)
        )

    answer = change(group.reader(group.ada), group.ada, **{str(group.ada.customer_id): "payer"})

    assert answer.status_code == 422


def test_an_admin_may_leave_once_somebody_else_is_one(group):
    browser = group.reader(group.ada)
    change(browser, group.ben, **{str(one): "admin" for one in (group.ada.customer_id, group.nord)})

    remove(browser, group.ada)

    assert browser.get("/people").heading == "Sign in"
    assert group.reader(group.ben).get("/people").heading == "People of this account"


@pytest.mark.parametrize("sent", ["owner", "ADMIN", "viewer'--", "a" * 500])
def test_a_right_that_does_not_exist_changes_nothing(group, sent):
    answer = change(group.reader(group.ada), group.ben, **{str(group.ada.customer_id): sent})

    assert answer.status_code == 303
    assert group.roles_of(group.email_of(group.ben)) == {group.ada.customer_id: PAYER}


def test_a_person_of_another_company_is_nobody(group):
    browser = group.reader(group.ada)
    pages = [
        browser.raw(f"/people/{one}").status_code for one in (group.dan.contact_id, uuid.uuid4())
    ]

    assert pages == [404, 404]
