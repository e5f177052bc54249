"""The hosted page without a browser: what it takes, what it refuses, where it leads."""

import re

import pytest

from sandbox.stripe import words
from sandbox.stripe.cards import CARDS
from sandbox.stripe.typed import passes_luhn, read_card
from tests.sandbox.asked import open_session

GOOD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "code": "123", "attempt": "0"}


@pytest.fixture
def browser(world):
    return world.app.test_client()


@pytest.fixture
def session_id(stripe_client) -> str:
    return open_session(stripe_client, branding_settings={"display_name": "Ardenne"})


def test_the_page_says_amount_seller_and_that_no_money_moves(browser, session_id):
    page = browser.get(f"/c/pay/{session_id}").text

    assert "Test mode: no money moves" in page
    assert "€128.45" in page
    assert "Back to Ardenne" in page
    assert "Payment for 3 documents" in page


def test_the_page_speaks_french_when_the_session_does(browser, stripe_client):
    session_id = open_session(stripe_client, locale="fr")

    page = browser.get(f"/c/pay/{session_id}", headers={"Accept-Language": "en"}).text

    assert '<html lang="fr">' in page
    assert "Mode test : aucun argent ne circule" in page
    assert "128,45\N{NO-BREAK SPACE}€" in page


def test_without_a_locale_the_browser_decides(browser, session_id):
    page = browser.get(f"/c/pay/{session_id}", headers={"Accept-Language": "fr-BE,en;q=0.5"}).text

    assert '<html lang="fr">' in page


def test_paying_leads_back_to_the_seller(world, browser, session_id):
    answer = browser.post(f"/c/pay/{session_id}", data=GOOD)

    assert answer.status_code == 303
    assert answer.location == f"http://localhost:8001/return?session={session_id}"
    assert world.totals() == {"eur": 12_845}


def test_a_double_click_makes_one_charge(world, browser, session_id):
    answers = [browser.post(f"/c/pay/{session_id}", data=GOOD) for _ in range(2)]

    assert answers[0].location == answers[1].location
    assert len(world.books()) == 1


def test_a_double_click_on_a_bad_card_makes_one_failed_charge(world, browser, session_id):
    for _ in range(2):
        browser.post(f"/c/pay/{session_id}", data=GOOD | {"number": "4000000000000002"})

    assert [booking.status for booking in world.books()] == ["failed"]


def test_a_decline_is_shown_and_survives_a_reload(browser, session_id):
    answer = browser.post(f"/c/pay/{session_id}", data=GOOD | {"number": "4000000000009995"})

    pages = [browser.get(answer.location).text for _ in range(2)]

    assert all("Your card has insufficient funds." in page for page in pages)
    assert 'name="attempt" value="1"' in pages[0]


def test_3d_secure_asks_on_its_own_page(world, browser, session_id):
    asked = browser.post(f"/c/pay/{session_id}", data=GOOD | {"number": "4000002760003184"})
    question = browser.get(asked.location).text

    answer = browser.post(asked.location, data={"answer": "complete"})

    assert asked.location.endswith("/authentication")
    assert "Your bank asks: is it you?" in question
    assert answer.location.startswith("http://localhost:8001/return")
    assert world.totals() == {"eur": 12_845}


def test_failed_3d_secure_comes_back_to_the_form(browser, session_id):
    asked = browser.post(f"/c/pay/{session_id}", data=GOOD | {"number": "4000002760003184"})

    answer = browser.post(asked.location, data={"answer": "fail"})

    assert "unable to authenticate" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": ""}, "Type a card number."),
        ({"number": "4242 4242 4242 4241"}, "This is not a card number."),
        ({"number": "5555 5555 5555 4444"}, "It was not kept"),
        ({"expiry": "13/30"}, "Type month and year"),
        ({"expiry": "10/26"}, "This date has passed."),
        ({"code": "12"}, "Type the three digits"),
    ],
)
def test_what_is_mistyped_is_said_at_its_field(world, browser, session_id, typed, sentence):
    answer = browser.post(f"/c/pay/{session_id}", data=GOOD | typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert world.books() == []


def test_a_number_that_is_no_test_number_is_not_even_shown_again(browser, session_id):
    number = "5555555555554444"

    answer = browser.post(f"/c/pay/{session_id}", data=GOOD | {"number": number})

    assert number not in answer.text.replace(" ", "")
    assert 'value="12/30"' in answer.text


def test_a_test_number_fills_in_the_form(browser, session_id):
    page = browser.get(f"/c/pay/{session_id}?card=insufficient_funds").text

    assert 'value="4000 0000 0000 9995"' in page
    assert 'value="12/28"' in page


@pytest.mark.parametrize(
    ("end", "sentence"),
    [("pay", "This payment is done"), ("expire", "This page has expired")],
)
def test_a_closed_page_says_so(world, browser, stripe_client, session_id, end, sentence):
    if end == "pay":
        world.payer(session_id).pay()
    else:
        stripe_client.v1.checkout.sessions.expire(session_id)

    assert sentence in browser.get(f"/c/pay/{session_id}").text


def test_an_open_page_that_expires_under_the_payer_takes_nothing(world, browser, session_id, clock):
    clock.advance(hours=24)

    answer = browser.post(f"/c/pay/{session_id}", data=GOOD)

    assert "This page has expired" in browser.get(answer.location).text
    assert world.books() == []


def test_a_page_nobody_made_is_a_404_with_words(browser):
    answer = browser.get("/c/pay/cs_test_nothing")

    assert answer.status_code == 404
    assert "no such payment page" in answer.text


def test_the_lost_answer_of_a_page_has_paid_all_the_same(world, browser, session_id):
    world.faults.answer_lost("POST /c/pay/*")

    with pytest.raises(ConnectionResetError):
        browser.post(f"/c/pay/{session_id}", data=GOOD)

    assert world.totals() == {"eur": 12_845}


@pytest.mark.parametrize("path", ["/", "/c/pay/{id}", "/c/pay/nothing", "/control/books"])
def test_every_answer_is_strict_about_what_may_load(browser, session_id, path):
    policy = browser.get(path.format(id=session_id)).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_form_may_lead_back_to_the_seller(browser, session_id):
    policy = browser.get(f"/c/pay/{session_id}").headers["Content-Security-Policy"]

    assert "form-action 'self' http://localhost:8001" in policy


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example.com"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_sites_pages_have_no_business_here(browser, headers):
    assert browser.post("/control/faults/clear", headers=headers).status_code == 403


def test_all_test_numbers_are_numbers_of_cards():
    assert all(passes_luhn(card.number) for card in CARDS)


@pytest.mark.parametrize("expiry", ["12/30", "12 / 30", "1230", "12/2030", "12-30"])
def test_an_expiry_date_may_be_written_in_many_ways(expiry, clock):
    assert read_card("4242424242424242", expiry, "123", clock()).expiry == (12, 2030)


def test_every_sentence_of_the_page_has_its_french():
    said = {card.title for card in CARDS} | {c.decline.message for c in CARDS if c.decline}

    assert said <= set(words.FRENCH)
    for english, french in words.FRENCH.items():
        facts = re.compile(r"%\(\w+\)s")
        assert sorted(facts.findall(english)) == sorted(facts.findall(french))
