"""The list to choose from, one invoice whole, and who may see which."""

import datetime as dt
import uuid

import pytest

TODAY = dt.date(2026, 11, 12)


@pytest.fixture
def acme(world):
    return world.customer(name="Acme SA")


@pytest.fixture
def invoice_id(world, acme):
    return world.invoice(acme, 123_450, number="INV-7", due_on=dt.date(2026, 11, 2))


def test_the_list_says_what_is_open_and_how_late(world, acme, invoice_id):
    page = world.reader(acme).get("/invoices")

    assert page.heading == "Invoices"
    assert "INV-7" in page.links
    assert "10 days overdue" in page.main
    assert "€1,234.50" in page.main


def test_a_person_reads_in_their_own_language(world):
    acme = world.customer(language="fr")
    world.invoice(acme, 123_450, due_on=dt.date(2026, 11, 2))

    page = world.reader(acme).get("/invoices")

    assert page.heading == "Factures"
    assert "10 jours de retard" in page.main
    assert "1 234,50 €" in page.main


def test_an_account_without_invoices_is_told_what_will_appear(world, acme):
    page = world.reader(acme).get("/invoices")

    assert "Nothing is open" in page.main
    assert page.links["All invoices"] == "/invoices?state=all"


def test_a_search_that_finds_nothing_says_so_and_keeps_what_was_typed(world, acme, invoice_id):
    page = world.reader(acme).get("/invoices?search=999")

    assert "No invoice fits" in page.main
    assert page.form_to("/invoices").values["search"] == ["999"]


@pytest.mark.parametrize(
    ("state", "is_listed"),
    [
        ("open", True),
        ("overdue", True),
        ("due_soon", False),
        ("not_due", False),
        ("paid", False),
        ("all", True),
    ],
)
def test_the_chips_choose_what_is_listed(world, acme, invoice_id, state, is_listed):
    page = world.reader(acme).get(f"/invoices?state={state}")

    assert ("INV-7" in page.links) is is_listed


@pytest.mark.parametrize(
    "query", ["state=nonsense", "sort=nonsense", "currency=XXX", "after=bent", "search=%00"]
)
def test_a_bent_address_still_shows_the_list(world, acme, invoice_id, query):
    page = world.reader(acme).get(f"/invoices?{query}")

    assert "INV-7" in page.links


def test_a_long_list_is_read_page_by_page_there_and_back(world, acme):
    for number in range(120):
        world.invoice(acme, number=f"INV-{number:03d}")
    reader = world.reader(acme)

    first = reader.get("/invoices?sort=number")
    second = reader.get(first.links["Next"])
    third = reader.get(second.links["Next"])
    back = reader.get(third.links["Previous"])

    assert "Previous" not in first.links
    assert "INV-049" in first.links
    assert "INV-050" in second.links
    assert "Next" not in third.links
    assert back.main == second.main


def test_one_invoice_shows_lines_and_history(world, acme, invoice_id):
    page = world.reader(acme).get(f"/invoices/{invoice_id}")

    assert page.heading == "Invoice INV-7"
    assert "Goods 1" in page.main
    assert "Issued for €1,234.50" in page.main


def test_a_colleague_sees_the_same_invoice(world, acme, invoice_id):
    colleague = world.colleague(acme)

    page = world.reader(colleague).get(f"/invoices/{invoice_id}")

    assert page.heading == "Invoice INV-7"


def test_a_stranger_gets_the_same_answer_as_for_an_invoice_that_never_was(world, invoice_id):
    stranger = world.customer()
    reader = world.reader(stranger)

    foreign = reader.raw(f"/invoices/{invoice_id}")
    missing = reader.raw(f"/invoices/{uuid.uuid4()}")

    assert foreign.status_code == 404
    assert foreign.data == missing.data


def test_nobody_reads_invoices_without_signing_in(world, invoice_id):
    answer = world.app.test_client().get(f"/invoices/{invoice_id}")

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_a_viewer_reads_but_has_nothing_to_choose(world, acme, invoice_id):
    viewer = world.colleague(acme, role="viewer")

    page = world.reader(viewer).get("/invoices")

    assert "INV-7" in page.links
    assert not page.forms_to("/basket")
