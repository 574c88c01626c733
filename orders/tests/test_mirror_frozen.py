"""What refunds hold of an order, the mirror leaves as it is."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.domain.refusal import Refused
from accounts.tests.factories import UserFactory
from orders.models import MirrorConflict, Order
from orders.tests.factories import DELIVERED, NOW, charge, delivery, line, make_order, payment, read_order
from orders.tests.test_deliveries import read_delivery
from orders.use_cases import Outcome, add_delivery, mirror_order
from refunds.models import Refund
from refunds.use_cases import reject_refund, request_refund
from support.models import Case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LINES = [line("L1", gross="27.00", tax="4.50"), line("L2", gross="30.00", tax="5.00")]
PARCEL = delivery(units={"L1": 3, "L2": 3})
CONTENT = {
    "lines": LINES,
    "shipping": [charge("S1"), charge("S2")],
    "payments": [payment("P1", captured="60.00"), payment("P2", captured="50.00")],
    "deliveries": [PARCEL],
}


@pytest.fixture
def order() -> Order:
    return make_order(**CONTENT)


@pytest.fixture
def held(order: Order) -> Refund:
    """Two units of L1 and the whole charge S1, drawn on P2 (the smallest payment that covers them)."""
    case = Case.objects.create(shop=order.shop, order=order, subject="Broken", opened_at=NOW, updated_at=NOW)
    agent = UserFactory(shops=[order.shop])
    shipping = {"S1": order.shipping.get(reference="S1").gross}
    return request_refund(case=case, by=agent, lines={"L1": 2}, shipping=shipping, reason="damaged", now=NOW)


def mirror(order: Order, **changes: Any) -> Outcome:
    body = read_order(version=1, **{**CONTENT, **changes})
    return mirror_order(shop=order.shop, reference=order.reference, body=body, now=NOW).outcome


def refusal(order: Order, **changes: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        mirror(order, **changes)
    assert MirrorConflict.objects.get(order=order).code == refused.value.code
    return refused.value


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    "other",
    [
        line("L1", quantity=4, gross="27.00", tax="4.50"),
        line("L1", gross="26.99", tax="4.50"),
        line("L1", gross="27.00", tax="4.49"),
        None,
    ],
    ids=["quantity", "gross", "tax", "gone"],
)
def test_a_held_line_keeps_quantity_gross_and_tax(order: Order, other: dict[str, Any] | None) -> None:
    units = {"L1": 3, "L2": 3} if other else {"L2": 3}
    lines = [other, LINES[1]] if other else [LINES[1]]
    refused = refusal(order, lines=lines, deliveries=[delivery(units=units)])
    assert (refused.code, refused.parameters) == ("line_frozen", {"line": "L1"})
    assert order.lines.count() == 2


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    "charges", [[charge("S1", gross="5.00"), charge("S2")], [charge("S1", tax="0.81"), charge("S2")], [charge("S2")]]
)
def test_a_held_shipping_charge_is_frozen_like_a_line(order: Order, charges: list[dict[str, Any]]) -> None:
    refused = refusal(order, shipping=charges)
    assert (refused.code, refused.parameters) == ("line_frozen", {"line": "S1"})


@pytest.mark.usefixtures("held")
def test_what_is_not_held_beside_it_may_change_or_go(order: Order) -> None:
    lines = [
        line("L1", gross="27.00", tax="4.50", name="Cup, renamed", sku="NEW"),
        line("L2", gross="20.00", tax="0.00"),
    ]
    assert mirror(order, lines=lines, shipping=[charge("S1", name="Post")]) is Outcome.CHANGED
    row = order.lines.get(reference="L1")
    assert (row.name, row.sku, row.held_quantity) == ("Cup, renamed", "NEW", 2)
    assert order.lines.get(reference="L2").gross == 2000
    assert order.shipping.get().held_gross == 490


@pytest.mark.usefixtures("held")
def test_counters_survive_a_newer_body(order: Order) -> None:
    mirror(order, deliveries=[delivery(units={"L1": 3, "L2": 3}, at=DELIVERED - DAY)])
    row = order.lines.get(reference="L1")
    assert (row.held_quantity, row.held_gross, row.held_tax) == (2, 1800, 300)
    assert order.payments.get(reference="P2").held == 1800 + 490


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("payments", [[payment("P2", captured="22.89")], [payment("P1")], []])
def test_captured_never_falls_below_held(order: Order, payments: list[dict[str, Any]]) -> None:
    refused = refusal(order, payments=payments)
    assert (refused.code, refused.parameters) == ("captured_below_held", {"payment": "P2", "held": "22.90 GBP"})


@pytest.mark.usefixtures("held")
def test_captured_may_fall_to_what_is_held(order: Order) -> None:
    mirror(order, payments=[payment("P2", captured="22.90")])
    assert order.payments.get().captured == 2290


@pytest.mark.usefixtures("held")
def test_held_money_stays_at_its_gateway(order: Order) -> None:
    assert refusal(order, payments=[payment("P2", captured="50.00", gateway="stripe")]).code == "payment_in_use"


def test_what_a_dead_refund_names_may_change_but_never_go(order: Order, held: Refund) -> None:
    supervisor = UserFactory(role="supervisor", shops=[order.shop])
    reject_refund(refund=held, by=supervisor, reason="no", now=NOW)
    lines = [line("L1", gross="1.00", tax="0.00"), LINES[1]]
    assert mirror(order, lines=lines) is Outcome.CHANGED
    body = read_order(version=2, **{**CONTENT, "lines": lines, "shipping": [charge("S2")]})
    with pytest.raises(Refused, match="line_frozen"):
        mirror_order(shop=order.shop, reference=order.reference, body=body, now=NOW)
    body = read_order(version=2, **{**CONTENT, "lines": lines, "payments": [payment("P1", captured="60.00")]})
    with pytest.raises(Refused, match="payment_in_use"):
        mirror_order(shop=order.shop, reference=order.reference, body=body, now=NOW)


@pytest.mark.usefixtures("held")
def test_units_that_refunds_hold_stay_delivered_whatever_is_sent_again(order: Order) -> None:
    add_delivery(
        order=order, delivery=read_delivery(delivery(units={"L1": 3, "L2": 3}, returned_at=DELIVERED)), now=NOW
    )
    again = read_delivery(delivery("D2", {"L1": 1}, DELIVERED + DAY, replaces="D1"))
    with pytest.raises(Refused, match="delivered_below_held"):
        add_delivery(order=order, delivery=again, now=NOW)


def test_a_refund_keeps_its_frozen_window_when_the_order_moves(order: Order, held: Refund) -> None:
    mirror(order, deliveries=[delivery(units={"L1": 3, "L2": 3}, at=DELIVERED - DAY)])
    assert held.lines.get(order_line__reference="L1").delivered_at == DELIVERED
    assert order.lines.get(reference="L1").delivered_at == DELIVERED - DAY
