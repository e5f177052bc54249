"""Somebody without an account pays exactly the invoices of a link, and gets no further."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa

from foundation.money import Money
from foundation.seals import sealed
from payments.card.queries import payment_of
from payments.links.paying import ASKS, BY_EMAIL
from payments.links.queries import name_in_part
from payments.links.tokens import NamedLink, pay_link_token
from receivables.actions.exchanges import exchange_receipt
from receivables.models import ContactRole, Standing
from tests.factories.books import open_minor
from tests.factories.card import session_of
from tests.portal.page_client import PageClient
from tests.portal.post import post_of
from tests.portal.readers import World
from tests.portal.test_basket import chosen, pay
from tests.portal.test_credit import stands


@pytest.fixture
def acme(world):
    return world.customer(name="Acme Industries SA")


@pytest.fixture
def reader(world, acme):
    return world.reader(acme)


@pytest.fixture
def invoices(world, acme):
    return [world.invoice(acme, minor, due_on=dt.date(2026, 11, 1)) for minor in (60_000, 2_550)]


@pytest.fixture
def post(world):
    with post_of(world.app, world.transaction) as post:
        yield post


@pytest.fixture
def tiers():
    """Where a link is sent; a mailbox takes so many a day, so each test has its own."""
    return f"tiers-{uuid.uuid4().hex}@payeur.example"


def ask(reader, invoice_id, email="", **changes):
    email = email or f"{uuid.uuid4().hex}@payeur.example"
    [button] = reader.get(f"/invoices/{invoice_id}").forms_to("/pay-links/new")
    page = reader.get(f"/pay-links/new?invoice_id={button.values['invoice_id'][0]}")
    return reader.send(page.form_to("/pay-links/new"), {"email": email, **changes})


def links_of(world, account):
    wanted = sa.text("SELECT id FROM pay_link WHERE customer_id = :id ORDER BY created_at, id")
    with world.transaction() as session:
        return list(session.scalars(wanted, {"id": account.customer_id}))


def path_of(world, account):
    """Where the only link of an account leads."""
    [link_id] = links_of(world, account)
    keys = world.app.extensions["quittance"].settings.secret_keys
    return f"/pay-link/{pay_link_token(NamedLink(link_id, account.customer_id), keys)}"


@pytest.fixture
def link(world, acme, reader, invoices, tiers):
    """Where the link for the first invoice leads."""
    assert ask(reader, invoices[0], tiers).status_code == 303
    return path_of(world, acme)


@pytest.fixture
def holder(world):
    """Somebody who never signed in."""
    return PageClient(world.app, address="198.51.100.4")


def press(holder, link, **changes):
    return holder.send(holder.get(link).form_to(link), changes)


def payments_of(world, account):
    wanted = sa.text("SELECT id, state FROM card_payment WHERE customer_id = :id ORDER BY id")
    with world.transaction() as session:
        return {row.id: row.state for row in session.execute(wanted, {"id": account.customer_id})}


def card_of(world, payment_id):
    return world.stripe.payer(session_of(world.transaction, payment_id))


def test_a_link_from_the_basket_is_mailed_opened_paid_and_receipted(
    world, acme, reader, invoices, post, holder, tiers
):
    basket = chosen(reader, *invoices)
    page = reader.get(
        next(href for words, href in basket.links.items() if words.startswith("Send a pay link"))
    )
    reader.submit(page.form_to("/pay-links/new"), {"email": tiers.upper(), "spoken": "fr"})
    [letter] = [mail for mail in post.delivered() if mail.recipients == [tiers]]
    link = re.search(r"/pay-link/\S+", letter.body("plain"))[0]

    shown = holder.get(link)
    answer = press(holder, link)
    [payment_id] = payments_of(world, acme)
    card_of(world, payment_id).pay()
    page = holder.get(f"{link}/{payment_id}/return")
    letters = post.delivered()

    assert "Merci de payer 625,50" in letter.subject.replace("\u202f", " ").replace("\xa0", " ")
    assert shown.heading == "Pay €625.50"
    assert "/c/pay/" in answer.location
    assert "Payment received" in page.main
    assert [open_minor(world.transaction, one) for one in invoices] == [0, 0]
    [receipt] = [mail for mail in letters if mail.recipients == [tiers] and mail.attachments]
    assert f"{link}/{payment_id}" in receipt.body("plain")
    assert "All paid" in reader.get("/pay-links").main
    assert f"Begun by {tiers}" in reader.get(f"/payments/{payment_id}").main
    assert "has been paid meanwhile" in reader.get("/basket").main
    assert holder.get(link, status=410).heading == "Everything is paid"


def test_the_page_of_a_paid_link_adds_up_when_part_of_the_money_was_exchanged(
    world, acme, invoices, link, holder
):
    press(holder, link)
    [payment_id] = payments_of(world, acme)
    stands(world, acme, Standing.NO_AUTO_APPLY)
    card_of(world, payment_id).pay()
    holder.get(f"{link}/{payment_id}/return")
    with world.transaction() as session:
        paid = payment_of(session, customer_id=acme.customer_id, payment_id=payment_id)
        exchange_receipt(
            session,
            receipt_id=paid.row.receipt_id,
            into="USD",
            rate=Decimal("1.1"),
            amount=Money(20_000, "EUR"),
            deed=acme.deed(world.clock.now()),
        )

    page = holder.get(f"{link}/{payment_id}")

    assert "account €400.00 Exchanged into $220.00 at 1.1 €200.00 Total €600.00" in page.main
    assert not [href for href in page.links.values() if "/receipts/" in href]


def test_the_page_of_a_link_holds_its_invoices_and_nothing_else(
    world, acme, reader, invoices, link, holder, tiers
):
    page = holder.get(link)
    with world.transaction() as session:
        wanted = sa.text("SELECT name, email FROM person WHERE id = :id")
        name, email = session.execute(wanted, {"id": acme.person_id}).one()
        numbers = dict(
            session.execute(
                sa.text("SELECT id, number FROM invoice WHERE customer_id = :id"),
                {"id": acme.customer_id},
            ).all()
        )

    assert numbers[invoices[0]] in page.main
    assert "Acm… Ind… SA" in page.main
    for word in (numbers[invoices[1]], "Acme", "Industries", name, email, tiers):
        assert word not in page.response.text
    assert {href for href in page.links.values() if href.startswith("/")} == set()
    assert {form.action for form in page.forms_to("/")} == {link, "/language"}
    assert holder.raw("/invoices").location.startswith("/sign-in")
    assert page.response.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.response.headers["Cache-Control"]


def test_a_changed_token_and_one_of_another_account_open_nothing(world, acme, link, holder):
    token = link.rpartition("/")[2]
    keys = world.app.extensions["quittance"].settings.secret_keys
    [link_id] = links_of(world, acme)
    stranger = world.customer(name="Stranger")
    for_stranger = pay_link_token(NamedLink(link_id, stranger.customer_id), keys)
    of_an_invitation = sealed(
        link_id.bytes + acme.customer_id.bytes, purpose=b"quittance invitation 1:", keys=keys
    )
    bent = [token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), "A" + token[1:], for_stranger]

    for one in (*bent, of_an_invitation, "A" * len(token)):
        page = holder.get(f"/pay-link/{one}", status=410)
        assert page.heading == "This pay link no longer works"
        assert "We do not know this link" in page.main


def test_a_link_ends_after_its_days_and_says_so(portal, clock, transaction, stripe_world):
    world = World(app=portal, clock=clock, transaction=transaction, stripe=stripe_world)
    acme = world.customer()
    ask(world.reader(acme), world.invoice(acme, 10_000))
    link, holder = path_of(world, acme), PageClient(portal)
    form = holder.get(link).form_to(link)

    clock.advance(days=14)

    assert "It worked until" in holder.get(link, status=410).main
    assert holder.send(form).status_code == 410
    assert payments_of(world, acme) == {}
    assert "Expired on" in world.reader(acme).get("/pay-links").main


def test_two_presses_start_one_payment_and_a_second_page_closes_the_first(
    world, acme, link, holder
):
    form = holder.get(link).form_to(link)
    first, again = holder.send(form), holder.send(form)
    other = PageClient(world.app)
    second = press(other, link)
    states = sorted(payments_of(world, acme).values())

    assert first.location == again.location
    assert second.location not in ("", first.location)
    assert states == ["awaiting_payer", "canceled"]


def test_what_was_paid_meanwhile_is_asked_for_no_more_and_old_pages_charge_nothing(
    world, acme, reader, invoices, holder, tiers
):
    basket = chosen(reader, *invoices)
    href = next(to for words, to in basket.links.items() if words.startswith("Send a pay link"))
    reader.submit(reader.get(href).form_to("/pay-links/new"), {"email": tiers})
    link = path_of(world, acme)
    old = holder.get(link).form_to(link)
    pay(world, acme, {invoices[0]: 60_000, invoices[1]: 550})

    page = holder.submit(old, status=409)

    assert "The amounts have changed since you opened this page" in page.main
    assert "Paid meanwhile" in page.main
    assert page.heading == "Pay €20.00"
    assert "succeeded" in payments_of(world, acme).values()
    assert len(payments_of(world, acme)) == 1
    assert "/c/pay/" in holder.send(page.form_to(link)).location


def test_a_link_ends_with_its_makers_right_to_pay_and_when_it_is_withdrawn(
    world, acme, reader, invoices, holder
):
    colleague = world.colleague(acme)
    ask(world.reader(colleague), invoices[0])
    link = path_of(world, acme)
    form = holder.get(link).form_to(link)
    rights = sa.text("UPDATE contact SET role = :role, is_active = :is_active WHERE id = :id")
    seen = {}
    for role, is_active in (("viewer", True), ("payer", False), ("payer", True)):
        with world.transaction() as session:
            given = {"role": role, "is_active": is_active, "id": colleague.contact_id}
            session.execute(rights, given)
        seen[role, is_active] = holder.send(form).status_code
    before = holder.get(link).form_to(link)
    listed = reader.get("/pay-links")
    reader.submit(listed.form_to("/pay-links/"))

    assert seen == {("viewer", True): 410, ("payer", False): 410, ("payer", True): 303}
    assert holder.send(before).status_code == 410
    assert "It was taken back" in holder.get(link, status=410).main
    assert reader.send(listed.form_to("/pay-links/")).status_code == 404
    assert "Withdrawn" in reader.get("/pay-links").main


def test_a_payment_is_seen_by_the_link_that_began_it_and_by_no_other(world, acme, invoices, reader):
    for one in invoices:
        ask(reader, one)
    keys = world.app.extensions["quittance"].settings.secret_keys
    first, second = (
        f"/pay-link/{pay_link_token(NamedLink(one, acme.customer_id), keys)}"
        for one in links_of(world, acme)
    )
    holder = PageClient(world.app)
    press(holder, first)
    [payment_id] = payments_of(world, acme)
    pay(world, acme, {invoices[1]: 100})
    [theirs] = payments_of(world, acme).keys() - {payment_id}

    for path in ("", "/state", "/return"):
        assert holder.raw(f"{first}/{payment_id}{path}").status_code in (200, 303)
        for link, one in ((second, payment_id), (first, theirs), (first, uuid.uuid4())):
            assert holder.raw(f"{link}/{one}{path}").status_code == 404


def test_a_declined_card_is_told_and_the_way_back_leads_to_the_page(world, acme, link, holder):
    press(holder, link)
    [payment_id] = payments_of(world, acme)
    card_of(world, payment_id).decline()

    page = holder.get(f"{link}/{payment_id}/return")

    assert "The card was declined" in page.main
    assert page.links["Go to the payment page"].startswith("http")
    assert "Begun" not in page.main


def test_a_debit_underway_is_not_paid_twice_and_its_holder_is_told(
    world, acme, link, holder, post, tiers
):
    press(holder, link)
    [payment_id] = payments_of(world, acme)
    card_of(world, payment_id).debit("sepa_fails")
    underway = holder.get(f"{link}/{payment_id}/return")
    told = [mail.subject for mail in post.delivered() if mail.recipients == [tiers]]
    again = press(holder, link)
    world.stripe.catch_up()
    failed = holder.get(f"{link}/{payment_id}/return")

    assert "The debit is on its way" in underway.main
    assert "Your bank debit of €600.00 is on its way" in told
    assert again.location.endswith(f"/{payment_id}")
    assert len(payments_of(world, acme)) == 1
    assert "Your bank did not carry out the debit" in failed.main
    assert failed.links["Back to what is to be paid"] == link


def test_a_link_asks_for_one_payment_of_open_invoices_of_the_own_account(
    world, acme, reader, tiers
):
    mine, stranger = world.invoice(acme), world.customer()
    theirs, dollars = world.invoice(stranger), world.invoice(acme, currency="USD")
    path = f"/pay-links/new?invoice_id={mine}"
    form = reader.get(path).form_to("/pay-links/new")
    said = {
        "email": reader.submit(form, {"email": "nobody"}, status=422),
        "none": reader.submit(form, {"email": tiers, "invoice_id": []}, status=422),
        "theirs": reader.submit(form, {"email": tiers, "invoice_id": str(theirs)}, status=422),
        "both": reader.submit(
            form, {"email": tiers, "invoice_id": [str(mine), str(dollars)]}, status=422
        ),
    }

    assert "This is not an e-mail address" in said["email"].main
    assert 'value="nobody"' in said["email"].response.text
    assert "Choose at least one invoice" in said["none"].main
    assert "Nothing is open on these invoices" in said["theirs"].main
    assert "One link makes one payment" in said["both"].main
    assert reader.get(f"/pay-links/new?invoice_id={theirs}").heading == "Invoices"
    assert links_of(world, acme) == []


def test_nobodys_mailbox_is_filled_and_a_link_asks_the_provider_so_often_only(
    world, acme, reader, invoices, holder
):
    email = f"{uuid.uuid4().hex}@payeur.example"
    answers = [ask(reader, invoices[0], email).status_code for _ in range(BY_EMAIL.count + 1)]
    link_id = links_of(world, acme)[0]
    keys = world.app.extensions["quittance"].settings.secret_keys
    link = f"/pay-link/{pay_link_token(NamedLink(link_id, acme.customer_id), keys)}"
    now = world.clock.now()
    with world.transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO attempt (id, kind, key, at) SELECT gen_random_uuid(), :kind, :key, :at"
                " FROM generate_series(1, :count)"
            ),
            {"kind": ASKS.kind, "key": str(link_id), "at": now, "count": ASKS.count},
        )

    assert answers == [303] * BY_EMAIL.count + [422]
    assert "Too many tries" in holder.submit(holder.get(link).form_to(link), status=409).main


def test_a_viewer_neither_makes_nor_sees_pay_links(world, acme, invoices):
    viewer = world.reader(world.colleague(acme, role=ContactRole.VIEWER))

    assert viewer.raw("/pay-links").status_code == 403
    assert "Send a pay link" not in viewer.get(f"/invoices/{invoices[0]}").main
    assert "Pay links" not in viewer.get("/payments").links


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Acme Industries SA", "Acm… Ind… SA"),
        ("SNC Lac", "S…"),
        ("A", "A…"),
        ("山田製作所株式会社", "山田製…"),
    ],
)
def test_a_name_in_part_is_known_to_whoever_knows_it(name, seen):
    assert name_in_part(name) == seen
