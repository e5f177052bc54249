"""Who may send a pay link, what it asks for, and how it is taken back."""

import uuid

import pytest
import sqlalchemy as sa

from payments.links.paying import ASKS, BY_EMAIL
from payments.links.queries import name_in_part
from payments.links.tokens import NamedLink, pay_link_token
from receivables.models import ContactRole
from tests.portal.links.holding import ask, card_of, links_of, payments_of, press
from tests.portal.page_client import PageClient
from tests.portal.test_basket import pay


def test_two_presses_of_one_page_send_one_link_and_a_changed_page_another(
    world, acme, reader, invoices, post, tiers
):
    page = reader.get(f"/pay-links/new?invoice_id={invoices[0]}")
    for email in (tiers, tiers, f"b-{tiers}"):
        assert reader.send(page.form_to("/pay-links/new"), {"email": email}).status_code == 303

    sent = [mail.recipients for mail in post.delivered()]
    assert len(links_of(world, acme)) == 2
    assert [sent.count([one]) for one in (tiers, f"b-{tiers}")] == [1, 1]


def test_withdrawing_closes_the_page_that_is_open_and_says_what_may_still_go_through(
    world, acme, reader, invoices, holder
):
    said = []
    for invoice_id, act in zip(invoices, ("leave", "debit"), strict=True):
        known = set(links_of(world, acme))
        ask(reader, invoice_id)
        keys = world.app.extensions["quittance"].settings.secret_keys
        [made] = set(links_of(world, acme)) - known
        named = NamedLink(made, acme.customer_id)
        before = payments_of(world, acme).keys()
        press(holder, f"/pay-link/{pay_link_token(named, keys)}")
        [payment_id] = payments_of(world, acme).keys() - before
        if act == "debit":
            card_of(world, payment_id).debit("sepa")
        listed = reader.get("/pay-links")
        [form] = [
            one for one in listed.forms_to("/pay-links/") if str(named.pay_link_id) in one.action
        ]
        said.append((reader.submit(form).text, payments_of(world, acme)[payment_id]))

    (closed, first), (doubtful, second) = said
    assert (first, second) == ("canceled", "processing")
    assert "It no longer opens anything" in closed
    assert "may still go through" in doubtful


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
