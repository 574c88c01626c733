"""Rows by the thousand are rows like others: with defaults, keys, constraints and triggers."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders.bulk import ROWS, insert_rows
from orders.models import OrderLine
from orders.tests.factories import DELIVERED, OrderFactory

pytestmark = pytest.mark.django_db


def a_line(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "order_id": OrderFactory.create(reference="1001").pk if "order_id" not in changes else None,
        "reference": reference,
        "position": 1,
        "sku": "CUP",
        "name": "Cup",
        "quantity": 3,
        "unit_price": Decimal("10.5"),
        "gross": 3000,
        "tax": 500,
        "delivered_at": DELIVERED,
        "window_begun": True,
        "policy": "strict",
        **changes,
    }


def test_a_row_says_what_it_was_given_and_defaults_elsewhere() -> None:
    (key,) = insert_rows(OrderLine, [a_line("L1")])
    line = OrderLine.objects.get()
    assert (line.pk, line.reference, line.unit_price, line.delivered_at) == (key, "L1", Decimal("10.5"), DELIVERED)
    assert (line.window_begun, line.window_closes_at, line.delivered_quantity, line.held_gross) == (True, None, 0, 0)


def test_keys_come_in_the_sequence_of_the_rows_also_of_several_statements() -> None:
    order = OrderFactory.create()
    names = [f"L{number}" for number in range(ROWS + 2)]
    keys = insert_rows(OrderLine, [a_line(name, order_id=order.pk) for name in names])
    assert dict(OrderLine.objects.values_list("pk", "reference")) == dict(zip(keys, names, strict=True))


def test_no_rows_have_no_keys() -> None:
    assert insert_rows(OrderLine, []) == []


@pytest.mark.parametrize(
    ("changes", "guard"), [({"tax": 3001}, "order_line_money_in_bounds"), ({"held_tax": 1}, "counter_guarded")]
)
def test_constraints_and_triggers_are_asked(changes: dict[str, Any], guard: str) -> None:
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        insert_rows(OrderLine, [a_line("L1", **changes)])
