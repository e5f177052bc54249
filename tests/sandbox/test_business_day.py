"""The sandbox moves the day of the books, where that is allowed."""

import datetime as dt
from dataclasses import replace

import pytest

from foundation.business_clock import business_offset
from sandbox import business_day


@pytest.fixture
def page(world, settings):
    """A browser on this machine, looking at the control page of those books."""
    business_day.install(world.app, settings)
    yield world.app.test_client()
    world.app.extensions["business_day"].transaction.engine.dispose()


def moved(transaction) -> dt.timedelta:
    with transaction() as session:
        return business_offset(session)


def test_the_day_goes_on_and_comes_back(page, transaction):
    page.post("/business-day", data={"days": 7})
    page.post("/business-day", data={"days": 30})
    after = moved(transaction)

    page.post("/business-day", data={"days": 0})

    assert after == dt.timedelta(days=37)
    assert moved(transaction) == dt.timedelta(0)


def test_the_page_says_which_day_it_is(page):
    real = page.get("/business-day").text
    page.post("/business-day", data={"days": 1})

    assert "That is the real day." in real
    assert "That is 1 day ahead" in page.get("/business-day").text
    assert "/business-day" in page.get("/").text
    assert "The books are 1 day ahead of the real day." in page.get("/").text


@pytest.mark.parametrize("days", ["-5", "soon", "", "100000000000000000000"])
def test_nonsense_moves_nothing_too_far(page, transaction, days):
    answer = page.post("/business-day", data={"days": days})

    assert answer.status_code == 303
    assert dt.timedelta(0) <= moved(transaction) <= dt.timedelta(days=business_day.DAYS_MAX)


def test_a_form_of_another_site_moves_nothing(page, transaction):
    answer = page.post("/business-day", data={"days": 7}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert moved(transaction) == dt.timedelta(0)


def test_no_page_where_the_clock_may_not_move(world, settings):
    business_day.install(world.app, replace(settings, clock_may_move=False))

    assert world.app.test_client().get("/business-day").status_code == 404
    assert "/business-day" not in world.app.test_client().get("/").text
