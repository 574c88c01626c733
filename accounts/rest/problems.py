"""Every no of the API as `application/problem+json` (RFC 9457)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.guarded import refused_from
from accounts.refusals import sentence
from accounts.rest.statuses import status_in_api

MEDIA_TYPE = "application/problem+json"
TELLING = ("maximum", "currency", "window_closes_at", "line", "charge", "version")
"""What a refusal tells beside its sentence, where it knows it."""

CODES = {  # Django REST framework's words for the same things
    "blank": "text_blank",
    "empty": "out_of_range",
    "invalid": "wrong_type",
    "invalid_choice": "unknown_choice",
    "max_length": "text_too_long",
    "max_value": "out_of_range",
    "min_length": "out_of_range",
    "min_value": "out_of_range",
    "not_a_list": "wrong_type",
    "null": "wrong_type",
    "null_characters_not_allowed": "text_forbidden",
    "required": "missing_field",
    "surrogate_characters_not_allowed": "text_forbidden",
}
CODES_OF_STATUS = {
    400: "malformed",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    429: "throttled",
}


class BadQuery(exceptions.ValidationError):
    """The address carries parameters that the operation does not take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one thing that was sent: a field of the body (JSON pointer, RFC 6901) or a parameter."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    told: Mapping[str, object] | None = None

    def as_dict(self) -> dict[str, object]:
        """As the answer says it."""
        place = {"pointer": self.pointer} if self.parameter is None else {"parameter": self.parameter}
        return {**place, "code": self.code, "detail": self.detail, **(self.told or {})}


class Rejected(Exception):
    """A refusal that knows which fields it is about."""

    def __init__(self, refusal: Refused, faults: Iterable[Fault]) -> None:
        """The refusal that stands for all, and each fault with its place."""
        super().__init__(refusal.code)
        self.refusal = refusal
        self.faults = list(faults)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error that we know; an unknown one is a mistake of the program and goes on."""
    if isinstance(error, Rejected):
        return refusal_answer(error.refusal, error.faults)
    if isinstance(error, IntegrityError | OperationalError):
        found = refused_from(error)
        return refusal_answer(found) if found else None
    if isinstance(error, Refused):
        return refusal_answer(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return _answer_to(error) if isinstance(error, exceptions.APIException) else None


def refusal_answer(refusal: Refused, faults: Iterable[Fault] = ()) -> Response:
    """The refusal with its status, its sentence, and the maximum and deadline where there are any."""
    status = status_in_api(refusal)
    faults = [*faults, *_faults_of_body(refusal)]
    answer = problem(status, refusal.code, sentence(refusal), faults, told(refusal))
    wait = refusal.parameters.get("retry_after", 1 if status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    if wait is not None:
        answer["Retry-After"] = str(wait)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def fault_of(refusal: Refused, pointer: str) -> Fault:
    """The refusal as the fault of one field."""
    return Fault(refusal.code, sentence(refusal), pointer, told=told(refusal))


def told(refusal: Refused) -> dict[str, object]:
    """What the refusal knows beside its sentence, as JSON has it."""
    values = {name: refusal.parameters[name] for name in TELLING if refusal.parameters.get(name) is not None}
    return {name: _plain(value) for name, value in values.items()}


def problem(
    status: int,
    code: str,
    detail: str,
    faults: Iterable[Fault] = (),
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer of RFC 9457; its `type` is one name for each code."""
    body = problem_body(status, code, detail, faults, more)
    answer = Response(body, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def problem_body(
    status: int, code: str, detail: str, faults: Iterable[Fault] = (), more: Mapping[str, object] | None = None
) -> dict[str, object]:
    """What the answer says."""
    return {
        "type": f"urn:redress:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [fault.as_dict() for fault in faults],
        **(more or {}),
    }


def _answer_to(error: exceptions.APIException) -> Response:
    headers = {}
    if asked := getattr(error, "auth_header", ""):  # set by the framework on the error's way here
        headers["WWW-Authenticate"] = str(asked)
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.ValidationError):
        return _validation_answer(error)
    code = CODES_OF_STATUS.get(error.status_code, str(error.default_code))
    return problem(error.status_code, code, str(error.detail), headers=headers)


def _validation_answer(error: exceptions.ValidationError) -> Response:
    in_query = isinstance(error, BadQuery)
    faults = list(_faults(error.detail, "", in_query))
    detail = "The address has parameters that cannot be read." if in_query else "The body cannot be read."
    return problem(400, "malformed", detail, faults)


def _faults(detail: Any, pointer: str, in_query: bool) -> Iterator[Fault]:
    """Every problem that serializers found, with its place."""
    if isinstance(detail, exceptions.ErrorDetail):
        code = CODES.get(detail.code or "", detail.code or "malformed")
        name = pointer.removeprefix("/")
        yield Fault(code, str(detail), parameter=name) if in_query else Fault(code, str(detail), pointer)
    elif isinstance(detail, Mapping):
        for name, inside in detail.items():
            yield from _faults(inside, pointer + _step(name), in_query)
    else:
        for place, inside in enumerate(detail):
            is_item = isinstance(inside, Mapping)
            yield from _faults(inside, f"{pointer}/{place}" if is_item else pointer, in_query)


def _step(name: object) -> str:
    """One step of a pointer; what concerns the object itself adds none."""
    if name == "non_field_errors":
        return ""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _faults_of_body(refusal: Refused) -> list[Fault]:
    """The problems of a body that the domain read itself."""
    problems = getattr(refusal, "problems", ())
    return [Fault(each.code, each.detail, each.pointer) for each in problems]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, int | str) else str(value)
