"""What strangers put into an order body: numbers that are none, JSON of two readings, and other forms."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.domain.strict_json import MAX_BYTES
from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.models import Order
from orders.tests.api import address_of, codes_of, program, sent_raw
from orders.tests.factories import NOW, charge, delivery, line, make_order, payment, sent_order

pytestmark = pytest.mark.django_db
DELIVERIES = address_of(tail="deliveries/")

NO_QUANTITIES = [
    "0",
    "-1",
    "1.5",
    "1.0",
    "1e2",
    "true",
    "null",
    "[]",
    "{}",
    '"1"',
    '"\u0661\u0662"',
    '"\uff11\uff12"',
    '"1_000"',
    '" 1 "',
    str(2**31),
    str(2**63),
    str(10**30),
    "9" * 5000,
]
NO_NUMBERS = ["\u0661\u0662", "1_000", "+1", "01", "0x1", "NaN", "Infinity", "-Infinity", "1E400"]
NO_AMOUNTS = [
    '"NaN"',
    '"Infinity"',
    '"sNaN"',
    '"1E400"',
    '"1e2"',
    '"-0"',
    '"-1.00"',
    '"+1.00"',
    '"0.001"',
    '"1,00"',
    '"1_000.00"',
    '" 1.00 "',
    '"01.00"',
    '"1."',
    '".5"',
    '""',
    '"\u0661.\u0660\u0660"',
    '"\uff11.00"',
    '"99999999999999999999.00"',
    '"' + "9" * 5000 + '"',
    "1",
    "1.5",
    "true",
    "null",
    "[]",
    "{}",
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(db: None) -> APIClient:
    return program(ShopFactory(reference="north"))


def raw_order(mark: str, value: str, **parts: Any) -> bytes:
    """A body in which the string `mark` is replaced by the value as it is written."""
    return json.dumps(sent_order(**parts)).replace(f'"{mark}"', value).encode()


def refused_at(answer: Any, pointer: str) -> bool:
    return answer.status_code == 400 and pointer in codes_of(answer) and not Order.objects.exists()


@pytest.mark.parametrize("value", NO_QUANTITIES)
def test_a_quantity_is_a_whole_number_of_json_from_1_to_what_a_database_keeps(client: APIClient, value: str) -> None:
    answer = sent_raw(client, raw_order("here", value, lines=[line(quantity="here")]))
    too_long = len(value) > 19 and value.isdigit()
    assert refused_at(answer, "/lines/0/quantity") or (too_long and answer.json()["code"] == "json_number")
    assert answer.status_code == 400


@pytest.mark.parametrize("value", NO_QUANTITIES)
def test_a_delivered_quantity_is_one_as_well(client: APIClient, value: str) -> None:
    make_order(Shop.objects.get(), delivered_at=None)
    sent = json.dumps(delivery(units={"L1": "here"})).replace('"here"', value).encode()  # type: ignore[dict-item]
    answer = sent_raw(client, sent, path=DELIVERIES, method="POST")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("malformed_delivery", "json_number")
    assert Order.objects.get().lines.get().delivered_quantity == 0


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_of_json_makes_no_json(client: APIClient, value: str) -> None:
    answer = sent_raw(client, raw_order("here", value, lines=[line(quantity="here")]))
    assert (answer.status_code, answer.json()["code"] in ("json_malformed", "json_number")) == (400, True)


@pytest.mark.parametrize("value", NO_AMOUNTS)
def test_an_amount_is_a_plain_decimal_string(client: APIClient, value: str) -> None:
    answer = sent_raw(client, raw_order("here", value, lines=[line(gross="here")]))
    assert refused_at(answer, "/lines/0/gross")
    answer = sent_raw(client, raw_order("here", value, payments=[payment(captured="here")]))
    assert refused_at(answer, "/payments/0/captured")
    answer = sent_raw(client, raw_order("here", value, shipping=[charge(tax="here")]))
    assert refused_at(answer, "/shipping/0/tax")


@pytest.mark.parametrize("value", ['"NaN"', '"1e2"', '"-1"', '"0.0000001"', '"1000000000001"', "1.5", "null"])
def test_a_unit_price_has_up_to_six_decimals(client: APIClient, value: str) -> None:
    answer = sent_raw(client, raw_order("here", value, lines=[line(unit_price="here")]))
    assert refused_at(answer, "/lines/0/unit_price")


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        ("JPY", "10.50", "amount_precision"),
        ("KWD", "1.2345", "amount_precision"),
        ("EUR", "9" * 17, "amount_too_large"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(client: APIClient, currency: str, amount: str, code: str) -> None:
    body = sent_order(currency=currency, lines=[line(gross=amount, tax="0")], shipping=[], payments=[])
    answer = client.put(address_of(), body, format="json")
    assert answer.status_code == 400
    assert codes_of(answer) == {"/lines/0/gross": code}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[" * 100_000, "json_too_deep"),
        (b'{"a":' * 100_000, "json_too_deep"),
        (b'{"currency":"EUR","currency":"GBP"}', "json_duplicate_key"),
        (b'{"lines":[{"quantity":1,"quantity":2}]}', "json_duplicate_key"),
        (b"\xef\xbb\xbf{}", "json_encoding"),
        ("{}".encode("utf-16"), "json_encoding"),
        ("{}".encode("utf-32-le"), "json_encoding"),
        (b'{"currency":"\xff"}', "json_encoding"),
        (b'{"currency":"\\ud800"}', "json_forbidden_character"),
        (b'{"currency":"\\u0000"}', "json_forbidden_character"),
        (b'{"currency":"\x00"}', "json_encoding"),
        (b'{"currency":"\n"}', "json_malformed"),
        (b'{"discount":1e999}', "json_number"),
        (b"{'currency':'EUR'}", "json_malformed"),
        (b"{} {}", "json_malformed"),
        (b"{", "json_malformed"),
        (b" ", "json_malformed"),
    ],
)
def test_json_of_two_readings_or_none_is_malformed(client: APIClient, raw: bytes, code: str) -> None:
    for path, method in ((address_of(), "PUT"), (DELIVERIES, "POST")):
        if method == "POST":
            make_order(Shop.objects.get())
        answer = sent_raw(client, raw, path=path, method=method)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"7", b'"order"', b"true", b"{}"])
def test_a_body_that_is_no_order_is_malformed(client: APIClient, raw: bytes) -> None:
    answer = sent_raw(client, raw)
    assert answer.status_code == 400
    assert not Order.objects.exists()


def test_a_body_of_two_mebibytes_is_too_large(client: APIClient) -> None:
    raw = json.dumps(sent_order(customer={"reference": "K-1", "name": "x" * 2 * MAX_BYTES})).encode()
    answer = sent_raw(client, raw)
    assert (answer.status_code, answer.json()["code"], answer.json()["maximum"]) == (413, "body_too_large", MAX_BYTES)


def test_more_parts_than_an_order_has_are_malformed(client: APIClient) -> None:
    answer = client.put(address_of(), sent_order(payments=[payment(f"P{n}") for n in range(101)]), format="json")
    assert codes_of(answer) == {"/payments": "out_of_range"}


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""],
)
def test_other_forms_than_json_are_refused(client: APIClient, media_type: str) -> None:
    make_order(Shop.objects.get(), reference="1002")
    for path, method in ((address_of(), "PUT"), (address_of(reference="1002", tail="deliveries/"), "POST")):
        raw = json.dumps(sent_order()).encode()
        answer = sent_raw(client, raw, path=path, method=method, media_type=media_type)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-gzip", "gzip, gzip"])
def test_a_packed_body_is_refused_unread(client: APIClient, encoding: str) -> None:
    answer = sent_raw(client, gzip.compress(b" " * 50_000_000), HTTP_CONTENT_ENCODING=encoding)
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["status", "shop", "reference", "total", "mirrored_at", "policy", "id", "held"])
def test_what_the_mirror_decides_itself_cannot_be_sent(client: APIClient, name: str) -> None:
    answer = client.put(address_of(), sent_order(**{name: "1"}), format="json")
    assert answer.status_code == 400
    assert codes_of(answer) == {f"/{name}": "unknown_field"}


@pytest.mark.parametrize("name", ["held_quantity", "delivered_quantity", "window_closes_at", "id", "order"])
def test_what_is_counted_of_a_line_cannot_be_sent(client: APIClient, name: str) -> None:
    answer = client.put(address_of(), sent_order(lines=[line(**{name: 1})]), format="json")
    assert codes_of(answer) == {f"/lines/0/{name}": "unknown_field"}


@pytest.mark.parametrize("text", ["x\r\nBcc: all@example.test", "a\tb", "\x7f", "a\u0085b", " ", ""])
def test_a_name_is_one_line_that_says_something(client: APIClient, text: str) -> None:
    body = sent_order(customer={"reference": "K-1", "name": text}, lines=[line(name=text)])
    answer = client.put(address_of(), body, format="json")
    assert answer.status_code == 400
    assert set(codes_of(answer)) == {"/customer/name", "/lines/0/name"}


def test_two_lines_whose_references_look_the_same_are_the_same(client: APIClient) -> None:
    body = sent_order(lines=[line("Caf\u00e9"), line("Cafe\u0301")], deliveries=[])
    assert codes_of(client.put(address_of(), body, format="json")) == {"/lines/1/reference": "duplicate_reference"}
