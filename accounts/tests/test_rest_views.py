"""What all calls of the API share: who is let in, what is answered to a no, and tags."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.domain.refusal import Refused
from accounts.domain.strict_json import MAX_BYTES
from accounts.rest.fields import Text, Whole
from accounts.rest.pages import page_answer
from accounts.rest.problems import Rejected, fault_of
from accounts.rest.serializers import Body, PageQuery
from accounts.rest.views import ApiView, Missing
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MAY_WORK, MAY_NOT = "support.work_case", "orders.mirror_order"


class Cup(Body):
    name = Text(max_length=10)
    size = Whole()


class Tray(Body):
    cups = Cup(many=True)


class Cups(ApiView):
    throttle_classes = ()
    needs: ClassVar = {"GET": (MAY_NOT, MAY_WORK), "POST": MAY_WORK, "PUT": MAY_NOT}
    queries: ClassVar = {"GET": PageQuery}
    error: ClassVar[Exception | None] = None

    def get(self, request: Request) -> Response:
        if self.error:
            raise self.error
        return Response({"limit": self.address["limit"]})

    def post(self, request: Request) -> Response:
        return Response(self.body(Tray), status=201)

    def put(self, request: Request) -> Response:
        raise AssertionError("nobody in these tests may do this")

    def patch(self, request: Request) -> Response:
        raise AssertionError("no permission is named, so nobody may do this")


def call(method: str = "GET", path: str = "/cups/", view: type[ApiView] = Cups, **options: Any) -> HttpResponse:
    user = options.pop("user", None) or UserFactory()
    request = getattr(APIRequestFactory(), method.lower())(path, **options)
    force_authenticate(request, user)
    return view.as_view()(request)


def said(answer: HttpResponse) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:redress:problem:{body['code']}"
    return body


def post(raw: bytes, content_type: str = "application/json", **headers: str) -> HttpResponse:
    return call("POST", data=raw, content_type=content_type, headers=headers)


def test_one_of_the_named_permissions_lets_in_and_no_name_lets_nobody_in() -> None:
    assert call("GET").status_code == 200
    assert said(call("PUT", data={}))["code"] == "not_allowed"
    assert call("PATCH", data={}).status_code == 403
    assert call("GET", user=UserFactory(role=None)).status_code == 403


def test_nobody_gets_in_without_a_token() -> None:
    answer = Cups.as_view()(APIRequestFactory().get("/cups/"))
    assert said(answer)["code"] == "not_authenticated"
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_method_that_is_not_there_is_told() -> None:
    assert said(call("DELETE"))["code"] == "method_not_allowed"
    assert call("OPTIONS").status_code == 405


def test_an_override_of_the_method_is_not_heard() -> None:
    assert call("GET", headers={"X-HTTP-Method-Override": "PUT"}).status_code == 200
    assert call("POST", data={"cups": [], "_method": "PUT"}).status_code == 400


def test_a_problem_points_at_every_field() -> None:
    raw = json.dumps({"cups": [{"name": "a", "size": 1}, {"name": "", "size": "1", "a/b~c": 1}], "more": 1})
    body = said(post(raw.encode()))
    assert body["code"] == "malformed"
    assert {(each["pointer"], each["code"]) for each in body["errors"]} == {
        ("/cups/1/name", "text_blank"),
        ("/cups/1/size", "wrong_type"),
        ("/cups/1/a~1b~0c", "unknown_field"),
        ("/more", "unknown_field"),
    }
    assert said(post(b"[]"))["errors"][0]["pointer"] == ""
    assert said(post(b"{}"))["errors"] == [
        {"pointer": "/cups", "code": "missing_field", "detail": "This field is required."}
    ]


def test_a_problem_names_the_parameter() -> None:
    body = said(call("GET", "/cups/?limit=101&order=up"))
    assert {(each["parameter"], each["code"]) for each in body["errors"]} == {
        ("limit", "out_of_range"),
        ("order", "unknown_field"),
    }


def test_an_address_of_a_write_carries_nothing() -> None:
    assert call("POST", "/cups/?cups=1", data={"cups": []}).status_code == 400


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "json_malformed"),
        (b'{"cups": [], "cups": []}', 400, "json_duplicate_key"),
        (b'\xef\xbb\xbf{"cups": []}', 400, "json_encoding"),
        ('{"cups": []}'.encode("utf-16"), 400, "json_encoding"),
        (b'{"cups": [{"name": "\\ud800", "size": 1}]}', 400, "json_forbidden_character"),
        (b'{"cups": [{"name": "\\u0000", "size": 1}]}', 400, "json_forbidden_character"),
        (b'{"cups": NaN}', 400, "json_number"),
        (b'{"cups": ' + b"9" * 5000 + b"}", 400, "json_number"),
        (b"[" * 100_000, 400, "json_too_deep"),
        (b'{"cups": ["' + b"a" * MAX_BYTES + b'"]}', 413, "body_too_large"),
    ],
)
def test_hostile_json_gets_a_clear_no(raw: bytes, status: int, code: str) -> None:
    answer = post(raw)
    assert (answer.status_code, said(answer)["code"]) == (status, code)


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_only_json_is_read(media_type: str) -> None:
    assert said(post(b"cups=1", media_type))["code"] == "unsupported_media_type"


def test_a_packed_body_is_not_read() -> None:
    answer = post(b"{}", **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (exceptions.Throttled(wait=12), 429, "throttled"),
        (Refused("quantity_exceeds_refundable", maximum=2), 422, "quantity_exceeds_refundable"),
        (Refused("clients_never_decide"), 403, "clients_never_decide"),
        (Refused("illegal_move", seen="closed", wanted="open"), 409, "illegal_move"),
        (Refused("bad_cursor"), 400, "bad_cursor"),
        (Refused("busy"), 503, "busy"),
    ],
)
def test_every_no_is_a_problem(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str) -> None:
    monkeypatch.setattr(Cups, "error", error)
    answer = call()
    assert (answer.status_code, said(answer)["code"]) == (status, code)
    assert said(answer)["detail"]
    assert ("Retry-After" in answer) == (status in (429, 503))


def test_a_refusal_tells_maximum_and_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    shut = datetime(2026, 5, 4, 12, tzinfo=UTC)
    refusal = Refused("window_closed", maximum=2, window_closes_at=shut, line="L1", internal=object())
    monkeypatch.setattr(Cups, "error", Rejected(refusal, [fault_of(refusal, "/lines/0/quantity")]))
    body = said(call())
    assert (body["maximum"], body["window_closes_at"], body["line"]) == (2, "2026-05-04T12:00:00Z", "L1")
    assert "internal" not in body
    assert body["errors"] == [
        {
            "pointer": "/lines/0/quantity",
            "code": "window_closed",
            "detail": body["detail"],
            "maximum": 2,
            "window_closes_at": "2026-05-04T12:00:00Z",
            "line": "L1",
        }
    ]


@pytest.mark.parametrize("error", [IntegrityError("whatever"), OperationalError("no such table"), ValueError("ours")])
def test_a_mistake_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(Cups, "error", error)
    with pytest.raises(type(error)):
        call()


def test_what_the_database_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cups, "error", IntegrityError("rx:over_held"))
    assert said(call())["code"] == "over_held"


def test_what_was_read_before_is_not_sent_again() -> None:
    first = call()
    assert first["Cache-Control"] == "private, no-cache"
    for known in (first["ETag"], f'"other", {first["ETag"]}', f"W/{first['ETag']}", "*"):
        again = call(headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert call(headers={"If-None-Match": '"other"'}).status_code == 200
    assert call(path="/cups/?limit=3", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert "ETag" not in call("POST", data={"cups": []})


def test_what_is_not_there_is_missing_for_everybody() -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = call(method, "/api/v1/nothing", Missing)
        assert (answer.status_code, said(answer)["code"]) == (404, "not_found")


def test_a_page_names_its_neighbours() -> None:
    class Page:
        rows: ClassVar = [{"name": "a", "size": 1}]
        next, previous = "abc", None

    class Listed(Cups):
        def get(self, request: Request) -> Response:
            return page_answer(request, Page(), Cup)

    answer = call("GET", "/cups/?limit=1&cursor=old", Listed)
    assert json.loads(answer.content) == {
        "results": [{"name": "a", "size": 1}],
        "next": "http://testserver/cups/?limit=1&cursor=abc",
        "previous": None,
    }


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/nothing", "/api/v1/"])
def test_an_unknown_address_answers_a_problem_and_no_page(client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, said(answer)["code"]) == (404, "not_found")


def test_a_mistake_of_ours_answers_a_problem(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Callable[..., Any]:
        raise ValueError

    monkeypatch.setattr(Missing, "initial", fail)
    client.raise_request_exception = False
    answer = client.get("/api/v1/nothing/")
    assert (answer.status_code, said(answer)["code"]) == (500, "failed")


def test_a_host_that_is_not_ours_answers_a_problem(client: Any) -> None:
    answer = client.get("/api/v1/nothing/", headers={"Host": "evil.example"})
    assert (answer.status_code, said(answer)["code"]) == (400, "malformed")


def test_a_call_in_plain_is_refused_and_led_nowhere(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert said(call())["code"] == "https_required"
    assert call(secure=True).status_code == 200
