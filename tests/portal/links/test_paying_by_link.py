"""Somebody without an account pays exactly the invoices of a link, and gets no further."""

import re
from decimal import Decimal

import sqlalchemy as sa

from foundation.money import Money
from foundation.seals import sealed
from payments.card.queries import payment_of
from payments.links.tokens import NamedLink, pay_link_token
from receivables.actions.exchanges import exchange_receipt
from receivables.models import Standing
from tests.access.reading import pdf_text
from tests.factories.books import open_minor
from tests.portal.links.holding import (
    ask,
    card_of,
    everything_kept,
    links_of,
    path_of,
    payments_of,
    press,
)
from tests.portal.page_client import PageClient
from tests.portal.readers import World
from tests.portal.test_basket import chosen, pay
from tests.portal.test_credit import stands


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
    assert "Nothing left to pay" in reader.get("/pay-links").main
    assert f"Begun by {tiers}" in reader.get(f"/payments/{payment_id}").main
    assert "Nothing is left to pay of" in reader.get("/basket").main
    assert holder.get(link, status=410).heading == "Nothing is left to pay"
    assert "Acme Industries" not in receipt.body("plain") + pdf_text(receipt.attachments[0].content)
    assert "Left open" not in pdf_text(receipt.attachments[0].content)
    assert link.rpartition("/")[2] not in everything_kept(world)


def test_whoever_paid_by_a_link_never_learns_what_became_of_the_rest(
    portal, clock, transaction, stripe_world
):
    world = World(app=portal, clock=clock, transaction=transaction, stripe=stripe_world)
    acme, holder = world.customer(), PageClient(portal)
    asked, other = world.invoice(acme, 60_000), world.invoice(acme, 2_550)
    reader = world.reader(acme)
    ask(reader, asked)
    link = path_of(world, acme)
    press(holder, link)
    [payment_id] = payments_of(world, acme)
    pay(world, acme, {asked: 60_000})  # meanwhile, so that all of it is kept as credit
    card_of(world, payment_id).pay()
    holder.get(holder.raw(f"{link}/{payment_id}/return").location)
    reader.submit(chosen(reader, other).form_to("/payments"), button="Use the credit first")

    page = holder.get(f"{link}/{payment_id}")
    clock.advance(days=15)

    assert open_minor(world.transaction, other) == 0
    assert "Kept as credit on the customer's account €600.00" in page.main
    assert "€25.50" not in page.main
    assert holder.get(f"{link}/{payment_id}", status=410).heading == "Nothing is left to pay"


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

    assert "account €600.00 Total €600.00" in page.main  # what became of it is the customer's
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
    assert "Settled meanwhile" in page.main
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
