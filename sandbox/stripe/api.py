"""The REST API: which call does what, and the path every call takes through keys and faults."""

import hashlib
import json
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.stripe import contract, idempotency
from sandbox.stripe.account import API_VERSION, CALL, Account, CallMark
from sandbox.stripe.errors import (
    CardRefusal,
    StripeRefusal,
    invalid,
    key_in_flight,
    rate_limited,
    server_error,
    unauthorised,
)
from sandbox.stripe.expand import shown
from sandbox.stripe.faults import OF_CALLS, Fault, Faults, Kind
from sandbox.stripe.forms import decode
from sandbox.stripe.ids import new_id
from sandbox.stripe.routes import Route, find
from sandbox.stripe.store import Obj

Taken = dict[Kind, Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came in."""

    method: str
    path: str
    form: str
    headers: Mapping[str, str]

    @property
    def name(self) -> str:
        """What faults match: "POST /v1/checkout/sessions"."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> str | None:
        """The idempotency key, which only a POST has."""
        return self.headers.get("Idempotency-Key") if self.method == "POST" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back; a lost one never arrives."""

    status: int
    body: Obj
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


class Api:
    """Answers calls for one account; `deliver` posts the webhooks that wait."""

    def __init__(self, account: Account, faults: Faults, deliver: Callable[[], object]) -> None:
        self._account = account
        self._faults = faults
        self._deliver = deliver

    def answer(self, call: Call) -> Answer:
        """Carry the call out, or refuse it, as Stripe would, faults included."""
        mark = CallMark(new_id("request"), call.key)
        token = CALL.set(mark)
        try:
            answer = self._spoiled(call)
        except StripeRefusal as refusal:
            answer = _refused(refusal)
        finally:
            CALL.reset(token)
        answer.headers.update({"Request-Id": mark.request_id or "", "Stripe-Version": API_VERSION})
        if call.key:
            answer.headers["Idempotency-Key"] = call.key
        return answer

    def carry_out_late(self, facts: Obj) -> Answer:
        """A call whose client has long given up."""
        try:
            return self._keyed(Call(**facts), {})
        except StripeRefusal as refusal:  # there is nobody left to tell
            return _refused(refusal)

    def _spoiled(self, call: Call) -> Answer:
        self._refuse_strangers(call)
        taken = self._faults.take(call.name, OF_CALLS)
        if Kind.RATE_LIMITED in taken:
            raise rate_limited()
        if Kind.IN_FLIGHT in taken:
            raise key_in_flight(call.key or "none")
        if Kind.LATE_CALL in taken:
            return self._put_off(call, taken[Kind.LATE_CALL])
        try:
            answer = self._keyed(call, taken)
        finally:
            self._before_answer(call, taken)
        if Kind.ANSWER_LOST in taken:
            return Answer(status=answer.status, body=answer.body, lost=True)
        return answer

    def _refuse_strangers(self, call: Call) -> None:
        key = _key_of(call.headers.get("Authorization", ""))
        if key.startswith(("sk_live_", "rk_live_")):
            raise unauthorised("This is a sandbox: live keys are refused. No money moves here.")
        if not key:
            raise unauthorised("You did not provide an API key.")
        if key != self._account.api_key:
            raise unauthorised(f"Invalid API Key provided: {key[:8]}****")
        if len(call.key or "") > 255:
            raise invalid("Idempotency keys take at most 255 characters.")
        version = call.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise invalid(f"The sandbox speaks API version {API_VERSION} only, not {version}.")

    def _put_off(self, call: Call, fault: Fault) -> Answer:
        headers = {"Idempotency-Key": call.key} if call.key else {}
        facts = {"method": call.method, "path": call.path, "form": call.form, "headers": headers}
        self._faults.plan("call", fault.facts["seconds"], **facts)
        return Answer(status=504, body={}, lost=True)

    def _before_answer(self, call: Call, taken: Taken) -> None:
        for act in self._faults.meanwhile(call.name):
            act()
        if Kind.WEBHOOK_FIRST in taken:
            self._deliver()

    def _keyed(self, call: Call, taken: Taken) -> Answer:
        route, identifiers = find(call.method, call.path)
        params = contract.read(route.params, decode(call.form))
        if not call.key:
            return self._run(call, taken, route, identifiers, params)
        kept = idempotency.claim(self._account, call.key, _fingerprint(call))
        if kept:
            return Answer(status=kept[0], body=kept[1], headers={"Idempotent-Replayed": "true"})
        try:
            return self._run(call, taken, route, identifiers, params)
        finally:
            idempotency.release(self._account, call.key)

    def _run(
        self, call: Call, taken: Taken, route: Route, identifiers: tuple[str, ...], params: Obj
    ) -> Answer:
        """Do the work and keep its answer under the key, in one transaction."""
        if Kind.SLOW in taken:
            time.sleep(taken[Kind.SLOW].facts["seconds"])
        error = taken.get(Kind.SERVER_ERROR)
        try:
            with self._account.store.transaction():
                if error is None or error.facts["worked"]:
                    answer = self._worked(route, identifiers, params)
                if error is None:
                    return self._kept(call, answer)
                return self._kept(call, _refused(server_error()))
        except StripeRefusal as refusal:  # whatever was half done is undone
            return self._kept(call, _refused(refusal))

    def _kept(self, call: Call, answer: Answer) -> Answer:
        if call.key:
            idempotency.keep(self._account, call.key, answer.status, answer.body)
        return answer

    def _worked(self, route: Route, identifiers: tuple[str, ...], params: Obj) -> Answer:
        """The answer to the work; a bank's no is one as well, and undoes nothing."""
        try:
            return Answer(status=200, body=self._work(route, identifiers, params))
        except CardRefusal as refusal:
            return _refused(refusal)

    def _work(self, route: Route, identifiers: tuple[str, ...], params: Obj) -> Obj:
        paths = params.get("expand", [])
        return shown(self._account, route.handler(self._account, params, *identifiers), paths)


def _refused(refusal: StripeRefusal) -> Answer:
    return Answer(status=refusal.status, body=refusal.envelope, headers=dict(refusal.headers))


def _key_of(authorization: str) -> str:
    """The secret key of a bearer token, or of basic authentication with an empty password."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials
    if scheme.lower() == "basic":
        try:
            return b64decode(credentials, validate=True).decode().partition(":")[0]
        except (NotBase64, UnicodeDecodeError):
            return ""
    return ""


def _fingerprint(call: Call) -> str:
    """What makes two requests the same: method, path and parameters in any order."""
    params = json.dumps(decode(call.form), sort_keys=True)
    return hashlib.sha256(f"{call.name}\n{params}".encode()).hexdigest()
