"""The desk that the journeys walk through: one shop, its people, and orders delivered around the present moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Shop, User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.window import WINDOW
from orders.models import Order
from orders.tests.factories import charge, delivery, line, make_order, payment
from refunds.models import Refund
from refunds.use_cases import request_refund
from support.models import Case
from support.use_cases import open_case

CUPS = line("L1", quantity=3, gross="30.00", tax="5.00", name="Blue cup")
PLATE = line("L2", quantity=1, gross="12.00", tax="2.00", name="Old plate")
TABLE = line("L3", quantity=1, gross="240.00", tax="40.00", name="Oak table")


@dataclass
class Scene:
    """A shop with a threshold of €100.00, and whom one meets there."""

    now: datetime = field(default_factory=timezone.now)
    shop: Shop = field(default_factory=lambda: ShopFactory(name="Cup & Co", currency="EUR", approval_threshold=10_000))

    def __post_init__(self) -> None:
        self.agent = self.person("agent", "Ana Agent")
        self.colleague = self.person("agent", "Cleo Colleague")
        self.supervisor = self.person("supervisor", "Sam Supervisor")
        self.second = self.person("supervisor", "Sue Second")

    def person(self, role: str | None, name: str) -> User:
        """Somebody with the role in this shop."""
        return UserFactory(role=role, name=name, username=f"{name.split()[0].lower()}@example.test", shops=[self.shop])

    def order(self, reference: str = "1001", **changes: Any) -> Order:
        """Three cups and a table that arrived two days ago, and a plate whose window shut an hour ago."""
        lately, too_long_ago = self.now - timedelta(days=2), self.now - WINDOW - timedelta(hours=1)
        body = {
            "lines": [CUPS, PLATE, TABLE],
            "shipping": [charge(gross="4.90", tax="0.82")],
            "payments": [payment(captured="286.90")],
            "deliveries": [
                delivery("D1", {"L2": 1}, at=too_long_ago),
                self.arrived({"L1": 3, "L3": 1}),
            ],
            "currency": "EUR",
            "placed_at": (too_long_ago - timedelta(days=3)).isoformat(),
            "updated_at": lately.isoformat(),
        }
        return make_order(self.shop, reference=reference, now=self.now, **{**body, **changes})

    def arrived(self, brought: dict[str, int], at: datetime | None = None) -> dict[str, Any]:
        """A parcel, by default of two days ago."""
        return delivery("D2", brought, at=at or self.now - timedelta(days=2))

    def case(self, order: Order | None = None, subject: str = "Two cups arrived broken", **values: Any) -> Case:
        """A case with the customer's words."""
        asked = {"by": self.agent, "shop": self.shop, "body": "Two of the three are in pieces.", "now": self.now}
        return open_case(**{**asked, "subject": subject, "order": order or self.order(), **values})

    def refund(self, case: Case, lines: dict[str, int], **values: Any) -> Refund:
        """A refund that the agent asked for."""
        asked = {"by": self.agent, "reason": "damaged", "now": timezone.now()}
        return request_refund(**{**asked, "case": case, "lines": lines, **values})
