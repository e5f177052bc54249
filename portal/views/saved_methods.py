"""Methods saved for the next payment: listed, added on the provider's page, removed.

new, returned and remove talk to the provider: they hold no transaction while they do.
"""

import uuid
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation.database import TransactionFactory
from foundation.i18n import gettext as _
from foundation.i18n import language
from foundation.web.requests import wiring
from payments.card.begin_saving import SetupOrder, begin_saving
from payments.card.saved_method import MethodKind, SavedMethodState
from payments.card.saved_queries import SavedMethodRow, method_of, methods_of, owner_of_method
from payments.card.saving import remove_method, sync_method
from portal.asking import count_ask, may_ask
from portal.auth import look_at, me
from portal.elsewhere import company_with, elsewhere
from portal.forms.choice import id_of
from portal.forms.saved_methods import SavingForm
from portal.method_words import expiry_words, method_title
from portal.pages import own_account, page

blueprint = Blueprint("saved_methods", __name__, url_prefix="/saved-methods")

LIST: Final = "saved_methods.list"
S = SavedMethodState


@blueprint.get("", endpoint="list")
def listing() -> ResponseReturnValue:
    """What the company has saved; any of it pays with one press at the basket."""
    on = wiring().clock.today()
    with own_account() as session:
        found = methods_of(session, customer_id=me().customer_id)
        rows = [(one, method_title(one), expiry_words(one, on)) for one in found]
        return page(session, "portal/saved_methods/list.html", rows=rows)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Choose a kind, read what it allows us, go on to the provider's page."""
    form = SavingForm()
    if not (
        form.validate_on_submit()
        and form.accepted_by(count_ask, wiring().transaction)
        and form.accepted_by(
            begin_saving,
            _transaction(),
            gateway=wiring().gateway,
            order=_order(form),
            deed=me().deed(),
        )
    ):
        form.operation_id.data = form.operation_id.data or str(uuid.uuid4())
        with own_account() as session:
            shown = page(session, "portal/saved_methods/new.html", form=form)
        return shown, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if form.outcome.page_url is None:
        _tell(form.outcome.method_id)
        return _to_list()
    return redirect(form.outcome.page_url, HTTPStatus.SEE_OTHER)


@blueprint.get("/<uuid:method_id>/return")
def returned(method_id: uuid.UUID) -> ResponseReturnValue:
    """Back from the provider's page. Its address proves nothing: ask the provider, then say."""
    company = company_with(partial(owner_of_method, method_id=method_id))
    if company and company.customer_id != me().customer_id:
        look_at(company)
        return redirect(url_for("saved_methods.returned", method_id=method_id), 303)
    _own(method_id)
    if may_ask():
        sync_method(_transaction(), wiring().gateway, method_id=method_id, deed=me().deed())
    _tell(method_id)
    return _to_list()


@blueprint.route("/<uuid:method_id>/removal", methods=["GET", "POST"])
def remove(method_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether it is meant; then pay by it no more, and have the provider let go of it."""
    if request.method == "POST":
        return _removed(method_id)
    with own_account() as session:
        method = method_of(session, customer_id=me().customer_id, method_id=method_id)
        if method is not None:
            return page(
                session,
                "portal/saved_methods/remove.html",
                method=method,
                words=method_title(method),
            )
    return elsewhere(partial(owner_of_method, method_id=method_id))


def _removed(method_id: uuid.UUID) -> ResponseReturnValue:
    method = _own(method_id)
    if method.state in (S.SAVED, S.LEAVING) and may_ask():
        remove_method(_transaction(), wiring().gateway, method_id=method_id, deed=me().deed())
        flash(_("%(method)s pays nothing any more.", method=method_title(method)), "done")
    return _to_list()


def _own(method_id: uuid.UUID) -> SavedMethodRow:
    """The method, if it is this customer's; another's is as good as absent."""
    with own_account() as session:
        found = method_of(session, customer_id=me().customer_id, method_id=method_id)
    return found or abort(404)


def _tell(method_id: uuid.UUID) -> None:
    """What is certain about a saving."""
    method = _own(method_id)
    if method.state is S.SAVED:
        words = _("%(method)s is saved. Nothing was taken.", method=method_title(method))
        flash(words, "done")
    elif method.state is S.OPEN:
        flash(_("Nothing is saved yet: the page of the payment service is not finished."), "note")
    elif method.state is S.ASKED:
        words = _(
            "The payment service does not answer. What you save there appears here as soon as we"
            " know of it; nothing is taken."
        )
        flash(words, "note")
    elif method.state is S.LAPSED:
        flash(_("Nothing was saved, and nothing was taken. Try again if you like."), "refused")


def _to_list() -> ResponseReturnValue:
    return redirect(url_for(LIST), HTTPStatus.SEE_OTHER)


def _transaction() -> TransactionFactory:
    """For a procedure, which opens its own: each sees this customer's rows only."""
    return partial(wiring().transaction, customer=me().customer_id)


def _order(form: SavingForm) -> SetupOrder:
    return SetupOrder(
        operation_id=id_of(form.operation_id.data or "") or uuid.uuid4(),
        contact_id=me().contact_id,
        kind=MethodKind(form.kind.data),
        language=language(),
        address=request.remote_addr or "",
        return_url=lambda method_id: (
            wiring().settings.portal_url + url_for("saved_methods.returned", method_id=method_id)
        ),
    )
