"""The import of the API: lines of orders in, a line for each out."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory
from rest_framework.test import APIClient

from accounts.domain.strict_json import MAX_BYTES
from accounts.models import Shop
from accounts.tests.api import api_client_for
from accounts.tests.factories import ShopFactory, UserFactory
from orders.models import MirrorConflict, Order
from orders.streamed import CHUNK, body_of, streamed_lines
from orders.tests.api import address_of, lines_of, program, sent_raw
from orders.tests.factories import NOW, line, sent_order

pytestmark = pytest.mark.django_db
IMPORT = "/api/v1/shops/north/orders/import/"
LINES = "application/x-ndjson"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def client(shop: Shop) -> APIClient:
    return program(shop)


def numbered(reference: str, **changes: Any) -> dict[str, Any]:
    return {"reference": reference, **sent_order(**changes)}


def send(client: APIClient, raw: bytes, **more: Any) -> Any:
    return sent_raw(client, raw, **{"path": IMPORT, "method": "POST", "media_type": LINES, **more})


def answers(answer: Any) -> list[dict[str, Any]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, LINES)
    return [json.loads(each) for each in b"".join(answer.streaming_content).splitlines()]


def test_each_line_is_answered_with_what_became_of_it(client: APIClient) -> None:
    raw = lines_of(numbered("1001"), numbered("1002"), numbered("1001"), numbered("1002", version=1, payments=[]))
    assert answers(send(client, raw)) == [
        {"line": 1, "reference": "1001", "outcome": "created"},
        {"line": 2, "reference": "1002", "outcome": "created"},
        {"line": 3, "reference": "1001", "outcome": "unchanged"},
        {"line": 4, "reference": "1002", "outcome": "changed"},
    ]
    assert Order.objects.count() == 2


def test_a_refused_line_says_why_and_the_next_has_its_turn(client: APIClient) -> None:
    raw = lines_of(
        numbered("1001", lines=[line(quantity=True)]),
        b"{",
        sent_order(),
        numbered("1002", deliveries=[]),
        numbered("1002", deliveries=[], payments=[]),
    )
    told = answers(send(client, raw))
    assert [(each["line"], each["reference"], each["outcome"], each.get("code")) for each in told] == [
        (1, "1001", "refused", "malformed_order"),
        (2, "", "refused", "json_malformed"),
        (3, "", "refused", "reference_missing"),
        (4, "1002", "created", None),
        (5, "1002", "refused", "version_conflict"),
    ]
    assert told[0]["errors"] == [
        {"pointer": "/lines/0/quantity", "code": "wrong_type", "detail": "A whole number is expected."}
    ]
    assert told[4]["detail"].startswith("The order was changed at")
    assert set(MirrorConflict.objects.values_list("code", flat=True)) == {"malformed_order", "version_conflict"}


def test_empty_lines_count_and_line_ends_may_be_of_either_kind(client: APIClient) -> None:
    raw = b"\n  \r\n" + json.dumps(numbered("1001")).encode() + b"\r\n\n" + json.dumps(numbered("1002")).encode()
    assert [each["line"] for each in answers(send(client, raw))] == [3, 5]


@pytest.mark.parametrize("raw", [b"", b"\n", b" \r\n\n"])
def test_no_lines_have_no_answers(client: APIClient, raw: bytes) -> None:
    assert answers(send(client, raw)) == []


def test_an_overlong_line_is_refused_and_the_rest_goes_on(client: APIClient) -> None:
    raw = lines_of(numbered("1001"), b'"' + b"x" * (2 * MAX_BYTES) + b'"', numbered("1002"))
    told = answers(send(client, raw))
    assert [each.get("code", each["outcome"]) for each in told] == ["created", "body_too_large", "created"]


def test_lines_may_be_more_than_one_body_may_be(client: APIClient) -> None:
    wide = "x" * 200
    raw = lines_of(*[numbered(f"{n}", lines=[line(f"L{m}", name=wide) for m in range(1, 100)]) for n in range(40)])
    assert len(raw) > MAX_BYTES
    assert {each["outcome"] for each in answers(send(client, raw))} == {"created"}


def test_whatever_a_line_can_be_is_answered(client: APIClient) -> None:
    bad = [
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":1,"a":2}',
        b'{"reference":"\\ud800"}',
        b'{"reference":"\\u0000"}',
        b"[]",
        b"null",
        b"1e999",
        b'{"reference":7}',
    ]
    codes = [each["code"] for each in answers(send(client, lines_of(*bad)))]
    assert codes == [
        "json_encoding",
        "json_encoding",
        "json_too_deep",
        "json_duplicate_key",
        "json_forbidden_character",
        "json_forbidden_character",
        "malformed_order",
        "malformed_order",
        "json_number",
        "reference_missing",
    ]


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_other_media_types_are_refused(client: APIClient, media_type: str) -> None:
    answer = send(client, lines_of(numbered("1001")), media_type=media_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert not Order.objects.exists()


def test_parameters_of_the_media_type_do_not_matter(client: APIClient) -> None:
    assert len(answers(send(client, lines_of(numbered("1001")), media_type="Application/X-NDJSON; charset=utf-8"))) == 1


def test_packed_lines_are_refused_unread(client: APIClient) -> None:
    packed = gzip.compress(lines_of(numbered("1001")))
    assert send(client, packed, HTTP_CONTENT_ENCODING="gzip").status_code == 415


@pytest.mark.parametrize("scopes", [("read",), ("cases",), ("refunds",)])
def test_only_clients_of_orders_import(shop: Shop, scopes: tuple[str, ...]) -> None:
    raw = lines_of(numbered("1001"))
    assert send(program(shop, *scopes), raw).status_code == 403
    assert send(api_client_for(UserFactory(role="administrator", shops=[shop])), raw).status_code == 403
    assert send(APIClient(), raw).status_code == 401
    assert not Order.objects.exists()


def test_a_foreign_shop_looks_as_if_it_were_missing(client: APIClient) -> None:
    ShopFactory(reference="south")
    raw = lines_of(numbered("1001"))
    foreign = send(client, raw, path="/api/v1/shops/south/orders/import/")
    missing = send(client, raw, path="/api/v1/shops/west/orders/import/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert send(client, raw, path="/api/v1/shops/no%00th/orders/import/").status_code == 404


def test_the_address_takes_no_parameters(client: APIClient) -> None:
    assert send(client, b"", path=IMPORT + "?dry=1").status_code == 400


def test_references_are_kept_in_the_composed_form(client: APIClient) -> None:
    answers(send(client, lines_of(numbered("Cafe\u0301"))))
    assert client.get(address_of(reference="Caf\u00e9")).status_code == 200


@pytest.mark.parametrize("orders", [2, 20])
def test_importing_new_orders_costs_few_queries_for_many(
    client: APIClient, orders: int, django_assert_max_num_queries: Any
) -> None:
    raw = lines_of(*[numbered(f"{number}") for number in range(orders)])
    with django_assert_max_num_queries(30):
        assert len(answers(send(client, raw))) == orders


def test_the_same_lines_come_out_of_pieces_of_any_size() -> None:
    raw = b"one\n\ntwo\r\n" + b"x" * 9 + b"\nlast"
    for size in range(1, len(raw) + 1):
        pieces = iter([raw[at : at + size] for at in range(0, len(raw), size)])
        read = list(streamed_lines(lambda _, pieces=pieces: next(pieces, b"")))
        assert read == [(1, b"one"), (3, b"two"), (4, b"x" * 9), (5, b"last")]


def test_no_more_than_the_longest_line_is_kept_in_memory() -> None:
    pieces = iter([b"x" * CHUNK] * 40 + [b"\nshort\n"])
    (_, long), (number, short) = streamed_lines(lambda _: next(pieces, b""))
    assert MAX_BYTES < len(long) < MAX_BYTES + CHUNK
    assert (number, short) == (2, b"short")


def test_a_server_that_ends_the_stream_itself_needs_no_length() -> None:
    class Stream:
        def read(self, size: int) -> bytes:
            return b"as it comes"

    request = RequestFactory().post("/", b"announced", content_type=LINES)
    assert body_of(request)(100) == b"announced"
    request.META.update({"wsgi.input": Stream(), "wsgi.input_terminated": True, "CONTENT_LENGTH": "0"})
    assert body_of(request)(100) == b"as it comes"


def test_a_client_that_goes_away_leaves_whole_orders_and_can_begin_again(client: APIClient) -> None:
    raw = lines_of(numbered("1001"), numbered("1002"))
    told = answers(send(client, raw[: len(raw) - 40]))
    assert [each.get("code", each["outcome"]) for each in told] == ["created", "json_malformed"]
    again = answers(send(client, raw))
    assert [each["outcome"] for each in again] == ["unchanged", "created"]
    assert Order.objects.get(reference="1002").lines.count() == 1
