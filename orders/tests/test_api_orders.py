"""`PUT` and `GET` of an order: a body becomes the mirror, and the mirror is read with what can go back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import Shop
from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from orders.domain.window import WINDOW
from orders.models import MirrorConflict, Order
from orders.tests.api import address_of, codes_of, program, sent_raw
from orders.tests.factories import (
    DELIVERED,
    NOW,
    OrderFactory,
    OrderLineFactory,
    charge,
    delivery,
    line,
    make_order,
    payment,
    sent_order,
)
from refunds.use_cases import request_refund
from support.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db

COMPUTED = {"shop", "reference", "mirrored_at", "policy", "total"}
COMPUTED_OF_PARTS = {
    "lines": {
        "delivered_quantity",
        "held_quantity",
        "refundable_quantity",
        "delivered_at",
        "window_closes_at",
        "refusal",
    },
    "shipping": {"held_gross", "window_closes_at"},
    "payments": {"held"},
    "deliveries": set(),
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def client(shop: Shop) -> APIClient:
    return program(shop)


def put(client: APIClient, reference: str = "1001", **changes: Any) -> Any:
    return client.put(address_of(reference=reference), sent_order(**changes), format="json")


def hold(order: Order, lines: dict[str, int]) -> None:
    case = CaseFactory(shop=order.shop, order=order, customer=order.customer)
    request_refund(case=case, by=UserFactory(shops=[order.shop]), lines=lines, reason="damaged", now=NOW)


def without_computed(order: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in order.items() if name not in COMPUTED}
    for part, computed in COMPUTED_OF_PARTS.items():
        body[part] = [{key: value for key, value in each.items() if key not in computed} for each in body[part]]
    return body


def test_a_new_order_is_created_and_answered_whole(client: APIClient) -> None:
    answer = put(client)
    assert answer.status_code == 201
    assert answer.json() == {
        "outcome": "created",
        "shop": "north",
        "reference": "1001",
        "placed_at": "2026-05-01T09:00:00Z",
        "updated_at": "2026-05-01T09:00:00Z",
        "currency": "GBP",
        "customer": {"reference": "K-1", "name": "Kim Sample", "email": "kim@example.test"},
        "lines": [
            {
                **line(unit_price="10.000000"),
                "delivered_quantity": 3,
                "held_quantity": 0,
                "refundable_quantity": 3,
                "delivered_at": "2026-05-04T12:00:00Z",
                "window_closes_at": "2026-05-18T12:00:00Z",
                "refusal": None,
            }
        ],
        "shipping": [
            {**charge(), "standard_gross": None, "held_gross": "0.00", "window_closes_at": "2026-05-18T12:00:00Z"}
        ],
        "payments": [{**payment(), "held": "0.00"}],
        "deliveries": [
            {**delivery(), "delivered_at": "2026-05-04T12:00:00Z", "returned_at": None, "replaces": None},
        ],
        "mirrored_at": "2026-05-10T08:00:00Z",
        "policy": "strict",
        "total": {"amount": "34.90", "currency": "GBP"},
    }


def test_the_same_body_again_changes_nothing_and_a_newer_one_does(client: APIClient) -> None:
    put(client)
    same, newer = put(client), put(client, version=1, lines=[line(gross="29.00")])
    assert (same.status_code, same.json()["outcome"]) == (200, "unchanged")
    assert (newer.status_code, newer.json()["outcome"]) == (200, "changed")
    assert newer.json()["lines"][0]["gross"] == "29.00"


def test_what_is_read_can_be_sent_again_without_a_change(client: APIClient) -> None:
    sent = put(
        client,
        currency="KWD",
        lines=[line(gross="30.125"), line("L2", unit_price="3.333333")],
        shipping=[charge(standard_gross="2.500")],
        deliveries=[
            delivery(returned_at=DELIVERED + timedelta(days=1)),
            delivery("D2", at=DELIVERED + timedelta(days=2), replaces="D1"),
        ],
    )
    assert sent.status_code == 201
    read = client.get(address_of()).json()
    again = client.put(address_of(), without_computed(read), format="json")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert {**again.json(), "outcome": None} == {**read, "outcome": None}


def test_a_discount_that_was_spread_can_be_sent_again_as_lines_with_a_later_version(client: APIClient) -> None:
    put(client, lines=[line(), line("L2", gross="10.00")], discount="4.00")
    body = without_computed(client.get(address_of()).json())
    assert [each["gross"] for each in body["lines"]] == ["27.00", "9.00"]
    assert client.put(address_of(), body, format="json").json()["code"] == "version_conflict"
    again = client.put(address_of(), {**body, "updated_at": NOW.isoformat()}, format="json")
    assert (again.status_code, without_computed(again.json())["lines"]) == (200, body["lines"])


def test_reading_tells_what_refunds_hold_and_why_nothing_can_go_back(shop: Shop, clock: Any) -> None:
    order = make_order(
        shop,
        lines=[line(), line("L2", quantity=1), line("L3")],
        deliveries=[delivery(units={"L1": 3, "L2": 1})],
    )
    hold(order, {"L1": 1, "L2": 1})
    answer = program(shop, "read").get(address_of()).json()
    assert [each["held_quantity"] for each in answer["lines"]] == [1, 1, 0]
    assert [each["refundable_quantity"] for each in answer["lines"]] == [2, 0, 0]
    assert [each["refusal"] and each["refusal"]["code"] for each in answer["lines"]] == [
        None,
        "nothing_left",
        "not_delivered",
    ]
    assert answer["payments"][0]["held"] == "40.00"


def test_a_closed_window_is_told_with_its_sentence_from_its_first_late_instant_on(shop: Shop, clock: Any) -> None:
    make_order(shop)
    reader = ClientFactory(scopes=["read"], shops=[shop])
    clock.move_to(DELIVERED + WINDOW, tick=False)
    assert api_client_for(reader).get(address_of()).json()["lines"][0]["refusal"] is None
    clock.move_to(DELIVERED + WINDOW + timedelta(microseconds=1), tick=False)
    assert api_client_for(reader).get(address_of()).json()["lines"][0]["refusal"] == {
        "code": "window_closed",
        "detail": "The refund window closed on 2026-05-18 12:00 UTC.",
    }


def test_an_order_of_another_currency_tells_its_own_decimals(client: APIClient) -> None:
    yen = put(client, currency="JPY", lines=[line(gross="3000", tax="300")], shipping=[], payments=[])
    assert yen.json()["lines"][0]["gross"] == "3000"
    assert yen.json()["total"] == {"amount": "3000", "currency": "JPY"}


def test_other_content_that_is_not_newer_is_a_conflict_that_is_kept(client: APIClient) -> None:
    put(client, version=5)
    answer = put(client, version=5, lines=[line(gross="29.00")])
    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer["Content-Type"] == "application/problem+json"
    assert MirrorConflict.objects.get().code == "version_conflict"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("currency_frozen", {"currency": "EUR"}),
        ("line_delivered", {"lines": [line("L2")], "deliveries": []}),
        ("delivered_later", {"deliveries": [delivery(at=DELIVERED + timedelta(hours=1))]}),
        ("delivery_changed", {"deliveries": [delivery(units={"L1": 1})]}),
        ("delivered_in_future", {"deliveries": [delivery("D2", at=NOW + timedelta(minutes=6))]}),
        ("already_delivered", {"deliveries": [delivery(), delivery("D2", units={"L1": 1})]}),
        ("replaced_unknown", {"deliveries": [delivery("D2", replaces="D7")]}),
        ("replaced_not_returned", {"deliveries": [delivery("D2", at=NOW, replaces="D1")]}),
        ("returned_in_future", {"deliveries": [delivery(returned_at=NOW + timedelta(hours=1))]}),
    ],
)
def test_what_the_rules_refuse_is_unprocessable_and_kept(client: APIClient, code: str, changes: Any) -> None:
    put(client)
    answer = put(client, version=1, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert MirrorConflict.objects.get().code == code
    assert client.get(address_of()).json()["updated_at"] == "2026-05-01T09:00:00Z"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("line_frozen", {"lines": [line(gross="29.00")]}),
        ("captured_below_held", {"payments": [payment(captured="9.99")]}),
        ("payment_in_use", {"payments": [payment(captured="34.90", gateway="fake")]}),
    ],
)
def test_what_refunds_hold_is_frozen(client: APIClient, code: str, changes: Any) -> None:
    put(client)
    hold(Order.objects.get(), {"L1": 1})
    answer = put(client, version=1, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_every_problem_of_a_body_is_told_with_its_pointer_and_the_body_is_kept(client: APIClient) -> None:
    body = sent_order(lines=[line(quantity=0, gross="x"), 7], colour="red")
    del body["placed_at"]
    answer = client.put(address_of(), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_order")
    assert codes_of(answer) == {
        "/placed_at": "missing_field",
        "/colour": "unknown_field",
        "/lines/0/quantity": "out_of_range",
        "/lines/0/gross": "amount_malformed",
        "/lines/1": "wrong_type",
    }
    kept = MirrorConflict.objects.get()
    assert (kept.code, kept.reference, kept.body) == ("malformed_order", "1001", body)
    assert not Order.objects.exists()


@pytest.mark.parametrize("reference", ["SO 12/b", "a/b/c", "100%", "%2F", "Ü-1", "?x=1", "#1", "..", "x" * 120])
def test_a_reference_may_hold_whatever_an_address_can_carry(client: APIClient, reference: str) -> None:
    assert put(client, reference=reference).status_code == 201
    assert client.get(address_of(reference=reference)).json()["reference"] == reference
    assert Order.objects.get().reference == reference


def test_references_are_compared_in_the_composed_form(client: APIClient) -> None:
    assert put(client, reference="Cafe\u0301").status_code == 201
    assert put(client, reference="Caf\u00e9").json()["outcome"] == "unchanged"
    assert client.get(address_of(reference="Cafe\u0301")).json()["reference"] == "Caf\u00e9"


@pytest.mark.parametrize("reference", ["x" * 121, " ", "a\tb", "a\0b", "\x7f"])
def test_a_reference_that_nobody_can_write_is_refused_and_found_nowhere(client: APIClient, reference: str) -> None:
    answer = put(client, reference=reference)
    assert (answer.status_code, answer.json()["code"]) == (400, "reference_malformed")
    assert client.get(address_of(reference=reference)).status_code == 404
    assert not MirrorConflict.objects.exists()


@pytest.mark.parametrize("reference", ["import", "1001/deliveries"])
def test_two_kinds_of_references_have_no_address_here_and_say_so(client: APIClient, reference: str) -> None:
    assert put(client, reference=reference).status_code == 405
    assert client.get(address_of(reference=reference)).status_code == 405


def test_a_line_break_in_an_address_leads_nowhere(client: APIClient) -> None:
    assert put(client, reference="a\nb").status_code == 404


@pytest.mark.parametrize("scopes", [("read",), ("cases",), ("refunds",), ("read", "cases", "refunds")])
def test_only_clients_of_orders_mirror_and_all_clients_read(shop: Shop, scopes: tuple[str, ...]) -> None:
    client = program(shop, *scopes)
    assert put(client).status_code == 403
    make_order(shop)
    assert client.get(address_of()).status_code == 200


@pytest.mark.parametrize("role", ["agent", "senior agent", "supervisor", "administrator"])
def test_people_read_and_never_mirror(shop: Shop, role: str) -> None:
    client = api_client_for(UserFactory(role=role, shops=[shop]))
    make_order(shop)
    assert put(client).status_code == 403
    assert client.get(address_of()).status_code == 200


def test_nobody_gets_in_without_a_token(shop: Shop) -> None:
    make_order(shop)
    for answer in (put(APIClient()), APIClient().get(address_of())):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_foreign_shop_looks_as_if_it_were_missing(client: APIClient) -> None:
    make_order(ShopFactory(reference="south"))
    for method in (client.get, lambda path: client.put(path, sent_order(), format="json")):
        foreign, missing = method(address_of("south")), method(address_of("west"))
        assert foreign.status_code == missing.status_code == 404
        assert foreign.content == missing.content
    assert client.get(address_of("south\0")).status_code == 404
    assert Order.objects.count() == 1


def test_a_missing_order_looks_like_one_of_a_missing_shop(client: APIClient) -> None:
    missing = client.get(address_of(reference="7"))
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert missing.content == client.get(address_of("west", "7")).content


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_an_order_is_only_mirrored_and_read(client: APIClient, method: str) -> None:
    answer = sent_raw(client, b"{}", method=method)
    assert answer.status_code == 405
    assert {"GET", "PUT"} <= set(answer["Allow"].split(", "))


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_the_method_is_the_method(client: APIClient, header: str) -> None:
    put(client)
    answer = client.get(address_of(), headers={header: "DELETE"})
    assert answer.status_code == 200
    assert client.get(address_of() + "?_method=DELETE").status_code == 400


def test_the_address_takes_no_parameters(client: APIClient) -> None:
    answer = client.put(address_of() + "?currency=EUR", sent_order(), format="json")
    assert answer.status_code == 400
    assert codes_of(answer) == {"currency": "unknown_field"}
    assert codes_of(client.get(address_of() + "?expand=lines")) == {"expand": "unknown_field"}


def test_an_order_that_was_read_is_not_sent_again_until_it_changes(client: APIClient) -> None:
    put(client)
    tag = client.get(address_of())["ETag"]
    same = client.get(address_of(), headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    put(client, version=1, lines=[line(name="Mug")])
    assert client.get(address_of(), headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_of_an_order_changes_when_its_window_closes(shop: Shop, clock: Any) -> None:
    make_order(shop)
    reader = ClientFactory(scopes=["read"], shops=[shop])
    tag = api_client_for(reader).get(address_of())["ETag"]
    clock.move_to(DELIVERED + WINDOW + timedelta(seconds=1), tick=False)
    assert api_client_for(reader).get(address_of(), headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("lines", [1, 60])
def test_reading_costs_as_many_queries_for_one_line_as_for_sixty(
    shop: Shop, lines: int, django_assert_num_queries: Any
) -> None:
    make_order(shop, lines=[line(f"L{number}") for number in range(lines)])
    client = program(shop, "read")
    client.get(address_of())
    with django_assert_num_queries(8):
        assert len(client.get(address_of()).json()["lines"]) == lines


@pytest.mark.parametrize("lines", [1, 60])
def test_mirroring_costs_as_many_queries_for_one_line_as_for_sixty(
    client: APIClient, lines: int, django_assert_max_num_queries: Any
) -> None:
    many = [line(f"L{number}") for number in range(lines)]
    arrived = [delivery(units={each["reference"]: 3 for each in many})]
    put(client, "0")
    with django_assert_max_num_queries(30):
        assert put(client, lines=many, deliveries=arrived).status_code == 201
    with django_assert_max_num_queries(18):
        assert put(client, lines=many, deliveries=arrived).json()["outcome"] == "unchanged"


def test_names_come_back_as_they_were_sent(client: APIClient) -> None:
    hidden = "Cup\u202e gnp.exe \u200bzero \u2066left"
    answer = put(client, lines=[line(name=hidden)], customer={"reference": "K-1", "name": "\u200fKim"})
    assert answer.json()["lines"][0]["name"] == hidden
    assert answer.json()["customer"] == {"reference": "K-1", "name": "\u200fKim", "email": ""}


def test_a_customer_without_a_name_of_their_own_keeps_their_reference_composed(client: APIClient) -> None:
    put(client, customer={"reference": "Cafe\u0301", "name": "Kim"})
    assert client.get(address_of()).json()["customer"]["reference"] == "Caf\u00e9"


def test_an_order_with_rows_that_no_body_made_can_be_read(shop: Shop) -> None:
    order = OrderFactory(shop=shop, reference="bare")
    OrderLineFactory(order=order, delivered_at=None)
    answer = program(shop, "read").get(address_of(reference="bare")).json()
    assert answer["lines"][0]["refusal"]["code"] == "not_delivered"
    assert answer["shipping"] == answer["payments"] == answer["deliveries"] == []


def test_the_answer_is_json_of_utf_8(client: APIClient) -> None:
    answer = put(client, customer={"reference": "K-1", "name": "Zoë"})
    assert answer["Content-Type"] == "application/json"
    assert "Zoë".encode() in answer.content
    assert json.loads(answer.content)["customer"]["name"] == "Zoë"
