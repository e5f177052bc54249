"""Each person chooses which mails come about an account; security notices are not to be chosen."""

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from foundation.i18n import LANGUAGES
from foundation.money import Money
from payments.card.sync import sync_payment
from receivables.actions.allocation import Claim
from receivables.actions.credit import apply_credit_note
from receivables.models import Standing
from tests.factories.books import NOW, a_credit_note
from tests.factories.card import session_of, start
from tests.portal.post import post_of
from tests.portal.test_basket import ledger_of, pay
from tests.portal.test_credit import stands


@pytest.fixture
def acme(world):
    return world.customer()


@pytest.fixture
def colleague(world, acme):
    return world.colleague(acme)


@pytest.fixture
def post(world):
    with post_of(world.app, world.transaction) as post:
        yield post


def email_of(world, account):
    with world.transaction() as session:
        wanted = sa.text("SELECT email FROM person WHERE id = :id")
        return session.execute(wanted, {"id": account.person_id}).scalar_one()


def choose(world, account, **chosen):
    reader = world.reader(account)
    return reader.submit(reader.get("/profile").form_to("/profile/mails"), chosen)


def order_debit(world, account):
    """Somebody orders a bank debit that its bank has not answered yet."""
    invoice_id = world.invoice(account)
    gateway = world.app.extensions["quittance"].gateway
    account = replace(account, ledger_id=ledger_of(world.transaction, invoice_id))
    payment_id = start(world.transaction, gateway, account, {invoice_id: 10_000}).payment_id
    world.stripe.payer(session_of(world.transaction, payment_id)).debit()
    sync_payment(world.transaction, gateway, payment_id=payment_id, deed=account.deed())


def readers(post, words):
    """Who got a letter with these words in its subject."""
    return {mail.recipients[0] for mail in post.delivered() if words in mail.subject}


@pytest.mark.parametrize(
    ("payers", "colleagues", "get_it"),
    [
        ("all", "all", ("payer", "colleague")),
        ("own", "own", ("payer",)),
        ("none", "all", ("colleague",)),
        ("none", "own", ()),
    ],
)
def test_a_receipt_comes_to_whoever_chose_it(
    world, acme, colleague, post, payers, colleagues, get_it
):
    choose(world, acme, receipts=payers)
    choose(world, colleague, receipts=colleagues)

    pay(world, acme, {world.invoice(acme): 10_000})

    people = {"payer": email_of(world, acme), "colleague": email_of(world, colleague)}
    got = readers(post, "Receipt") & set(people.values())
    assert got == {people[one] for one in get_it}


def test_news_of_a_payment_follow_their_own_choice(world, acme, colleague, post):
    choose(world, acme, news="none", receipts="all")
    choose(world, colleague, news="all", receipts="none")
    order_debit(world, acme)

    told = readers(post, "is on its way")

    assert email_of(world, colleague) in told
    assert email_of(world, acme) not in told


def test_a_new_credit_note_is_mailed_to_whoever_asked_and_an_old_one_to_nobody(
    world, acme, colleague, post
):
    choose(world, acme, credit_notes="yes")
    on = NOW.date()
    with world.transaction() as session:
        a_credit_note(session, acme, 1_200, number="CN-NEW", issued_on=on)
        a_credit_note(session, acme, 1_200, number="CN-OLD", issued_on=on.replace(month=8))

    [letter] = [mail for mail in post.delivered() if "CN-NEW" in mail.subject]

    assert letter.recipients == [email_of(world, acme)]
    assert "Credit note CN-NEW: €12.00" in letter.subject
    assert readers(post, "CN-OLD") == set()
    assert "In the basket you can use it" in letter.body("plain")


def test_a_credit_note_used_up_by_then_or_blocked_is_not_offered_for_the_basket(world, acme, post):
    blocked = world.customer()
    invoice = world.invoice(acme)
    for one in (acme, blocked):
        choose(world, one, credit_notes="yes")
    stands(world, blocked, Standing.INSOLVENT)
    with world.transaction() as session:
        note = a_credit_note(session, acme, 1_300, number="CN-A", issued_on=NOW.date())
        a_credit_note(session, blocked, 1_300, number="CN-B", issued_on=NOW.date())
        apply_credit_note(
            session,
            credit_note_id=note,
            claims=[Claim(invoice_id=invoice, amount=Money(1_300, "EUR"))],
            operation_id=uuid.uuid4(),
            deed=acme.deed(),
        )

    letters = [mail for mail in post.delivered() if "€13.00" in mail.subject]

    assert len(letters) == 2
    for letter in letters:
        assert "basket" not in letter.body("plain") + letter.body("html")


def test_what_was_chosen_is_kept_shown_and_audited(world, acme):
    page = choose(world, acme, receipts="own", news="none", credit_notes="yes")
    form = world.reader(acme).get("/profile").form_to("/profile/mails")
    bent = world.reader(acme)
    bent.send(bent.get("/profile").form_to("/profile/mails"), {"receipts": "everybody's"})
    kept = world.reader(acme).get("/profile").form_to("/profile/mails").values

    assert "From now on you get the mails you chose" in page.main
    assert "always come" in page.main
    assert [form.values[one] for one in ("receipts", "news", "credit_notes")] == [
        ["own"],
        ["none"],
        ["yes"],
    ]
    assert kept["receipts"] == ["own"]
    with world.transaction() as session:
        wanted = "SELECT count(*) FROM audit_event WHERE action = 'contact.mails_chosen'"
        whose = f"{wanted} AND actor_id = :id"
        assert session.execute(sa.text(whose), {"id": acme.person_id}).scalar_one() == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_security_notices_come_whatever_was_chosen(world, acme, language):
    """They are no choice of the form: its fields name payments and credit notes alone."""
    form = world.reader(acme, language=language).get("/profile").form_to("/profile/mails")

    assert set(form.values) - {"csrf_token"} <= {"receipts", "news", "credit_notes"}
