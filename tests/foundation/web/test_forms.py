"""Text in, money out; a refusal stands at its field and what was typed stays."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from foundation.i18n import speaking
from foundation.limits import Attempt, spend
from foundation.money import Money
from foundation.web.forms import HouseForm
from tests.foundation.web.faces import ThingForm, TooMuch, a_face, asking


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return a_face(tmp_path_factory.mktemp("face"))


def send(app, language: str = "en", **changes: str):
    client = asking(app, "payer")
    headers = {"Accept-Language": language}
    page = client.get("/pay", headers=headers).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    sent = {"csrf_token": token, "name": "Ann", "amount": "12.50"}
    return client.post("/pay", data=sent | changes, headers=headers)


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "12.50"), ("fr", "12,50"), ("fr", "12,50 €"), ("en", "€12.50")]
)
def test_an_amount_is_read_the_reader_s_way(app, language, typed):
    assert send(app, language, amount=typed).get_data(as_text=True) == "Ann: 12.50 EUR"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12.845,50", "amount.ambiguous: 12.845,50"),
        ("twelve", "amount.unreadable: twelve"),
        ("-5", "amount.negative: -5"),
        ("1.005", "amount.too_precise: 1.005"),
        ("", "Type an amount."),
        ("100.01", "At most €100.00."),
        ('"><script>', 'amount.unreadable: "><script>'),
    ],
)
def test_a_refused_amount_says_why_and_keeps_what_was_typed(app, typed, words):
    answer = send(app, amount=typed)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert words in unescape(unescape(page)).replace("\\'", "'")
    assert unescape(re.search(r'name="amount"[^>]*value="([^"]*)"', page)[1]) == typed
    assert "<script>" not in page


def test_text_comes_without_spaces_around_it_and_without_nul(app):
    assert send(app, name="  A\x00nn ").get_data(as_text=True) == "Ann: 12.50 EUR"


def test_an_action_gets_the_fields_it_asks_for_and_no_other(app):
    def action(first, *, name, given):
        return first, name, given

    with app.test_request_context("/pay", method="POST", data={"name": "Ann", "amount": "5"}):
        form = ThingForm("EUR")

        assert form.accepted_by(action, "first", given=7)

    assert form.outcome == ("first", "Ann", 7)


def test_a_refusal_that_belongs_to_no_field_of_the_form_is_not_swallowed(app):
    def action(first):
        raise LookupError(first)

    with app.test_request_context("/pay"), pytest.raises(LookupError):
        HouseForm().accepted_by(action, "first")


def test_a_refused_action_leaves_nothing_behind_in_the_session(app, session, clock):
    def action(database, *, name):
        spend(database, [("refused", name)], at=clock.now())
        raise TooMuch(Money(1, "EUR"))

    with speaking("en"), app.test_request_context("/pay", method="POST", data={"name": "Ann"}):
        form = ThingForm("EUR")

        assert not form.accepted_by(action, session)
        assert form.amount.errors[-1] == "At most €0.01."

    assert session.scalar(sa.select(sa.func.count()).where(Attempt.kind == "refused")) == 0
