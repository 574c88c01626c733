"""`POST` of a delivery: a parcel that arrived, by itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import Shop
from accounts.tests.api import api_client_for
from accounts.tests.factories import ShopFactory, UserFactory
from orders.models import Delivery, MirrorConflict
from orders.tests.api import address_of, codes_of, program, sent_raw
from orders.tests.factories import DELIVERED, NOW, delivery, line, make_order

pytestmark = pytest.mark.django_db
DELIVERIES = address_of(tail="deliveries/")
DAY = timedelta(days=1)


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


def post(client: APIClient, path: str = DELIVERIES, **sent: Any) -> Any:
    return client.post(path, delivery(**sent), format="json")


def test_a_delivery_begins_the_window_and_the_same_again_changes_nothing(shop: Shop, client: APIClient) -> None:
    make_order(shop, delivered_at=None)
    first, again = post(client, units={"L1": 2}), post(client, units={"L1": 2})
    assert (first.status_code, first.json()["outcome"]) == (201, "changed")
    assert first.json()["lines"][0]["delivered_quantity"] == 2
    assert first.json()["lines"][0]["window_closes_at"] == "2026-05-18T12:00:00Z"
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert again.json()["deliveries"] == first.json()["deliveries"]


def test_a_delivery_may_turn_out_earlier_come_back_and_be_replaced(shop: Shop, client: APIClient) -> None:
    make_order(shop)
    assert post(client, at=DELIVERED - DAY).json()["lines"][0]["delivered_at"] == "2026-05-03T12:00:00Z"
    assert post(client, at=DELIVERED - DAY, returned_at=DELIVERED + DAY).status_code == 201
    answer = post(client, reference="D2", at=DELIVERED + 2 * DAY, replaces="D1")
    assert answer.status_code == 201
    assert [each["replaces"] for each in answer.json()["deliveries"]] == [None, "D1"]
    assert answer.json()["lines"][0]["window_closes_at"] == "2026-05-20T12:00:00Z"


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("already_delivered", {"reference": "D2", "units": {"L1": 1}}),
        ("delivered_later", {"at": DELIVERED + DAY}),
        ("delivered_in_future", {"reference": "D2", "at": NOW + timedelta(minutes=6)}),
        ("delivery_changed", {"units": {"L1": 2}}),
        ("returned_in_future", {"returned_at": NOW + timedelta(minutes=6)}),
        ("replaced_unknown", {"reference": "D2", "replaces": "D7"}),
        ("replaced_not_returned", {"reference": "D2", "at": DELIVERED + DAY, "replaces": "D1"}),
    ],
)
def test_what_the_rules_refuse_is_unprocessable_and_kept(
    shop: Shop, client: APIClient, code: str, sent: dict[str, Any]
) -> None:
    make_order(shop)
    answer = post(client, **sent)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert MirrorConflict.objects.get().code == code
    assert Delivery.objects.get().delivered_at == DELIVERED


def test_a_line_that_the_order_does_not_have_is_missing(shop: Shop, client: APIClient) -> None:
    make_order(shop)
    answer = post(client, reference="D2", units={"L7": 1})
    assert (answer.status_code, answer.json()["code"], answer.json()["line"]) == (404, "line_unknown", "L7")
    assert MirrorConflict.objects.get().code == "line_unknown"


def test_more_units_than_the_line_has_are_refused_with_the_maximum(shop: Shop, client: APIClient) -> None:
    make_order(shop, delivered_at=None)
    answer = post(client, units={"L1": 4})
    assert (answer.status_code, answer.json()["code"], answer.json()["maximum"]) == (422, "already_delivered", 3)


def test_every_problem_of_a_delivery_is_told_with_its_pointer_and_kept(shop: Shop, client: APIClient) -> None:
    make_order(shop)
    sent = {"reference": "", "delivered_at": "yesterday", "status": "paid", "lines": [{"line": "L1", "quantity": "1"}]}
    answer = client.post(DELIVERIES, sent, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_delivery")
    assert codes_of(answer) == {
        "/status": "unknown_field",
        "/reference": "text_blank",
        "/delivered_at": "time_malformed",
        "/lines/0/quantity": "wrong_type",
    }
    assert MirrorConflict.objects.get().body == sent


def test_an_order_whose_reference_ends_like_this_address_takes_deliveries_as_well(
    shop: Shop, client: APIClient
) -> None:
    make_order(shop, reference="a/deliveries", delivered_at=None)
    make_order(shop, reference="import", delivered_at=None)
    assert post(client, address_of(reference="a/deliveries", tail="deliveries/")).status_code == 201
    assert post(client, address_of(reference="import", tail="deliveries/")).status_code == 201


def test_references_are_compared_in_the_composed_form(shop: Shop, client: APIClient) -> None:
    make_order(shop, reference="Caf\u00e9", lines=[line("Th\u00e9")], delivered_at=None)
    path = address_of(reference="Cafe\u0301", tail="deliveries/")
    assert post(client, path, units={"The\u0301": 3}).status_code == 201
    assert post(client, path, units={"Th\u00e9": 3}).json()["outcome"] == "unchanged"


@pytest.mark.parametrize("scopes", [("read",), ("cases",), ("refunds",)])
def test_only_clients_of_orders_tell_of_deliveries(shop: Shop, scopes: tuple[str, ...]) -> None:
    make_order(shop)
    assert post(program(shop, *scopes)).status_code == 403
    assert post(api_client_for(UserFactory(role="supervisor", shops=[shop]))).status_code == 403
    assert post(APIClient()).status_code == 401


def test_a_foreign_order_looks_as_if_it_were_missing(shop: Shop, client: APIClient) -> None:
    make_order(ShopFactory(reference="south"))
    foreign = post(client, address_of("south", tail="deliveries/"))
    missing = [post(client), post(client, address_of("west", tail="deliveries/"))]
    assert foreign.status_code == 404
    assert {answer.content for answer in missing} == {foreign.content}
    assert not MirrorConflict.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_deliveries_are_only_added(client: APIClient, method: str) -> None:
    answer = sent_raw(client, b"{}", path=DELIVERIES, method=method)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("lines", [1, 60])
def test_a_delivery_costs_a_write_for_each_line_and_nothing_else_that_grows(
    shop: Shop, client: APIClient, lines: int, django_assert_max_num_queries: Any
) -> None:
    many = [line(f"L{number}") for number in range(lines)]
    make_order(shop, lines=many, delivered_at=None)
    with django_assert_max_num_queries(34 + lines):
        assert post(client, units={each["reference"]: 3 for each in many}).status_code == 201
