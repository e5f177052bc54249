"""Who acts for several companies chooses one, and may lose one of them meanwhile."""

import uuid

import pytest

from tests.people.people import PASSWORD
from tests.portal.doors import NOOR, Doors, open_doors


@pytest.fixture
def doors(portal, settings, clock, transaction) -> Doors:
    return open_doors(portal, settings, clock, transaction)


def company_form(page, name):
    return next(form for form in page.forms_to("/accounts") if name in form.element.text)


def test_who_acts_for_two_companies_chooses_and_goes_on_to_the_page_asked_for(doors):
    browser = doors.browser()
    form = browser.get("/invoices?state=paid").form_to("/sign-in")

    choice = browser.submit(form, {"email": NOOR, "password": PASSWORD})
    answer = browser.send(company_form(choice, "Harbour & Sons"))

    assert choice.heading == "Choisissez une société"
    assert answer.location == "/invoices?state=paid"
    assert "Harbour & Sons" in browser.get("/").text


def test_another_company_is_chosen_at_any_time(doors):
    browser = doors.signed_in(NOOR)
    browser.submit(company_form(browser.get("/accounts"), "Harbour & Sons"))

    page = browser.submit(company_form(browser.get("/accounts"), "Brightwell Ltd"))

    assert "Brightwell Ltd" in page.text


@pytest.mark.parametrize("wanted", ["foreign", "missing", "nonsense", ""])
def test_a_company_of_others_is_as_good_as_absent(doors, wanted):
    browser = doors.signed_in()  # Marie acts for the first company only
    ids = {"foreign": str(doors.companies[1]), "missing": str(uuid.uuid4()), "nonsense": "1 OR 1"}
    form = browser.get("/accounts").form_to("/accounts")

    answer = browser.send(form, {"customer_id": ids.get(wanted, "")})

    assert answer.status_code == 404
    assert "Brightwell Ltd" in browser.get("/").text


def test_nothing_is_seen_before_a_company_is_chosen(doors):
    browser = doors.signed_in(NOOR)

    assert browser.get("/").heading == "Choisissez une société"
    assert browser.raw("/profile").location == "/accounts?next=/profile"
    assert browser.raw("/basket", method="POST").status_code == 303


def test_a_right_that_ended_closes_that_company_only(doors):
    browser = doors.signed_in(NOOR)
    browser.submit(company_form(browser.get("/accounts"), "Harbour & Sons"))

    doors.disable_contact(doors.noor_id, doors.companies[1])
    choice = browser.get("/invoices")

    assert "Harbour" not in choice.text
    assert "Brightwell Ltd" in browser.submit(company_form(choice, "Brightwell Ltd")).text


def test_who_lost_every_company_is_told_and_can_sign_out(doors):
    browser = doors.signed_in()
    doors.disable_contact(doors.marie_id, doors.companies[0])

    page = browser.get("/")

    assert "You are signed in as Marie Roche" in page.text
    assert browser.submit(page.form_to("/sign-out")).heading == "Sign in"
