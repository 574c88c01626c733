"""The API's list of orders."""

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
from orders.models import Order
from orders.tests.api import codes_of, program
from orders.tests.factories import DELIVERED, NOW, PLACED, OrderFactory, OrderLineFactory, delivery, line, make_order

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def client(shop: Shop) -> APIClient:
    return program(shop, "read")


def found(client: APIClient, **asked: Any) -> list[str]:
    answer = client.get(ORDERS, asked)
    assert answer.status_code == 200, answer.content
    return [order["reference"] for order in answer.json()["results"]]


def test_orders_are_told_newest_first_with_their_clock(shop: Shop, client: APIClient) -> None:
    make_order(shop, reference="1001")
    make_order(shop, reference="1002", placed_at=(PLACED + DAY).isoformat(), delivered_at=None)
    answer = client.get(ORDERS)
    assert answer.json() == {
        "results": [
            {
                "shop": "north",
                "reference": "1002",
                "placed_at": "2026-05-02T09:00:00Z",
                "updated_at": "2026-05-01T09:00:00Z",
                "mirrored_at": "2026-05-10T08:00:00Z",
                "customer": {"reference": "K-1", "name": "Kim Sample", "email": "kim@example.test"},
                "total": {"amount": "34.90", "currency": "GBP"},
                "policy": "strict",
                "delivered": False,
                "window_closes_at": None,
            },
            {
                "shop": "north",
                "reference": "1001",
                "placed_at": "2026-05-01T09:00:00Z",
                "updated_at": "2026-05-01T09:00:00Z",
                "mirrored_at": "2026-05-10T08:00:00Z",
                "customer": {"reference": "K-1", "name": "Kim Sample", "email": "kim@example.test"},
                "total": {"amount": "34.90", "currency": "GBP"},
                "policy": "strict",
                "delivered": True,
                "window_closes_at": "2026-05-18T12:00:00Z",
            },
        ],
        "next": None,
        "previous": None,
    }


def test_filters_narrow_the_list(shop: Shop, client: APIClient) -> None:
    make_order(shop, reference="1001")
    make_order(
        shop,
        reference="2002",
        placed_at=(PLACED + DAY).isoformat(),
        customer={"reference": "Caf\u00e9", "name": "Abel", "email": "abel@example.test"},
        deliveries=[delivery(at=DELIVERED + DAY)],
    )
    for asked in (
        {"q": "2"},
        {"q": " abe "},
        {"q": "ABEL@"},
        {"customer": "Cafe\u0301"},
        {"placed_after": (PLACED + DAY).isoformat()},
        {"delivered_after": (DELIVERED + DAY).isoformat()},
        {"shop": "north", "customer": "Caf\u00e9", "window": "open"},
    ):
        assert found(client, **asked) == ["2002"], asked
    for asked in (
        {"q": "%"},
        {"customer": "K-9"},
        {"customer": "K"},
        {"placed_after": NOW.isoformat()},
        {"delivered_after": NOW.isoformat()},
        {"window": "not_delivered"},
        {"window": "closing"},
    ):
        assert found(client, **asked) == [], asked


def test_windows_are_judged_at_this_moment(shop: Shop, clock: Any) -> None:
    make_order(shop, reference="whole")
    make_order(shop, reference="none", delivered_at=None)
    reader = ClientFactory(scopes=["read"], shops=[shop])
    assert found(api_client_for(reader), window="not_delivered") == ["none"]
    for moment, window in (
        (DELIVERED + WINDOW - DAY, "closing"),
        (DELIVERED + WINDOW, "open"),
        (DELIVERED + WINDOW + timedelta(microseconds=1), "closed"),
    ):
        clock.move_to(moment, tick=False)
        assert found(api_client_for(reader), window=window) == ["whole"]


def test_foreign_orders_are_nowhere_and_a_foreign_shop_is_an_empty_one(shop: Shop, client: APIClient) -> None:
    south = ShopFactory(reference="south")
    make_order(south, reference="9001", customer={"reference": "K-9", "name": "Foreign"})
    assert found(client) == []
    for asked in ({"shop": "south"}, {"shop": "west"}, {"q": "9001"}, {"customer": "K-9"}, {"q": "Foreign"}):
        foreign = client.get(ORDERS, asked)
        assert foreign.json() == {"results": [], "next": None, "previous": None}


def test_pages_lead_to_one_another_and_keep_the_question(shop: Shop, client: APIClient) -> None:
    for number in range(5):
        make_order(shop, reference=f"{number}", placed_at=(PLACED + number * DAY).isoformat())
    first = client.get(ORDERS, {"limit": 2, "shop": "north", "window": "open"}).json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    pages = [[order["reference"] for order in page["results"]] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(third["previous"]).json()["results"] == second["results"]
    back = client.get(client.get(second["previous"]).json()["next"]).json()
    assert back["results"] == second["results"]
    assert {"shop=north", "window=open", "limit=2"} <= set(first["next"].partition("?")[2].split("&"))


def test_a_page_has_25_rows_unless_up_to_100_are_asked_for(shop: Shop, client: APIClient) -> None:
    OrderFactory.create_batch(101, shop=shop)
    assert len(found(client)) == 25
    assert len(found(client, limit=100)) == 100
    assert len(found(client, limit=1)) == 1


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("ordering=user__password", {"ordering": "unknown_field"}),
        ("shop__reference__regex=^(a%2B)%2B$", {"shop__reference__regex": "unknown_field"}),
        (
            "customer__email__startswith=a&page=1",
            {"customer__email__startswith": "unknown_field", "page": "unknown_field"},
        ),
        ("page=1000000000000000000000000", {"page": "unknown_field"}),
        ("page_size=1000000", {"page_size": "unknown_field"}),
        ("shop=north&shop=south", {"shop": "repeated_parameter"}),
        ("limit=101", {"limit": "out_of_range"}),
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=-1", {"limit": "wrong_type"}),
        ("limit=1.0", {"limit": "wrong_type"}),
        ("limit=%D9%A1%D9%A2", {"limit": "wrong_type"}),
        ("limit=1_0", {"limit": "wrong_type"}),
        ("limit=+1", {"limit": "wrong_type"}),
        ("limit=" + "9" * 5000, {"limit": "wrong_type"}),
        ("window=ajar", {"window": "unknown_choice"}),
        ("window=", {"window": "unknown_choice"}),
        ("q=", {"q": "text_blank"}),
        ("q=a%00b", {"q": "text_forbidden"}),
        ("q=" + "x" * 201, {"q": "text_too_long"}),
        ("shop=" + "x" * 51, {"shop": "text_too_long"}),
        ("customer=%00", {"customer": "text_forbidden"}),
        ("placed_after=yesterday", {"placed_after": "time_malformed"}),
        ("placed_after=2026-05-04", {"placed_after": "time_malformed"}),
        ("placed_after=2026-05-04T12:00:00", {"placed_after": "time_malformed"}),
        ("placed_after=0001-01-01T00:00:00Z", {"placed_after": "out_of_range"}),
        ("placed_after=0001-01-01T00:00:00%2B14:00", {"placed_after": "out_of_range"}),
        ("delivered_after=2026-02-30T00:00:00Z", {"delivered_after": "time_malformed"}),
        ("cursor=" + "x" * 4001, {"cursor": "text_too_long"}),
    ],
)
def test_what_the_list_does_not_take_is_malformed(client: APIClient, query: str, faults: dict[str, str]) -> None:
    answer = client.get(f"{ORDERS}?{query}")
    assert answer.status_code == 400
    assert codes_of(answer) == faults


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "bnVsbA", "%F0%9F%98%80"])
def test_a_cursor_that_nobody_gave_out_is_malformed(client: APIClient, cursor: str) -> None:
    assert client.get(f"{ORDERS}?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("words", ['"', "NEAR(", "a:", "*", "x AND", "' OR 1=1 --", "_", "%25", "a " * 100, "😀"])
def test_words_are_only_words(shop: Shop, client: APIClient, words: str) -> None:
    make_order(shop)
    assert found(client, q=words) == []


def test_three_thousand_parameters_are_malformed(client: APIClient) -> None:
    answer = client.get(f"{ORDERS}?" + "&".join(["shop=1"] * 3000))
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_every_account_that_sees_orders_lists_them_and_nobody_else(shop: Shop) -> None:
    make_order(shop)
    for scope in ("read", "orders", "cases", "refunds"):
        assert found(program(shop, scope)) == ["1001"]
    assert found(api_client_for(UserFactory(role="agent", shops=[shop]))) == ["1001"]
    assert api_client_for(UserFactory(role=None, shops=[shop])).get(ORDERS).status_code == 403
    assert APIClient().get(ORDERS).status_code == 401


def test_a_list_that_was_read_is_not_sent_again_until_it_changes(shop: Shop, client: APIClient) -> None:
    make_order(shop)
    tag = client.get(ORDERS)["ETag"]
    assert client.get(ORDERS, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    make_order(shop, reference="1002")
    assert client.get(ORDERS, headers={"If-None-Match": tag}).status_code == 200


def test_the_list_is_only_read(client: APIClient) -> None:
    assert client.post(ORDERS, {}, format="json").status_code == 405
    assert client.head(ORDERS).status_code == 200


@pytest.mark.parametrize("orders", [1, 60])
def test_the_list_costs_the_same_queries_however_long(shop: Shop, orders: int, django_assert_num_queries: Any) -> None:
    for order in OrderFactory.create_batch(orders, shop=shop):
        OrderLineFactory(order=order)
    client = program(shop, "read")
    client.get(ORDERS)
    with django_assert_num_queries(3):
        assert len(found(client, limit=100)) == orders
    assert Order.objects.count() == orders


def test_a_line_of_the_order_is_enough_for_a_delivery_after(shop: Shop, client: APIClient) -> None:
    parcels = [delivery(units={"L1": 3}), delivery("D2", units={"L2": 3}, at=DELIVERED + 2 * DAY)]
    make_order(shop, lines=[line(), line("L2")], deliveries=parcels)
    assert found(client, delivered_after=(DELIVERED + DAY).isoformat()) == ["1001"]
