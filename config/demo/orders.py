"""The demo's orders as the shop would send them: real sales, in the order body of the API, moved up to this moment."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.demo.plan import Parcel, Plan, plan_of
from orders.domain.money import round_half_up, to_decimal, to_minor
from orders.online_retail import order_body

HERE = Path(__file__).parent
SALES = HERE / "online_retail.jsonl.gz"
CUSTOMERS = HERE / "customers.csv"
VAT_SHARE = 6  # at 20 %, a sixth of what was paid
CARRIAGE = "carriage"
STANDARD_CARRIAGE = "3.95"
CARRIAGES = {"standard": ("Royal Mail Tracked 48", STANDARD_CARRIAGE), "quick": ("Courier, next day", "6.95")}

SENT_AGAIN = "521371"  # its shop reports the same parcel a second time, days later
SENT_LATE = "520323"  # its shop sends what it said before the delivery after what it said since
DAY = timedelta(days=1)

type Body = dict[str, Any]


def order_bodies(now: datetime) -> Iterator[tuple[str, Body]]:
    """Each order's reference and body, oldest first, with every moment counted back from `now`."""
    sales, customers = real_sales(), _customers()
    for place, sale in enumerate(sales):
        body = order_body(sale)
        body["customer"] = customers[sale["customer_id"]]
        yield body.pop("reference"), _moved(body, sale["invoice"], plan_of(sale, place / len(sales)), now)


def clash_with(reference: str, body: Body, now: datetime) -> Body | None:
    """For two of the orders a second body that the mirror refuses, so that supervisors have conflicts to look at."""
    if reference == SENT_AGAIN:
        again = body["deliveries"][0] | {"reference": f"{reference}-P2", "delivered_at": (now - DAY).isoformat()}
        return body | {"updated_at": now.isoformat(), "deliveries": [*body["deliveries"], again]}
    if reference == SENT_LATE:
        return body | {"updated_at": body["placed_at"], "deliveries": []}
    return None


def real_sales() -> list[dict[str, Any]]:
    """The sales as the data set has them, oldest first."""
    with gzip.open(SALES, "rt", encoding="utf-8") as rows:
        return [json.loads(row) for row in rows]


def _customers() -> dict[str, dict[str, str]]:
    with CUSTOMERS.open(encoding="utf-8", newline="") as rows:
        return {
            row["customer_id"]: {"reference": row["customer_id"], "name": row["name"], "email": row["email"]}
            for row in csv.DictReader(rows)
        }


def _moved(body: Body, invoice: str, plan: Plan, now: datetime) -> Body:
    """The body as if it had all happened just lately."""
    currency = body["currency"]
    for line in body["lines"]:
        line["tax"] = _tax(line["gross"], currency)
    lines = sum(to_minor(line["gross"], currency) for line in body["lines"])
    off = round_half_up(lines * plan.discount, 100)
    charges = _charges(plan, currency)
    total = lines - off + sum(to_minor(charge["gross"], currency) for charge in charges)
    return body | {
        "placed_at": (now - plan.placed).isoformat(),
        "updated_at": (now - _last_word(plan)).isoformat(),
        "discount": to_decimal(off, currency),
        "shipping": charges,
        "payments": _payments(invoice, plan, total, currency),
        "deliveries": _deliveries(invoice, plan, now),
    }


def _tax(gross: str, currency: str) -> str:
    return to_decimal(round_half_up(to_minor(gross, currency), VAT_SHARE), currency)


def _charges(plan: Plan, currency: str) -> list[Body]:
    if plan.carriage not in CARRIAGES:
        return []
    name, gross = CARRIAGES[plan.carriage]
    tax = _tax(gross, currency)
    return [{"reference": CARRIAGE, "name": name, "gross": gross, "tax": tax, "standard_gross": STANDARD_CARRIAGE}]


def _payments(invoice: str, plan: Plan, total: int, currency: str) -> list[Body]:
    """By card, or the first part by gift card where that leaves something for the card."""
    if not plan.paid:
        return []
    voucher = to_minor(plan.voucher, currency) if plan.voucher else 0
    parts = {"card": total - voucher, "gift-card": voucher} if voucher < total else {"card": total}
    return [
        {"reference": f"{name}-{invoice}", "gateway": "manual", "captured": to_decimal(part, currency)}
        for name, part in parts.items()
        if part
    ]


def _deliveries(invoice: str, plan: Plan, now: datetime) -> list[Body]:
    """The parcels that have arrived."""
    names = [f"{invoice}-P{number}" for number, _ in enumerate(plan.parcels, 1)]
    return [
        _delivery(name, parcel, names, now)
        for name, parcel in zip(names, plan.parcels, strict=True)
        if parcel.ago > timedelta(0)
    ]


def _delivery(name: str, parcel: Parcel, names: list[str], now: datetime) -> Body:
    delivery: Body = {
        "reference": name,
        "delivered_at": (now - parcel.ago).isoformat(),
        "lines": [{"line": line, "quantity": quantity} for line, quantity in parcel.units.items()],
    }
    if parcel.returned is not None:
        delivery["returned_at"] = (now - parcel.returned).isoformat()
    if parcel.replaces is not None:
        delivery["replaces"] = names[parcel.replaces - 1]
    return delivery


def _last_word(plan: Plan) -> timedelta:
    """How long ago the shop last changed the order."""
    parcels = [parcel.returned or parcel.ago for parcel in plan.parcels]
    return min(moment for moment in [plan.placed, *parcels] if moment > timedelta(0))
