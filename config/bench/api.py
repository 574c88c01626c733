"""The API beside bare Django REST framework views of the same stack and rows, in one run.

Prints CPU for each call (median of the rounds), the ratio, statements, and commits for each write. Run by
`manage.py bench api`, over a database that is empty.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import override_settings
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import Shop, User
from accounts.use_cases import add_api_client
from config.bench.wsgi import Call, Desk, commits
from orders.models import Order
from orders.use_cases import setup_shop

ORDERS, WIDE_LINES, LINES = 120, 25, 3
STORY = 12


@dataclass
class Pair:
    """One call of ours beside the bare one."""

    name: str
    ours: list[Call]
    bare: list[Call]
    cpu: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "bare": []})

    def measure(self, desk: Desk, calls: int, turn: int) -> None:
        """So many calls each; who begins changes from round to round."""
        for who in ("ours", "bare") if turn % 2 else ("bare", "ours"):
            every: list[Call] = getattr(self, who)
            mine = [every.pop() if every[0].body else every[number % len(every)] for number in range(calls)]
            self.cpu[who].append(desk.cpu_of(mine))

    @property
    def medians(self) -> tuple[float, float]:
        """Milliseconds of CPU for each call: ours, bare."""
        ours, bare = (statistics.median(self.cpu[who]) * 1000 for who in ("ours", "bare"))
        return ours, bare


class Bench:
    """A desk with orders, cases and refunds, and the pairs to compare."""

    def __init__(self, rounds: int, calls: int, orders: int) -> None:
        self.rounds, self.calls = rounds, calls
        self.desk = Desk()
        setup_shop(
            reference="bench", name="Bench", currency="EUR", zone="UTC", country="DE", policy="strict", threshold="none"
        )
        shops = list(Shop.objects.all())
        self.client, secret = add_api_client(name="bench", scopes=["read", "orders", "cases", "refunds"], shops=shops)
        self.token = self._token(secret)
        self.bare_token = str(AccessToken.for_user(User.objects.get(pk=self.client.pk)))
        self.orders = [self._order(number) for number in range(orders)]
        self.cases = [self._case(order) for order in self.orders]
        self.refunds = [self._refund(number)["reference"] for number in range(orders)]

    def run(self) -> Iterator[str]:
        """The table, line by line."""
        pairs = [*self._reads(), self._writes()]
        for turn in range(self.rounds):
            for pair in pairs:
                pair.measure(self.desk, self.calls, turn)
        yield f"{'':24}{'ours ms':>9}{'bare ms':>9}{'ratio':>7}"
        for pair in pairs:
            ours, bare = pair.medians
            yield f"{pair.name:24}{ours:9.2f}{bare:9.2f}{ours / bare:7.2f}"
        yield from self._counts(pairs)

    def _counts(self, pairs: list[Pair]) -> Iterator[str]:
        """Statements of each call, and what a write leaves in the log."""
        yield ""
        for pair in pairs[:-1]:
            every, _ = self.desk.work_of(pair.ours[0])
            yield f"{pair.name:24}{every:4} statements"
        every, writing = self.desk.work_of(self._request())
        requests = [self._request() for _ in range(self.calls)]
        before = commits()
        for request in requests:
            self.desk.send(request)
        each = (commits() - before) / self.calls
        yield f"{'request a refund':24}{every:4} statements, {writing} rows written; {each:.2f} commits, so fsyncs"

    def _reads(self) -> list[Pair]:
        wide, case, refund = self.orders[0], self.cases[0], self.refunds[0]
        key = Order.objects.get(reference=wide).pk
        return [
            self._pair("read an order, 25 lines", f"shops/bench/orders/{wide}/", f"orders/{key}/"),
            self._pair("list 25 orders", "orders/", "orders/"),
            self._pair("read a case, 12 entries", f"cases/{case}/", f"cases/{case.removeprefix('C-')}/"),
            self._pair("list 25 cases", "cases/", "cases/"),
            self._pair("read a refund", f"refunds/{refund}/", f"refunds/{refund.removeprefix('R-')}/"),
            self._pair("list 25 refunds", "refunds/", "refunds/"),
        ]

    def _pair(self, name: str, ours: str, bare: str) -> Pair:
        return Pair(
            name,
            [Call("GET", f"/api/v1/{ours}", self.token)],
            [Call("GET", f"/bare/{bare}", self.bare_token)],
        )

    def _writes(self) -> Pair:
        """A refund in a case that is there, beside as many creates as it writes rows."""
        _, writing = self.desk.work_of(self._request())
        number = self.rounds * self.calls
        rows = [{"key": f"bare-{each}", "rows": writing} for each in range(number)]
        bare = [Call("POST", "/bare/writes/", self.bare_token, json.dumps(row).encode()) for row in rows]
        return Pair("request a refund", [self._request() for _ in range(number)], bare)

    def _request(self) -> Call:
        """Two units of a fresh order's line, in a case about it."""
        order = self._order(len(self.orders) + 1, LINES)
        self.orders.append(order)
        body = {
            "shop": "bench",
            "order": order,
            "case": self._case(order, story=0),
            "lines": [{"line": "L1", "quantity": 2}],
            "reason": "damaged",
        }
        return self._post("refunds/", body)

    def _refund(self, number: int) -> Any:
        body = {
            "shop": "bench",
            "order": self.orders[number],
            "case": self.cases[number],
            "lines": [{"line": f"L{each}", "quantity": 1} for each in (1, 2)],
            "reason": "damaged",
        }
        return self.desk.send(self._post("refunds/", body))

    def _case(self, order: str, story: int = STORY) -> str:
        body = {"shop": "bench", "order": order, "subject": "Broken", "body": "It broke.", "category": "damaged"}
        number: str = self.desk.send(self._post("cases/", body))["number"]
        for _ in range(story - 2):
            said = {"kind": "customer", "body": "Any news of the cup that I sent back to you last week?"}
            self.desk.send(self._post(f"cases/{number}/messages/", said))
        return number

    def _order(self, number: int, lines: int = WIDE_LINES) -> str:
        reference, now = f"B-{number}", timezone.now()
        wanted = [self._line(each) for each in range(1, lines + 1)]
        arrived = [{"line": line["reference"], "quantity": line["quantity"]} for line in wanted]
        body = {
            "placed_at": (now - timedelta(days=3, seconds=-number)).isoformat(),
            "updated_at": now.isoformat(),
            "currency": "EUR",
            "customer": {"reference": f"K-{number}", "name": "Kim Sample", "email": "kim@sample.test"},
            "lines": wanted,
            "shipping": [{"reference": "S1", "name": "Parcel", "gross": "4.90", "tax": "0.78"}],
            "payments": [{"reference": "P1", "gateway": "manual", "captured": f"{10 * lines + 10}.00"}],
            "deliveries": [
                {"reference": "D1", "delivered_at": (now - timedelta(days=1)).isoformat(), "lines": arrived}
            ],
        }
        path = f"/api/v1/shops/bench/orders/{reference}/"
        self.desk.send(Call("PUT", path, self.token, json.dumps(body).encode()))
        return reference

    def _line(self, number: int) -> dict[str, Any]:
        return {
            "reference": f"L{number}",
            "sku": f"CUP-{number}",
            "name": f"Cup {number}",
            "quantity": 3,
            "unit_price": "3.333333",
            "gross": "10.00",
            "tax": "1.60",
        }

    def _post(self, path: str, body: object) -> Call:
        headers = {"Idempotency-Key": str(uuid4())}
        return Call("POST", f"/api/v1/{path}", self.token, json.dumps(body).encode(), headers)

    def _token(self, secret: str) -> str:
        body = json.dumps({"username": "bench", "password": secret}).encode()
        token: str = self.desk.send(Call("POST", "/api/v1/token/", "", body))["access"]
        return token


@override_settings(ROOT_URLCONF="config.bench.bare")
def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench api --", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="How often each is measured; the median counts.")
    parser.add_argument("--calls", type=int, default=40, help="Calls of each in a round.")
    parser.add_argument("--orders", type=int, default=ORDERS, help="Orders that the lists have, and their pages find.")
    asked = parser.parse_args(arguments)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint = 0")  # the log then counts every commit
    for line in Bench(asked.rounds, asked.calls, asked.orders).run():
        sys.stdout.write(f"{line}\n")
    return 0
