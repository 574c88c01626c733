"""Pages by keyset: every row once, in order, in both directions, whatever happens meanwhile."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import DateTimeField, F, Min

from accounts.domain.refusal import Refused
from accounts.tests.factories import ShopFactory
from orders.models import Customer, Order, OrderLine
from orders.paging import Page, SortKey, page_of
from orders.tests.factories import DELIVERED, PLACED, CustomerFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEWEST = (SortKey("placed_at"),)
CLOCK = (SortKey("window_closes_at", descending=False, nullable=True),)


def orders(*days: int) -> list[Order]:
    shop = ShopFactory()
    customer = CustomerFactory(shop=shop)
    return [OrderFactory(shop=shop, customer=customer, placed_at=PLACED + day * DAY) for day in days]


def lines(*days: int | None) -> list[OrderLine]:
    order = OrderFactory()
    times = [None if day is None else DELIVERED + day * DAY for day in days]
    return [OrderLineFactory(order=order, delivered_at=time) for time in times]


def forward(rows: Any, by: Sequence[SortKey], size: int) -> list[Page[Any]]:
    pages = [page_of(rows, by=by, size=size)]
    while (cursor := pages[-1].next) is not None:
        pages.append(page_of(rows, by=by, size=size, cursor=cursor))
    return pages


def backward(rows: Any, by: Sequence[SortKey], size: int, last: Page[Any]) -> list[Page[Any]]:
    pages = [last]
    while (cursor := pages[-1].previous) is not None:
        pages.append(page_of(rows, by=by, size=size, cursor=cursor))
    return pages


def test_the_first_page_is_the_newest_and_has_nothing_before_it() -> None:
    old, new = orders(1, 2)
    assert page_of(Order.objects.all(), by=NEWEST) == Page([new, old], next=None, previous=None)


def test_an_empty_list_is_one_empty_page() -> None:
    assert page_of(Order.objects.all(), by=NEWEST) == Page([], next=None, previous=None)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize(
    "by", [NEWEST, (SortKey("placed_at", descending=False),), (SortKey("total"), SortKey("placed_at"))]
)
def test_walking_forward_meets_every_row_once(size: int, by: Sequence[SortKey]) -> None:
    orders(3, 1, 2, 2, 2, 3, 1, 5)
    whole = page_of(Order.objects.all(), by=by, size=100).rows
    assert len(whole) == 8
    assert [row for page in forward(Order.objects.all(), by, size) for row in page.rows] == whole


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("descending", [True, False])
def test_rows_without_a_value_come_last_and_once(size: int, descending: bool) -> None:
    lines(3, None, 1, 2, None, 2, None, 1)
    by = (SortKey("window_closes_at", descending=descending, nullable=True),)
    rows = OrderLine.objects.all()
    whole = page_of(rows, by=by, size=100).rows
    assert [row.window_closes_at is None for row in whole] == [False] * 5 + [True] * 3
    known = [row.window_closes_at for row in whole[:5]]
    assert known == sorted(known, reverse=descending)
    assert [row for page in forward(rows, by, size) for row in page.rows] == whole


@pytest.mark.parametrize("by", [CLOCK, (SortKey("quantity"), *CLOCK), (*CLOCK, SortKey("quantity", descending=False))])
def test_walking_back_shows_the_same_pages_again(by: Sequence[SortKey]) -> None:
    lines(3, None, 1, 2, None, 2, None, 1)
    rows = OrderLine.objects.all()
    there = forward(rows, by, 3)
    back = backward(rows, by, 3, there[-1])
    assert [page.rows for page in back[::-1]] == [page.rows for page in there]
    assert back[-1].previous is None


def test_a_page_near_the_beginning_is_the_whole_first_page() -> None:
    orders(1, 2, 3, 4)
    second = page_of(
        Order.objects.all(), by=NEWEST, size=2, cursor=page_of(Order.objects.all(), by=NEWEST, size=2).next or ""
    )
    OrderFactory(shop=Order.objects.first().shop, customer=Customer.objects.get(), placed_at=PLACED + 3.5 * DAY)
    first = page_of(Order.objects.all(), by=NEWEST, size=3, cursor=second.previous or "")
    assert first == page_of(Order.objects.all(), by=NEWEST, size=3)


def test_rows_that_come_and_go_meanwhile_move_no_page() -> None:
    made = orders(1, 2, 3, 4, 5, 6)
    first = page_of(Order.objects.all(), by=NEWEST, size=2)
    OrderFactory(shop=made[0].shop, customer=made[0].customer, placed_at=PLACED + 9 * DAY)
    made[4].delete()  # the very row that the cursor names
    second = page_of(Order.objects.all(), by=NEWEST, size=2, cursor=first.next or "")
    assert second.rows == [made[3], made[2]]


def test_a_page_whose_rows_are_all_gone_still_leads_back() -> None:
    made = orders(1, 2, 3)
    first = page_of(Order.objects.all(), by=NEWEST, size=2)
    made[0].delete()
    empty = page_of(Order.objects.all(), by=NEWEST, size=2, cursor=first.next or "")
    assert (empty.rows, empty.next) == ([], None)
    assert page_of(Order.objects.all(), by=NEWEST, size=2, cursor=empty.previous or "").rows == first.rows


def test_annotations_and_texts_are_keys_like_any_other() -> None:
    made = orders(1, 2, 3)
    for order, day in zip(made, (2, 1, 3), strict=True):
        OrderLineFactory(order=order, delivered_at=DELIVERED + day * DAY)
    rows = Order.objects.annotate(closes=Min("lines__window_closes_at", output_field=DateTimeField()))
    assert [page.rows for page in forward(rows, (SortKey("closes", descending=False, nullable=True),), 1)] == [
        [made[1]],
        [made[0]],
        [made[2]],
    ]
    named = Order.objects.annotate(called=F("reference"))
    assert [row for page in forward(named, (SortKey("called"),), 2) for row in page.rows] == made[::-1]


def test_a_page_costs_one_query_and_going_back_at_most_two(django_assert_num_queries: Any) -> None:
    orders(1, 2, 3, 4, 5)
    pages = forward(Order.objects.all(), NEWEST, 2)
    with django_assert_num_queries(1):
        page_of(Order.objects.all(), by=NEWEST, size=2, cursor=pages[0].next or "")
    with django_assert_num_queries(1):
        page_of(Order.objects.all(), by=NEWEST, size=2, cursor=pages[2].previous or "")
    with django_assert_num_queries(2):
        page_of(Order.objects.all(), by=NEWEST, size=2, cursor=pages[1].previous or "")


def packed(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


TIME = "2026-05-04T12:00:00.000000Z"
BROKEN = [
    "x",
    "=",
    "é",
    "a" * 5000,
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 2500).decode(),
    packed(),
    packed("-placed_at -pk", "after"),
    packed("-placed_at -pk", "after", TIME),
    packed("placed_at pk", "after", [TIME, 1]),
    packed("-placed_at -pk", "beside", [TIME, 1]),
    packed(["-placed_at -pk"], ["after"], [TIME, 1]),
    packed("-placed_at -pk", "after", [TIME]),
    packed("-placed_at -pk", "after", [TIME, 1, 2]),
    packed("-placed_at -pk", "after", [None, 1]),
    packed("-placed_at -pk", "after", [TIME, None]),
    packed("-placed_at -pk", "after", [TIME, "1"]),
    packed("-placed_at -pk", "after", [TIME, True]),
    packed("-placed_at -pk", "after", [TIME, 1.5]),
    packed("-placed_at -pk", "after", [TIME, 2**63]),
    packed("-placed_at -pk", "after", [1, 1]),
    packed("-placed_at -pk", "after", ["2026-05-04", 1]),
    packed("-placed_at -pk", "after", ["0000-00-00T00:00:00.000000Z", 1]),
    packed("-placed_at -pk", "after", ["2026-05-04T12:00:00.000000+99:00", 1]),
]


@pytest.mark.parametrize("cursor", BROKEN)
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        page_of(Order.objects.all(), by=NEWEST, cursor=cursor)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", 7, None, ["a"]])
def test_a_text_that_no_database_takes_is_refused(text: object) -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        page_of(Order.objects.all(), by=(SortKey("reference"),), cursor=packed("-reference -pk", "after", [text, 1]))


def test_a_cursor_of_another_sort_is_refused() -> None:
    orders(1, 2, 3)
    cursor = page_of(Order.objects.all(), by=NEWEST, size=1).next or ""
    with pytest.raises(Refused, match="bad_cursor"):
        page_of(Order.objects.all(), by=(SortKey("updated_at"),), cursor=cursor)


def test_the_order_of_pages_is_that_of_the_moments_to_the_microsecond() -> None:
    made = orders(1)
    shop, customer = made[0].shop, made[0].customer
    moments = [PLACED + timedelta(microseconds=step) for step in (0, 1, 999_999)]
    for moment in moments:
        OrderFactory(shop=shop, customer=customer, placed_at=moment)
    rows = [page.rows[0] for page in forward(Order.objects.all(), NEWEST, 1)]
    assert all(newer.placed_at > older.placed_at for newer, older in pairwise(rows))
    assert isinstance(rows[0].placed_at, datetime)
    assert len(rows) == 4
