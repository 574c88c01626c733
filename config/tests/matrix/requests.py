"""Valid requests: what is sent to each operation, so that whoever may do it succeeds."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from django.test import Client

from accounts.tests.factories import PASSWORD
from accounts.use_cases import issue_tokens
from config.tests.matrix.operations import Address
from config.tests.matrix.stage import ARRIVED, QUEUE, Caller, Stage, Thing, told_of
from config.tests.matrix.table import Row
from orders.tests.factories import delivery, sent_order
from refunds.tests.factories import NOW
from refunds.use_cases import quote_refund

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ANOTHER = "another correct horse battery staple"
PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")

type Sent = dict[str, Any]


def _units(stage: Stage, by: Caller, thing: Thing) -> Sent:
    """The refund form of one cup, as the quote filled it in; for what is not there, that of our own."""
    order = thing.order or stage.queues[QUEUE].case.order
    quoted = quote_refund(order=order, by=by.user or stage.leaver, lines={"L1": 1}, now=NOW)
    form = {f"units-{order.lines.get().pk}": "1", "reason": "damaged", "note": "As seen.", "key": str(uuid4())}
    return {**form, "version": quoted.version, "go": "1"}


def _new_case(stage: Stage, by: Caller, thing: Thing) -> Sent:
    named = {"shop": thing.shop, "order": thing.reference, "key": str(uuid4())}
    return {**named, "subject": "Broken", "body": "Words", "kind": "customer", "category": "damaged", "priority": "2"}


def _opened_case(stage: Stage, by: Caller, thing: Thing) -> Sent:
    named = {"shop": thing.shop, "order": thing.reference}
    return {**named, "subject": "Broken", "body": "Words", "category": "damaged"}


def _mirrored(stage: Stage, by: Caller, thing: Thing) -> Sent:
    """The order as the shop has it since an hour; of one that is not there, what could be told of it."""
    word = thing.reference.removesuffix("-a")
    return sent_order(**told_of(word, "a"), updated_at=(NOW - timedelta(hours=1)).isoformat())


def _imported(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {**_mirrored(stage, by, thing), "reference": thing.reference}


def _delivered(stage: Stage, by: Caller, thing: Thing) -> Sent:
    """The parcel that has arrived turns out to have arrived earlier."""
    return delivery(reference=f"{thing.reference.removesuffix('-a')}-parcel", at=ARRIVED - timedelta(hours=1))


def _quoted(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {"shop": thing.shop, "order": thing.reference, "lines": [{"line": "L1", "quantity": 1}]}


def _asked(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {**_quoted(stage, by, thing), "reason": "damaged"}


def _asked_in_case(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {**_asked(stage, by, thing), "case": thing.case}


def _password(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {"old_password": PASSWORD, "new_password1": ANOTHER, "new_password2": ANOTHER}


def _refresh(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {"refresh": issue_tokens(user=stage.leaver, now=NOW).refresh}


def _credentials(stage: Stage, by: Caller, thing: Thing) -> Sent:
    return {"username": stage.leaver.username, "password": PASSWORD}


def always(**sent: Any) -> Callable[[Stage, Caller, Thing], Sent]:
    """The same from everybody, about everything."""
    return lambda stage, by, thing: sent


SENT: Mapping[str, Callable[[Stage, Caller, Thing], Sent]] = {
    "sign-in": _credentials,
    "password_change": _password,
    "password_reset": lambda stage, by, thing: {"email": stage.leaver.email},
    "case-new": _new_case,
    "case-message": lambda stage, by, thing: {"kind": "note", "body": "Words", "key": str(uuid4())},
    "case-assignment": always(assignee=""),
    "case-status": always(status="on_hold"),
    "case-classification": always(priority="4"),
    "case-refund-quote": _units,
    "case-refunds": _units,
    "refund-approval": always(reason="Seen."),
    "refund-rejection": always(reason="Not seen."),
    "refund-cancellation": always(reason="Withdrawn."),
    "admin:refunds_refund_approval": always(reason="Seen."),
    "admin:refunds_refund_rejection": always(reason="Not seen."),
    "admin:refunds_refund_cancellation": always(reason="Withdrawn."),
    "admin:refunds_payout_confirmation": always(bank_reference="BANK-7"),
    "admin:refunds_payout_correction": always(bank_reference="BANK-7"),
    "api:signIn": _credentials,
    "api:refreshTokens": _refresh,
    "api:revokeTokens": _refresh,
    "api:putOrder": _mirrored,
    "api:addDelivery": _delivered,
    "api:importOrders": _imported,
    "api:openCase": _opened_case,
    "api:changeCase": always(priority="urgent"),
    "api:assignCase": always(assignee=None),
    "api:moveCase": always(status="on_hold"),
    "api:writeMessage": always(kind="note", body="Words"),
    "api:quoteRefund": _quoted,
    "api:requestRefund": _asked,
    "api:requestRefund about case": _asked_in_case,
    "api:approveRefund": always(reason="Seen."),
    "api:rejectRefund": always(reason="Not seen."),
    "api:cancelRefund": always(reason="Withdrawn."),
}


LINES = {"api:importOrders": "application/x-ndjson"}


def sent_to(row: Row, stage: Stage, by: Caller, thing: Thing) -> Sent:
    """What makes the request valid; nothing, where the address says it all."""
    asked = SENT.get(f"{row.operation} about {row.about}") or SENT.get(row.operation)
    return asked(stage, by, thing) if asked else {}


def path_of(address: Address, thing: Thing) -> str:
    """The address of the thing; the parts of a route say what they name."""

    def part(found: re.Match[str]) -> str:
        return quote(thing.parts[found[1] or found[2]], safe="/")

    return "/" + PART.sub(part, address.route).removesuffix("$")


def answer_to(
    caller: Caller, row: Row, path: str, sent: Sent, method: str = "", headers: Mapping[str, str] | None = None
) -> Any:
    """What the caller gets: people come to pages with their session, everybody to the API with a token."""
    browser = Client(raise_request_exception=False)
    if not row.in_api:
        browser.cookies.load({name: morsel.value for name, morsel in caller.browser.cookies.items()})
    headers = {"Idempotency-Key": str(uuid4()), **(headers or {})} if row.in_api else dict(headers or {})
    if caller.bearer and (row.in_api or caller.is_client):
        headers["Authorization"] = caller.bearer
    method = method or row.method
    if method == "GET":
        return browser.get(path, sent, headers=headers)
    body, kind = (json.dumps(sent), LINES.get(row.operation, JSON)) if row.in_api else (urlencode(sent), FORM)
    return browser.generic(method, path, body, kind, headers=headers)
