"""Deliveries that are told alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.domain.refusal import Refused
from orders.domain.order_body import DeliveredUnits, DeliveryBody
from orders.domain.window import WINDOW
from orders.models import MirrorConflict, Order
from orders.tests.factories import DELIVERED, NOW, delivery, line, make_order, read_order
from orders.use_cases import Outcome, add_delivery, mirror_order

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def order() -> Order:
    return make_order(lines=[line("L1"), line("L2")], delivered_at=None)


def read_delivery(sent: dict[str, Any]) -> DeliveryBody:
    returned_at = sent.get("returned_at")
    return DeliveryBody(
        reference=sent["reference"],
        delivered_at=datetime.fromisoformat(sent["delivered_at"]),
        returned_at=datetime.fromisoformat(returned_at) if returned_at else None,
        replaces=sent.get("replaces"),
        lines=tuple(DeliveredUnits(**units) for units in sent["lines"]),
    )


def deliver(order: Order, *args: Any, now: Any = NOW, **more: Any) -> Outcome:
    return add_delivery(order=order, delivery=read_delivery(delivery(*args, **more)), now=now).outcome


def refusal(order: Order, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        deliver(order, *args, **more)
    assert MirrorConflict.objects.filter(order=order, code=refused.value.code).exists()
    return refused.value.code


def windows(order: Order) -> dict[str, Any]:
    return {row.reference: row.window_closes_at for row in order.lines.all()}


def test_a_delivery_opens_the_windows_of_what_it_brought(order: Order) -> None:
    assert deliver(order, "D1", {"L1": 2}) is Outcome.CHANGED
    assert windows(order) == {"L1": DELIVERED + WINDOW, "L2": None}
    assert order.lines.get(reference="L1").delivered_quantity == 2
    assert order.shipping.get().window_closes_at == DELIVERED + WINDOW


def test_a_line_in_several_parcels_counts_from_its_last(order: Order) -> None:
    deliver(order, "D1", {"L1": 2})
    deliver(order, "D2", {"L1": 1, "L2": 3}, DELIVERED + DAY)
    assert windows(order) == dict.fromkeys(("L1", "L2"), DELIVERED + DAY + WINDOW)


def test_the_same_delivery_again_changes_nothing_but_how_old_the_mirror_is(order: Order) -> None:
    deliver(order, "D1", {"L1": 2})
    assert deliver(order, "D1", {"L1": 2}, now=NOW + DAY) is Outcome.UNCHANGED
    order.refresh_from_db()
    assert order.mirrored_at == NOW + DAY
    assert order.deliveries.get().lines.count() == 1


def test_a_delivery_may_turn_out_earlier_and_gain_units(order: Order) -> None:
    deliver(order, "D1", {"L1": 2})
    deliver(order, "D1", {"L1": 3, "L2": 1}, DELIVERED - DAY)
    assert windows(order) == dict.fromkeys(("L1", "L2"), DELIVERED - DAY + WINDOW)
    assert {row.line.reference: row.quantity for row in order.deliveries.get().lines.all()} == {"L1": 3, "L2": 1}


def test_a_delivery_survives_a_later_body_that_does_not_know_it(order: Order) -> None:
    deliver(order, "D1", {"L1": 2})
    body = read_order(version=1, lines=[line("L1"), line("L2")], deliveries=[])
    mirror_order(shop=order.shop, reference=order.reference, body=body, now=NOW)
    assert windows(order)["L1"] == DELIVERED + WINDOW


def test_a_redelivery_is_recorded_with_what_it_replaces(order: Order) -> None:
    deliver(order, "D1", {"L1": 3}, returned_at=DELIVERED + DAY)
    deliver(order, "D2", {"L1": 3}, DELIVERED + 2 * DAY, replaces="D1")
    assert order.deliveries.get(reference="D2").replaces.reference == "D1"
    assert windows(order)["L1"] == DELIVERED + 2 * DAY + WINDOW


def test_a_wrong_delivery_is_refused_and_kept(order: Order) -> None:
    deliver(order, "D1", {"L1": 3})
    assert refusal(order, "D2", {"L9": 1}) == "line_unknown"
    assert refusal(order, "D2", {"L1": 1}) == "already_delivered"
    assert refusal(order, "D2", {"L2": 4}) == "already_delivered"
    assert refusal(order, "D1", {"L1": 3}, DELIVERED + DAY) == "delivered_later"
    assert refusal(order, "D1", {"L1": 2}) == "delivery_changed"
    assert refusal(order, "D2", {"L2": 1}, NOW + DAY) == "delivered_in_future"
    assert refusal(order, "D2", {"L2": 1}, replaces="D1") == "replaced_not_returned"
    assert windows(order) == {"L1": DELIVERED + WINDOW, "L2": None}


def test_a_refused_delivery_does_not_make_the_mirror_younger(order: Order) -> None:
    with pytest.raises(Refused):
        deliver(order, "D1", {"L9": 1}, now=NOW + DAY)
    order.refresh_from_db()
    assert order.mirrored_at == NOW
