"""Lines in batches come to what lines one at a time come to, only sooner."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.models import Customer, MirrorConflict, Order
from orders.tests.factories import NOW, delivery, sent_order
from orders.tests.sent_files import answer_of, any_lines, columns_left_out, good_lines, many_orders, rows_of, written
from orders.tests.test_mirror_races import together
from orders.use_cases import Imported, Outcome, import_order, import_orders, imports

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shop() -> Shop:
    return ShopFactory()


def taken(shop: Shop, lines: list[bytes], now: datetime = NOW) -> list[Imported]:
    """The answers to the lines of a file."""
    answers = [*import_orders(shop=shop, lines=enumerate(lines, 1), now=lambda: now)]
    assert [number for number, _ in answers] == [*range(1, len(lines) + 1)]
    return [imported for _, imported in answers]


def outcomes(shop: Shop, lines: list[bytes]) -> list[str]:
    return [each.refused.code if each.refused else str(each.outcome) for each in taken(shop, lines)]


def require_same(files: list[list[bytes]], batch: int, policy: str) -> None:
    """Both ways give the same answers to one file after another, and leave the same rows."""
    alone, batched = (ShopFactory(refund_policy=policy, country="FR", time_zone="Europe/Paris") for _ in range(2))
    with patch.object(imports, "BATCH_LINES", batch):
        for hour, lines in enumerate(files):
            now = NOW + timedelta(hours=hour)
            one_by_one = [import_order(shop=alone, line=line, now=now) for line in lines]
            assert [*map(answer_of, taken(batched, lines, now))] == [*map(answer_of, one_by_one)]
            assert rows_of(batched) == rows_of(alone)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(any_lines(), max_size=8), min_size=1, max_size=2),
    st.integers(1, 8),
    st.sampled_from(["strict", "eu"]),
)
def test_any_files_come_to_the_same_as_line_by_line(files: list[list[bytes]], batch: int, policy: str) -> None:
    require_same(files, batch, policy)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(good_lines(), max_size=12), min_size=1, max_size=3), st.integers(2, 12))
def test_good_files_come_to_the_same_as_line_by_line(files: list[list[bytes]], batch: int) -> None:
    require_same(files, batch, "strict")


@pytest.mark.parametrize("versions", [*permutations([1, 2, 3]), (1, 1, 2), (2, 2, 1)])
@pytest.mark.parametrize("known", [[], ["K-1"]])
def test_a_customer_is_called_as_in_their_newest_order(versions: tuple[int, ...], known: list[str]) -> None:
    names = dict(zip(["1001", "1002", "1003"], versions, strict=True))
    orders = [
        written(name, sent_order(version=version, customer={"reference": "K-1", "name": f"Kim {name}"}))
        for name, version in names.items()
    ]
    before = [written("1000", sent_order(version=2, customer={"reference": name, "name": "Kim"})) for name in known]
    require_same([before, orders], 10, "strict")


def test_everything_that_the_mirror_keeps_is_compared() -> None:
    assert columns_left_out() == {
        "Customer": {"id", "shop"},
        "Order": {"id", "shop"},
        "OrderLine": {"id"},
        "ShippingCharge": {"id"},
        "Payment": {"id"},
        "Delivery": {"id"},
        "DeliveryLine": {"id"},
        "MirrorConflict": {"id", "shop"},
    }


def test_many_orders_take_few_statements(shop: Shop, django_assert_max_num_queries: Any) -> None:
    lines = many_orders(200)
    with django_assert_max_num_queries(11):
        assert outcomes(shop, lines) == ["created"] * 200
    with django_assert_max_num_queries(5):
        assert outcomes(shop, lines) == ["unchanged"] * 200


def test_orders_are_made_whole(shop: Shop) -> None:
    taken(shop, many_orders(200))
    order = Order.objects.get(reference="N-77")
    assert (order.customer.reference, order.lines.get().delivered_quantity) == ("K-38", 3)
    assert order.deliveries.get().lines.get().line == order.lines.get()
    assert (order.shipping.get().gross, order.payments.get().captured) == (490, 3490)
    assert rows_of(shop)["Order"] != []


def test_what_is_unchanged_was_heard_of_later_and_never_earlier(shop: Shop) -> None:
    lines = many_orders(3)
    for now in (NOW, LATER, NOW):
        taken(shop, lines, now)
    assert {order.mirrored_at for order in Order.objects.all()} == {LATER}


def test_the_second_line_of_an_order_finds_the_first(shop: Shop) -> None:
    first, other, changed = (
        written("1001", sent_order()),
        written("1002", sent_order()),
        written("1001", sent_order(version=1)),
    )
    assert outcomes(shop, [first, other, changed, first]) == ["created", "created", "changed", "version_conflict"]
    assert MirrorConflict.objects.get().order == Order.objects.get(reference="1001")


def test_a_line_that_comes_again_does_not_undo_a_batch(shop: Shop, django_assert_max_num_queries: Any) -> None:
    lines = many_orders(50)
    with django_assert_max_num_queries(20):
        assert outcomes(shop, [*lines, lines[7]]) == [*["created"] * 50, "unchanged"]


def test_a_conflict_before_the_order_does_not_know_it(shop: Shop) -> None:
    lines = [written("1001", {"lines": 1}), written("1002", sent_order()), written("1001", sent_order())]
    assert outcomes(shop, lines) == ["malformed_order", "created", "created"]
    assert MirrorConflict.objects.get().order is None


def test_one_order_that_is_refused_costs_the_others_nothing(shop: Shop) -> None:
    lines = many_orders(4)
    lines[2] = written("N-2", sent_order(deliveries=[delivery("D1", {"L1": 2}), delivery("D2", {"L1": 2})]))
    assert outcomes(shop, lines) == ["created", "created", "already_delivered", "created"]


def test_never_more_than_a_batch_of_lines_is_read_ahead(shop: Shop) -> None:
    assert most_ahead(shop, iter(many_orders(25)), batch_lines=10) == 10


def test_never_much_more_than_a_batch_of_bytes_is_read_ahead(shop: Shop) -> None:
    lines = [line[:-1] + b" " * 2_000 + b"}" for line in many_orders(9)]
    assert most_ahead(shop, iter(lines), batch_bytes=5_000) == 2


def most_ahead(shop: Shop, lines: Iterator[bytes], **limits: int) -> int:
    """The largest number of lines that were read and not answered yet."""
    read, ahead = 0, []

    def counted() -> Iterator[tuple[int, bytes]]:
        nonlocal read
        for line in lines:
            read += 1
            yield read, line

    with patch.multiple(imports, **{name.upper(): limit for name, limit in limits.items()}):
        for number, imported in import_orders(shop=shop, lines=counted(), now=lambda: NOW):
            ahead.append(read - number + 1)
            assert imported.outcome is Outcome.CREATED
    return max(ahead)


def test_an_error_of_the_source_comes_after_what_was_read_before_it(shop: Shop) -> None:
    def torn() -> Iterator[tuple[int, bytes]]:
        yield from enumerate(many_orders(3), 1)
        raise EOFError("torn")

    answers = import_orders(shop=shop, lines=torn(), now=lambda: NOW)
    assert [next(answers)[0] for _ in range(3)] == [1, 2, 3]
    with pytest.raises(EOFError, match="torn"):
        next(answers)
    assert Order.objects.count() == 3


def test_no_lines_have_no_answers(shop: Shop) -> None:
    assert taken(shop, []) == []


def meanwhile(fragment: str, change: Callable[[], Any]) -> AbstractContextManager[None]:
    """Somebody makes a change just after the first statement with this fragment."""
    changes = [change]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if fragment in sql and changes:
            changes.pop()()
        return answer

    return connection.execute_wrapper(wrapper)


def test_an_order_that_somebody_else_makes_meanwhile_is_found(shop: Shop) -> None:
    lines = many_orders(3)
    with meanwhile('"digest"', lambda: import_order(shop=shop, line=lines[1], now=NOW)):
        assert outcomes(shop, lines) == ["created", "unchanged", "created"]
    assert Order.objects.count() == 3


def test_a_customer_that_somebody_else_makes_meanwhile_is_found(shop: Shop) -> None:
    make = partial(Customer.objects.create, shop=shop, reference="K-0", name="Kim")
    with meanwhile('FROM "orders_customer"', make):
        assert outcomes(shop, many_orders(2)) == ["created", "created"]
    assert Customer.objects.get().name == "Kim 1"


def test_an_order_that_somebody_else_changes_meanwhile_is_not_taken_for_unchanged(shop: Shop) -> None:
    lines = many_orders(2)
    taken(shop, lines)
    newer = written("N-0", sent_order(version=1, payments=[]))
    with meanwhile('"digest"', lambda: import_order(shop=shop, line=newer, now=NOW)):
        assert outcomes(shop, lines) == ["version_conflict", "unchanged"]


def test_an_error_that_is_no_refusal_stops_the_import(shop: Shop) -> None:
    def fail() -> None:
        raise RuntimeError("the disk is full")

    with meanwhile("INSERT", fail), pytest.raises(RuntimeError):
        taken(shop, many_orders(2))
    assert Order.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_answered_is_committed() -> None:
    shop = ShopFactory()
    for number, _ in import_orders(shop=shop, lines=enumerate(many_orders(5), 1), now=lambda: NOW):
        assert not connection.in_atomic_block
        assert Order.objects.count() >= number


@pytest.mark.django_db(transaction=True)
def test_of_files_at_once_every_order_is_made_once() -> None:
    shop = ShopFactory()
    lines = many_orders(60)
    files = [lines, lines[::-1], lines[30:] + lines[:30]]

    class Counted:
        """How a file ended, as `together` asks for it."""

        def __init__(self, file: list[bytes]) -> None:
            self.outcome = "/".join(outcomes(shop, file))

    with patch.object(imports, "BATCH_LINES", 20):
        ended = "/".join(together(*[partial(Counted, file) for file in files])).split("/")
    assert (ended.count("created"), ended.count("unchanged")) == (60, 120)
    assert (Order.objects.count(), Customer.objects.count()) == (60, 30)
