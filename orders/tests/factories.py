"""Orders for tests: as bodies that a shop would send, mirrored, or as bare rows.

`make_order(shop)` goes the way of life: a body is read and mirrored. The factories make single rows, for tests that
need a state no body leads to.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.domain.body import OrderBody, parse_order
from orders.domain.window import WINDOW
from orders.models import Customer, Delivery, DeliveryLine, Order, OrderLine, Payment, ShippingCharge
from orders.use_cases import mirror_order

PLACED = datetime(2026, 5, 1, 9, tzinfo=UTC)
DELIVERED = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 10, 8, tzinfo=UTC)


def line(
    reference: str = "L1", quantity: int = 3, gross: str = "30.00", tax: str = "5.00", **more: Any
) -> dict[str, Any]:
    """A line of an order body: three cups."""
    return {
        "reference": reference,
        "sku": f"CUP-{reference}",
        "name": f"Cup {reference}",
        "quantity": quantity,
        "unit_price": "10.00",
        "gross": gross,
        "tax": tax,
        **more,
    }


def charge(reference: str = "S1", gross: str = "4.90", tax: str = "0.82", **more: Any) -> dict[str, Any]:
    """A shipping charge of an order body."""
    return {"reference": reference, "name": "Parcel", "gross": gross, "tax": tax, **more}


def payment(reference: str = "P1", captured: str = "34.90", gateway: str = "manual") -> dict[str, Any]:
    """A payment of an order body."""
    return {"reference": reference, "gateway": gateway, "captured": captured}


def delivery(
    reference: str = "D1", units: Mapping[str, int] | None = None, at: datetime = DELIVERED, **more: Any
) -> dict[str, Any]:
    """A delivery of an order body: by default all three cups."""
    brought = {"L1": 3} if units is None else units
    lines = [{"line": name, "quantity": quantity} for name, quantity in brought.items()]
    times = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in more.items()}
    return {"reference": reference, "delivered_at": at.isoformat(), "lines": lines, **times}


def sent_order(*, version: int = 0, **changes: Any) -> dict[str, Any]:
    """An order body as a shop sends it: three cups, delivered; `version` is minutes after the first."""
    return {
        "placed_at": PLACED.isoformat(),
        "updated_at": (PLACED + timedelta(minutes=version)).isoformat(),
        "currency": "GBP",
        "customer": {"reference": "K-1", "name": "Kim Sample", "email": "kim@example.test"},
        "lines": [line()],
        "shipping": [charge()],
        "payments": [payment()],
        "deliveries": [delivery()],
        **changes,
    }


def read_order(**changes: Any) -> OrderBody:
    """The same, read."""
    return parse_order(sent_order(**changes))


def make_order(
    shop: Shop | None = None,
    *,
    lines: Sequence[dict[str, Any]] | None = None,
    delivered_at: datetime | None = DELIVERED,
    reference: str = "1001",
    now: datetime = NOW,
    **changes: Any,
) -> Order:
    """A mirrored order, every unit of it delivered at that time (`None`: not yet), paid in full by hand."""
    wanted = [line()] if lines is None else list(lines)
    arrived = [delivery(units={each["reference"]: each["quantity"] for each in wanted}, at=delivered_at or DELIVERED)]
    body = {"lines": wanted, "payments": [payment(captured="9999.00")], "deliveries": arrived if delivered_at else []}
    shop = shop or ShopFactory()
    return mirror_order(shop=shop, reference=reference, body=read_order(**{**body, **changes}), now=now).order


class CustomerFactory(DjangoModelFactory[Customer]):
    """A buyer of a shop."""

    class Meta:
        model = Customer

    shop = factory.SubFactory(ShopFactory)
    reference = factory.Sequence(lambda number: f"K-{number}")
    name = factory.Sequence(lambda number: f"Kim Sample {number}")
    email = factory.Sequence(lambda number: f"kim{number}@example.test")


class OrderFactory(DjangoModelFactory[Order]):
    """An order without lines, stamped with its shop's policy, zone and country."""

    class Meta:
        model = Order

    shop = factory.SubFactory(ShopFactory)
    customer = factory.SubFactory(CustomerFactory, shop=factory.SelfAttribute("..shop"))
    reference = factory.Sequence(lambda number: f"{1000 + number}")
    currency = factory.SelfAttribute("shop.currency")
    placed_at = PLACED
    updated_at = PLACED
    mirrored_at = PLACED
    digest = "0" * 64
    total = 3000
    policy = factory.SelfAttribute("shop.refund_policy")
    time_zone = factory.SelfAttribute("shop.time_zone")
    country = factory.SelfAttribute("shop.country")


class HeldWindowFactory(DjangoModelFactory[Any]):
    """Something with a refund window: `delivered_at=None` for what has not arrived."""

    class Meta:
        abstract = True

    order = factory.SubFactory(OrderFactory)
    delivered_at = DELIVERED
    window_begun = factory.LazyAttribute(lambda row: row.delivered_at is not None)
    window_closes_at = factory.LazyAttribute(lambda row: row.delivered_at and row.delivered_at + WINDOW)
    policy = factory.SelfAttribute("order.policy")


class OrderLineFactory(HeldWindowFactory):
    """Three cups for 30.00, all of them delivered."""

    class Meta:
        model = OrderLine

    reference = factory.Sequence(lambda number: f"L{number}")
    position = 1
    sku = "CUP"
    name = "Cup"
    quantity = 3
    unit_price = "10.00"
    gross = 3000
    tax = 500
    delivered_quantity = factory.LazyAttribute(lambda row: row.quantity if row.delivered_at else 0)


class ShippingChargeFactory(HeldWindowFactory):
    """A parcel for 4.90."""

    class Meta:
        model = ShippingCharge

    reference = factory.Sequence(lambda number: f"S{number}")
    position = 1
    name = "Parcel"
    gross = 490
    tax = 82


class PaymentFactory(DjangoModelFactory[Payment]):
    """30.00 by hand."""

    class Meta:
        model = Payment

    order = factory.SubFactory(OrderFactory)
    reference = factory.Sequence(lambda number: f"P{number}")
    gateway = "manual"
    captured = 3000


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A parcel; `units` (line → quantity) says what it brought. The lines' windows are not its business."""

    class Meta:
        model = Delivery
        skip_postgeneration_save = True

    order = factory.SubFactory(OrderFactory)
    reference = factory.Sequence(lambda number: f"D{number}")
    delivered_at = DELIVERED

    @factory.post_generation
    def units(self, create: bool, extracted: Mapping[OrderLine, int] | None, **more: Any) -> None:
        for row, quantity in (extracted or {}).items():
            DeliveryLine.objects.create(delivery=self, line=row, quantity=quantity)
