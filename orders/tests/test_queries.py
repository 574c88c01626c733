"""The list of orders and the page of one."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Shop, User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.window import WINDOW
from orders.models import Order
from orders.queries import AskedOrders, order_list, order_seen
from orders.tests.factories import DELIVERED, NOW, PLACED, charge, delivery, line, make_order, payment
from refunds.use_cases import request_refund
from support.models import Case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSES = DELIVERED + WINDOW


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def agent(shop: Shop) -> User:
    return UserFactory(shops=[shop])


def found(agent: User, now: Any = NOW, **asked: Any) -> list[str]:
    return [order.reference for order in order_list(agent, AskedOrders(**asked), now).rows]


def test_a_person_sees_the_orders_of_their_shops_newest_first(shop: Shop, agent: User) -> None:
    make_order(shop, reference="1001", placed_at=PLACED.isoformat())
    make_order(shop, reference="1002", placed_at=(PLACED + DAY).isoformat())
    make_order(ShopFactory(), reference="9001")
    assert found(agent) == ["1002", "1001"]
    assert found(UserFactory()) == []


def test_words_find_the_beginning_of_a_reference_a_name_or_an_address(shop: Shop, agent: User) -> None:
    make_order(shop, reference="A-1", customer={"reference": "K-1", "name": "Kim", "email": "mail@kim.test"})
    make_order(shop, reference="B-2", customer={"reference": "K-2", "name": "Abel"})
    assert sorted(found(agent, words="a")) == ["A-1", "B-2"]
    assert found(agent, words="kim") == found(agent, words="MAIL@") == ["A-1"]
    assert found(agent, words="%") == []


def test_filters_narrow_the_list(shop: Shop, agent: User) -> None:
    south = ShopFactory(reference="south")
    agent = UserFactory(shops=[shop, south])
    order = make_order(shop, reference="1001")
    make_order(south, reference="1002")
    assert found(agent, shop="north") == found(agent, customer=order.customer_id) == ["1001"]
    assert found(agent, shop="west") == []


def test_days_include_their_beginning_and_not_their_end(shop: Shop, agent: User) -> None:
    make_order(shop)
    assert found(agent, placed_after=PLACED, placed_before=PLACED + DAY) == ["1001"]
    assert found(agent, placed_before=PLACED) == found(agent, placed_after=PLACED + DAY) == []


@pytest.mark.parametrize(
    ("now", "windows"),
    [
        (NOW, ["open"]),
        (CLOSES - 2 * DAY - timedelta(seconds=1), ["open"]),
        (CLOSES - 2 * DAY, ["open", "closing"]),
        (CLOSES, ["open", "closing"]),
        (CLOSES + timedelta(microseconds=1), ["closed"]),
    ],
)
def test_an_order_is_found_by_its_window(shop: Shop, agent: User, now: Any, windows: list[str]) -> None:
    make_order(shop)
    assert [
        each for each in ("open", "closing", "closed", "not_delivered") if found(agent, now, window=each)
    ] == windows


def test_an_order_on_its_way_is_not_delivered(shop: Shop, agent: User) -> None:
    make_order(shop, delivered_at=None)
    assert [each for each in ("open", "closing", "closed", "not_delivered") if found(agent, window=each)] == [
        "not_delivered"
    ]


def test_an_order_that_was_given_back_whole_has_nothing_open(shop: Shop, agent: User) -> None:
    order = make_order(shop)
    case = Case.objects.create(shop=shop, order=order, subject="Broken", opened_at=NOW, updated_at=NOW)
    request_refund(case=case, by=agent, lines={"L1": 3}, reason="damaged", now=NOW)
    assert found(agent, window="open") == []
    assert found(agent, window="closed") == ["1001"]


def test_each_order_of_the_list_has_its_clock(shop: Shop, agent: User) -> None:
    lines = [line("L1"), line("L2"), line("L3")]
    parcels = [delivery("D1", {"L1": 3}, DELIVERED), delivery("D2", {"L2": 3}, DELIVERED + DAY)]
    make_order(shop, lines=lines, deliveries=parcels)
    clocks = [
        order_list(agent, AskedOrders(), now).rows[0].closes_at
        for now in (NOW, CLOSES + timedelta(hours=1), CLOSES + 9 * DAY)
    ]
    assert clocks == [CLOSES, CLOSES + DAY, CLOSES + DAY]
    make_order(shop, delivered_at=None, reference="1002")
    on_its_way = order_list(agent, AskedOrders(words="1002"), NOW).rows[0]
    assert (on_its_way.closes_at, on_its_way.is_delivered) == (None, False)


def test_the_list_costs_one_query_however_long(shop: Shop, agent: User, django_assert_num_queries: Any) -> None:
    for number in range(4):
        make_order(shop, reference=f"100{number}")
    with django_assert_num_queries(1):
        page = order_list(agent, AskedOrders(size=3), NOW)
        assert [(order.customer.name, order.shop.name) for order in page.rows]
    rest = order_list(agent, AskedOrders(size=3, cursor=page.next or ""), NOW)
    assert [order.reference for order in rest.rows] == ["1000"]


def test_the_page_of_an_order_brings_all_it_consists_of(
    shop: Shop, agent: User, django_assert_num_queries: Any
) -> None:
    parcels = [
        delivery("D1", {"L1": 3}, returned_at=DELIVERED + DAY),
        delivery("D2", {"L1": 3}, DELIVERED + 2 * DAY, replaces="D1"),
    ]
    make_order(shop, deliveries=parcels, payments=[payment()], shipping=[charge()], reference="2026/17")
    with django_assert_num_queries(6):
        order = order_seen(agent, shop="north", reference="2026/17")
        assert [row.reference for row in order.lines.all()] == ["L1"]
        assert [row.reference for row in order.shipping.all()] == ["S1"]
        assert [row.reference for row in order.payments.all()] == ["P1"]
        assert [(row.replaces and row.replaces.reference) for row in order.deliveries.all()] == [None, "D1"]
        assert [units.line.reference for row in order.deliveries.all() for units in row.lines.all()] == ["L1", "L1"]
        assert (order.customer.name, order.shop.reference) == ("Kim Sample", "north")


def test_a_foreign_order_is_not_there(shop: Shop) -> None:
    make_order(shop)
    with pytest.raises(Order.DoesNotExist):
        order_seen(UserFactory(), shop="north", reference="1001")
