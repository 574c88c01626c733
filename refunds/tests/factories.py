"""Orders that were sold, cases about them, and refunds of them, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Shop, User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.window import WINDOW
from orders.models import Customer, Delivery, DeliveryLine, Order, OrderLine, Payment, ShippingCharge
from refunds.models import Refund
from refunds.use_cases import request_refund
from support.models import Case

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DELIVERED = NOW - timedelta(days=2)


def sold(
    shop: Shop,
    *lines: dict[str, Any],
    reference: str = "1001",
    payments: tuple[int, ...] | None = None,
    shipping: tuple[dict[str, Any], ...] = (),
    currency: str = "EUR",
) -> Order:
    """An order of the shop. A line: quantity, gross, tax, delivered (units), delivered_at, all with defaults."""
    customer, _ = Customer.objects.get_or_create(shop=shop, reference="K-1", defaults={"name": "Kim Sample"})
    wanted = [_line(number, **line) for number, line in enumerate(lines or ({},), 1)]
    total = sum(line["gross"] for line in wanted) + sum(charge["gross"] for charge in shipping)
    order = Order.objects.create(
        shop=shop,
        reference=reference,
        customer=customer,
        currency=currency,
        placed_at=DELIVERED - timedelta(days=1),
        updated_at=DELIVERED,
        mirrored_at=DELIVERED,
        digest="0" * 64,
        total=total,
        policy="strict",
        time_zone="UTC",
        country="DE",
    )
    _deliver([OrderLine.objects.create(order=order, **line) for line in wanted])
    arrived = max((line["delivered_at"] for line in wanted if line["delivered_at"]), default=None)
    for number, charge in enumerate(shipping, 1):
        ShippingCharge.objects.create(
            order=order, reference=f"S{number}", position=number, policy="strict", **_window(arrived), **charge
        )
    for number, captured in enumerate(payments if payments is not None else (total,), 1):
        Payment.objects.create(order=order, reference=f"P{number}", gateway="manual", captured=captured)
    return order


def _deliver(lines: list[OrderLine]) -> None:
    """A parcel for each moment at which lines arrived."""
    for number, moment in enumerate(sorted({line.delivered_at for line in lines if line.delivered_at}), 1):
        parcel = Delivery.objects.create(order=lines[0].order, reference=f"D{number}", delivered_at=moment)
        for line in lines:
            if line.delivered_at == moment:
                DeliveryLine.objects.create(delivery=parcel, line=line, quantity=line.delivered_quantity)


def _line(number: int, *, quantity: int = 3, delivered: int | None = None, delivered_at: Any = DELIVERED, **money: int):
    arrived = quantity if delivered is None else delivered
    return {
        "reference": f"L{number}",
        "position": number,
        "sku": f"CUP-{number}",
        "name": f"Cup {number}",
        "quantity": quantity,
        "unit_price": "10.00",
        "gross": money.get("gross", 1000 * quantity),
        "tax": money.get("tax", 0),
        "delivered_quantity": arrived,
        "policy": "strict",
        **_window(delivered_at if arrived else None),
    }


def _window(delivered_at: datetime | None) -> dict[str, Any]:
    if delivered_at is None:
        return {"delivered_at": None, "window_begun": False, "window_closes_at": None}
    return {"delivered_at": delivered_at, "window_begun": True, "window_closes_at": delivered_at + WINDOW}


class Desk:
    """A shop with an agent, two supervisors, an order and a case about it."""

    def __init__(
        self, *lines: dict[str, Any], threshold: int | None = 10_000, limit: int | None = 200_000, **order: Any
    ):
        self.shop = ShopFactory(currency="EUR", approval_threshold=threshold, daily_limit=limit)
        self.agent = self.person("agent")
        self.supervisor = self.person("supervisor")
        self.second = self.person("supervisor")
        self.order = sold(self.shop, *lines, **order)
        self.case = self.case_about(self.order)

    def person(self, role: str) -> User:
        """Somebody with the role in this shop."""
        return UserFactory(role=role, shops=[self.shop])

    def case_about(self, order: Order) -> Case:
        """A case of this shop about the order."""
        return Case.objects.create(
            shop=self.shop, order=order, customer=order.customer, subject="Broken", opened_at=NOW, updated_at=NOW
        )

    def request(self, lines: dict[str, int] | None = None, **values: Any) -> Refund:
        """A refund requested by the agent, of one unit of the first line by default."""
        asked = {"case": self.case, "by": self.agent, "lines": {"L1": 1} if lines is None else lines}
        return request_refund(**{**asked, "reason": "damaged", "now": NOW, **values})

    def line(self, reference: str = "L1") -> OrderLine:
        """The line as it stands in the database."""
        return self.order.lines.get(reference=reference)

    def held(self, reference: str = "L1") -> tuple[int, int, int]:
        """What refunds hold of the line: units, gross, tax."""
        line = self.line(reference)
        return line.held_quantity, line.held_gross, line.held_tax

    def story(self) -> list[str]:
        """What was told in the case, by verb."""
        return [entry.verb for entry in self.case.entries.all()]
