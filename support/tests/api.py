"""Calling the API about cases, and what the tests of it share."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Shop, User
from accounts.tests.api import api_client_for
from orders.models import Order
from orders.tests.factories import make_order

KIM = {"reference": "KIM", "name": "Kim Sample", "email": "kim@example.test"}


def bought(shop: Shop, **changes: Any) -> Order:
    """An order of Kim's, whose reference no other customer of a test has."""
    return make_order(shop, **{"customer": KIM, **changes})


class Caller:
    """Somebody with a token."""

    def __init__(self, user: User) -> None:
        """The account that calls."""
        self.user = user
        self.client: APIClient = api_client_for(user)

    def get(self, name: str, *args: str, headers: dict[str, str] | None = None, **query: Any) -> HttpResponse:
        """Read."""
        return self.client.get(reverse(name, args=args), query, headers=headers or {})

    def send(
        self, method: str, name: str, *args: str, body: Any = None, key: str | None = "", **headers: str
    ) -> HttpResponse:
        """Write; with a key of its own unless one is given, or none (`key=None`)."""
        given = {**headers} if key is None else {"Idempotency-Key": key or uuid4().hex, **headers}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic(
            method, reverse(name, args=args), raw, content_type="application/json", headers=given
        )

    def open(self, **body: Any) -> HttpResponse:
        """A new case."""
        return self.send("POST", "api-cases", body=body)

    def change(self, number: str, seen: str | None = None, **body: Any) -> HttpResponse:
        """Another priority, category or team."""
        headers = {} if seen is None else {"If-Match": seen}
        return self.send("PATCH", "api-case", number, body=body, key=None, **headers)

    def write(self, number: str, key: str | None = "", **body: Any) -> HttpResponse:
        """Words for the story."""
        return self.send("POST", "api-case-messages", number, body=body, key=key)

    def assign(self, number: str, assignee: Any, **headers: str) -> HttpResponse:
        """Another owner."""
        return self.send("POST", "api-case-assignment", number, body={"assignee": assignee}, key=None, **headers)

    def move(self, number: str, status: Any, **headers: str) -> HttpResponse:
        """Another status."""
        return self.send("POST", "api-case-status", number, body={"status": status}, key=None, **headers)


def faults(answer: HttpResponse) -> set[tuple[str, str]]:
    """Where the answer points, and with which code."""
    return {(each.get("pointer", each.get("parameter")), each["code"]) for each in answer.json()["errors"]}


def no(answer: HttpResponse) -> tuple[int, str]:
    """The status and the code of a refusal, which is one of RFC 9457."""
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
