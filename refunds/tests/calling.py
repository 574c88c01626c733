"""Asking for refunds by the API, for tests."""

from itertools import count
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory
from orders.models import Order
from refunds.tests.factories import Desk, sold

QUOTE = "/api/v1/refunds/quote/"
REFUNDS = "/api/v1/refunds/"
KEYS = count(1)


def answer_of(response: Any, status: int = 201) -> dict[str, Any]:
    """What was answered, with this status."""
    assert response.status_code == status, response.content
    said: dict[str, Any] = response.json()
    return said


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem, with this status and this code for the whole."""
    assert response["Content-Type"] == "application/problem+json"
    problem = answer_of(response, status)
    assert problem["code"] == code, problem
    return problem


class Counter(Desk):
    """A desk that programs come to: `calls` is a client with the scope refunds, `as_agent` the agent's program."""

    def __init__(self, *lines: dict[str, Any], **values: Any) -> None:
        super().__init__(*lines, **values)
        self.client = self.program()
        self.calls = api_client_for(self.client)

    def program(self, *scopes: str) -> User:
        """A client of this shop."""
        return ClientFactory(scopes=scopes or ["refunds"], shops=[self.shop])

    def asked(self, lines: dict[str, Any] | list[Any] | None = None, **values: Any) -> dict[str, Any]:
        """The body of a quote: one unit of the first line by default."""
        named = {"L1": 1} if lines is None else lines
        wanted = (
            [{"line": line, "quantity": units} for line, units in named.items()] if isinstance(named, dict) else named
        )
        return {"shop": self.shop.reference, "order": self.order.reference, "lines": wanted, **values}

    def quote(self, lines: Any = None, calls: APIClient | None = None, **values: Any) -> Any:
        """What would go back."""
        return (calls or self.calls).post(QUOTE, self.asked(lines, **values))

    def ask(self, lines: Any = None, calls: APIClient | None = None, key: str | None = None, **values: Any) -> Any:
        """Ask for it, with a key of its own."""
        body = {**self.asked(lines), "reason": "damaged", **values}
        return (calls or self.calls).post(REFUNDS, body, headers={"Idempotency-Key": key or f"key-{next(KEYS)}"})

    def decide(self, reference: str, verb: str, by: User, **body: Any) -> Any:
        """Approve, reject or cancel."""
        return api_client_for(by).post(f"{REFUNDS}{reference}/{verb}/", body)

    def waiting(self, **values: Any) -> str:
        """The reference of a refund that waits for a second person, asked for by the agent."""
        return self.request({"L1": 3}, version=None, **values).reference

    def another_order(self, reference: str = "1002") -> Order:
        """Another order of the same shop."""
        return sold(self.shop, reference=reference)
