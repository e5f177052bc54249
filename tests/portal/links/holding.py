"""Asking somebody to pay by a link, and what its holder does."""

import uuid

import sqlalchemy as sa

from payments.links.tokens import NamedLink, pay_link_token
from tests.factories.card import session_of


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


def press(holder, link, **changes):
    return holder.send(holder.get(link).form_to(link), changes)


def payments_of(world, account):
    wanted = sa.text("SELECT id, state FROM card_payment WHERE customer_id = :id ORDER BY id")
    with world.transaction() as session:
        return {row.id: row.state for row in session.execute(wanted, {"id": account.customer_id})}


def card_of(world, payment_id):
    return world.stripe.payer(session_of(world.transaction, payment_id))


def everything_kept(world):
    """What our tables hold of payments and of the provider's messages."""
    with world.transaction() as session:
        rows = [
            session.scalars(sa.text(f"SELECT to_jsonb(t)::text FROM {table} t")).all()
            for table in ("card_payment", "provider_event", "outbox_message", "audit_event")
        ]
    return "\n".join(text for found in rows for text in found)
