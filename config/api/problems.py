"""The errors that an operation may answer with, and what each of them looks like: made by the code that makes them."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.domain.refusal import Refused
from accounts.refusals import SENTENCES
from accounts.rest.describe import Description
from accounts.rest.problems import BadQuery, exception_handler, refusal_answer

NAMED = re.compile(r"%\((\w+)\)s")
MEANINGS = {
    400: "What was sent cannot be read: `errors` tells each fault with the JSON pointer or the parameter it is about.",
    401: "There is no valid access token.",
    403: "You are known, and may not do this.",
    404: "There is no such thing, or not for you: both look the same.",
    409: "The state moved on meanwhile: read again, and decide again.",
    412: "It is not what it was when you read it: the `If-Match` tag is stale.",
    413: "The body is larger than 1 MiB.",
    415: "The body is of another media type, or packed.",
    422: "It was understood, and the rules say no; a limit or a deadline is told where there is one.",
    429: "Too many calls: wait as long as `Retry-After` says.",
    503: "The desk is busy. Nothing was changed: try again after `Retry-After`.",
}
SAMPLES: dict[str, object] = {
    "asked": "solved",
    "captured": "40.00",
    "category": "lost",
    "charge": "SHIP-1",
    "column": 14,
    "country": "XX",
    "currency": "XYZ",
    "customer": "K-1",
    "delivery": "D-1",
    "email": "kim@example.test",
    "field": "currency",
    "held": 2,
    "key": "quantity",
    "known": "read, orders, cases, refunds",
    "line": "L-1",
    "lines": "30.00",
    "maximum": 2,
    "name": "Front desk",
    "offered": "eu-withdrawal",
    "payment": "P-1",
    "person": "Ada Quist",
    "policy": "generous",
    "priority": "soon",
    "reason": "lost",
    "reference": "1001",
    "replaces": "D-1",
    "retry_after": 12,
    "seen": datetime(2026, 5, 4, 12, tzinfo=UTC),
    "sent": datetime(2026, 5, 4, 11, tzinfo=UTC),
    "status": "approved",
    "total": "31.00",
    "username": "webshop",
    "version": 4,
    "window_closes_at": datetime(2026, 5, 18, 22, tzinfo=UTC),
    "zone": "Europe/Atlantis",
}
"""A value for whatever a sentence names."""

OF_JSON: dict[str, object] = {"line": 3}
"""Where JSON has lines, orders have line items."""

MAXIMA: dict[str, object] = {
    "amount_exceeds_refundable": "12.30",
    "amount_too_large": "9999999999.99",
    "body_too_large": 1_048_576,
    "idempotency_key_malformed": 255,
    "json_too_deep": 32,
    "name_too_long": 200,
    "over_own_limit": "100.00",
    "payment_capacity_exceeded": "40.00",
    "reference_malformed": 64,
    "subject_too_long": 200,
    "text_too_long": 20_000,
}


def problems_of(description: Description, *, method: str, secured: bool, named: bool) -> Mapping[int, list[Response]]:
    """The errors by status: of an operation with this method, with a token or without, whose address names a thing."""
    found: dict[int, list[Response]] = {}
    for answer in [*_of_what_it_is(description, method, secured, named), *map(_refusal, _codes(description, method))]:
        alike = found.setdefault(answer.status_code, [])
        if answer.data["code"] not in [other.data["code"] for other in alike]:
            alike.append(answer)
    return dict(sorted(found.items()))


def _of_what_it_is(description: Description, method: str, secured: bool, named: bool) -> Iterator[Response]:
    """What follows from the form of the operation."""
    yield _error(_malformed(description))
    if secured:
        yield _error(exceptions.NotAuthenticated())
        yield _error(exceptions.PermissionDenied())
    if named:
        yield _error(exceptions.NotFound())
    if description.body:
        yield _error(exceptions.UnsupportedMediaType("text/plain"))
    yield _error(exceptions.Throttled(wait=12))


def _codes(description: Description, method: str) -> Iterator[str]:
    """The refusals, each by its code: what any such operation may say, and then its own."""
    yield "https_required"
    if description.body:
        yield from ("json_malformed", "json_duplicate_key", "body_too_large")
    if description.keyed:
        yield from ("idempotency_key_missing", "idempotency_key_malformed", "idempotency_key_reused")
    if description.guarded:
        yield "precondition_failed"
    if method != "GET":
        yield "contended"
    yield "busy"
    yield from description.refusals


def _malformed(description: Description) -> exceptions.ValidationError:
    """A body or an address with something in it that is not taken."""
    unknown = exceptions.ErrorDetail("There is no such field.", code="unknown_field")
    if description.body is None:
        return BadQuery({"colour": [unknown]})
    body = cast("Serializer[Any]", description.body())
    required = [name for name, field in body.fields.items() if field.required]
    missing = exceptions.ErrorDetail("This field is required.", code="required")
    return exceptions.ValidationError({**{name: [missing] for name in required[:1]}, "colour": [unknown]})


def _refusal(code: str) -> Response:
    """The answer that tells this refusal; or, of what a body names, that it is not there."""
    if code == "not_found":
        return _error(exceptions.NotFound())
    named = NAMED.findall(str(SENTENCES.get(code, "")))
    values = SAMPLES | {"maximum": MAXIMA.get(code, SAMPLES["maximum"])}
    values |= OF_JSON if code == "json_malformed" else {}
    return refusal_answer(Refused(code, **{name: values[name] for name in named}))


def _error(error: Exception) -> Response:
    answer = exception_handler(error, {})
    if answer is None:
        raise error
    return answer
