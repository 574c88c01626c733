"""The desk that invented calls are made to: the names that the contract's examples use mean something in it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import CLIENT_SCOPES
from accounts.tests.factories import PASSWORD, ClientFactory, ShopFactory
from accounts.use_cases import issue_tokens
from config.tests.journeys.scene import Scene
from orders.models import Order
from orders.tests.factories import charge, delivery, line, payment
from support.use_cases import add_team

ORDERS = 12
ARRIVED = {"L-1": 1, "L-2": 1}


@dataclass
class Stage:
    """A shop with orders that arrived in part two days ago, a case about each, and refunds that wait for a decision."""

    scene: Scene = field(default_factory=lambda: Scene(shop=harbour()))

    def __post_init__(self) -> None:
        self.client = ClientFactory(
            username="warehouse", scopes=list(CLIENT_SCOPES), shops=[self.scene.shop], password=PASSWORD
        )
        add_team(name="Front desk", shops=[self.scene.shop], people=[self.scene.agent])
        self.orders = [self._order(str(1001 + number)) for number in range(ORDERS)]
        self.cases = [self.scene.case(order) for order in self.orders]
        self.refunds = [self.scene.refund(case, {"L-2": 1}) for case in self.cases[::2]]

    def _order(self, reference: str) -> Order:
        return self.scene.order(
            reference,
            lines=[line("L-1"), line("L-2", quantity=1, gross="240.00", tax="40.00")],
            shipping=[charge("SHIP-1")],
            payments=[payment("PAY-1", captured="274.90")],
            deliveries=[delivery("D-0", ARRIVED, at=self.scene.now - timedelta(days=2))],
        )

    def names(self) -> dict[str, list[str]]:
        """What things are called here, by what schemathesis calls them."""
        return {
            "assignees": [self.scene.agent.username, self.scene.supervisor.username],
            "cases": [case.number for case in self.cases],
            "charges": ["SHIP-1"],
            "deliveries": ["D-0", "D-1", "D-2"],
            "lines": list(ARRIVED),
            "orders": [order.reference for order in self.orders],
            "passwords": [PASSWORD],
            "payments": ["PAY-1"],
            "refunds": [f"R-{refund.pk}" for refund in self.refunds],
            "refreshes": [self.pair(self.client).refresh for _ in range(100)],
            "shops": [self.scene.shop.reference],
            "teams": ["Front desk"],
            "users": [self.client.username],
        }

    def cursor(self, list_of: str, by: User) -> str:
        """Where the second page of a list begins."""
        page = Client().get(f"/api/v1/{list_of}/?limit=1", headers={"Authorization": f"Bearer {self.pair(by).access}"})
        return parse_qs(urlsplit(page.json()["next"]).query)["cursor"][0]

    def pair(self, user: User) -> Any:
        """Fresh tokens."""
        return issue_tokens(user=user, now=timezone.now())


def harbour() -> Any:
    """The shop of the contract's examples."""
    return ShopFactory(reference="HARBOUR", name="Harbour", currency="EUR", approval_threshold=10_000)
