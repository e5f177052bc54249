"""Lists: newest first, page by page, narrowed as asked."""

import pytest
import stripe

from tests.sandbox.asked import open_session


@pytest.fixture
def seven(stripe_client, clock) -> list[str]:
    """Seven sessions a minute apart, newest first."""
    made = []
    for _ in range(7):
        made.insert(0, open_session(stripe_client))
        clock.advance(minutes=1)
    return made


def ids(page) -> list[str]:
    return [item.id for item in page.data]


def test_pages_go_forwards_and_backwards(stripe_client, seven):
    sessions = stripe_client.v1.checkout.sessions

    first = sessions.list({"limit": 3})
    second = sessions.list({"limit": 3, "starting_after": first.data[-1].id})
    back = sessions.list({"limit": 2, "ending_before": second.data[0].id})

    assert (ids(first), first.has_more) == (seven[:3], True)
    assert (ids(second), second.has_more) == (seven[3:6], True)
    assert (ids(back), back.has_more) == (seven[1:3], True)


def test_the_client_walks_all_pages_by_itself(stripe_client, seven):
    pages = stripe_client.v1.checkout.sessions.list({"limit": 2})

    assert [session.id for session in pages.auto_paging_iter()] == seven


def test_sessions_by_time_of_creation(stripe_client, seven, clock):
    three_minutes_ago = int(clock().timestamp()) - 180

    recent = stripe_client.v1.checkout.sessions.list({"created": {"gte": three_minutes_ago}})

    assert ids(recent) == seven[:3]


def test_sessions_by_status_and_by_intent(world, stripe_client, seven):
    world.payer(seven[2]).pay()
    intent = stripe_client.v1.checkout.sessions.retrieve(seven[2]).payment_intent
    sessions = stripe_client.v1.checkout.sessions

    assert ids(sessions.list({"status": "complete"})) == [seven[2]]
    assert ids(sessions.list({"payment_intent": intent})) == [seven[2]]
    assert len(stripe_client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_events_by_type(world, stripe_client, seven):
    world.payer(seven[0]).pay()
    events = stripe_client.v1.events

    by_group = events.list({"type": "payment_intent.*"})
    by_names = events.list({"types": ["charge.succeeded", "checkout.session.completed"]})

    assert [e.type for e in by_group.data] == ["payment_intent.succeeded", "payment_intent.created"]
    assert [e.type for e in by_names.data] == ["checkout.session.completed", "charge.succeeded"]


def test_events_are_listed_for_30_days(world, stripe_client, seven, clock):
    world.payer(seven[0]).pay()
    event_id = world.events()[0]["id"]
    clock.advance(days=30, seconds=1)

    assert stripe_client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.events.retrieve(event_id)


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 101}, {"starting_after": "cs_test_nothing"}]
)
def test_pages_that_cannot_be(stripe_client, asked):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.checkout.sessions.list(asked)


def test_lists_expand_what_their_items_hold(world, stripe_client, seven):
    world.payer(seven[0]).pay()

    page = stripe_client.v1.checkout.sessions.list(
        {"limit": 1, "expand": ["data.payment_intent.latest_charge"]}
    )

    assert page.data[0].payment_intent.latest_charge.status == "succeeded"


@pytest.mark.parametrize("path", ["url", "payment_intent.amount", "data.payment_intent"])
def test_what_cannot_be_expanded_is_refused(stripe_client, seven, path):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        stripe_client.v1.checkout.sessions.retrieve(seven[0], {"expand": [path]})
