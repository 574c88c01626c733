"""What the contract shows of orders: one order, from what the shop sends to what the mirror tells."""

import json
from typing import Any

type Json = dict[str, Any]

CUSTOMER: Json = {"reference": "K-81", "name": "Kim Sample", "email": "kim@example.com"}
LINE_SENT: Json = {
    "reference": "L-1",
    "sku": "CUP-BLUE",
    "name": "Blue cup",
    "quantity": 3,
    "unit_price": "10.00",
    "gross": "30.00",
    "tax": "5.00",
}
CHARGE_SENT: Json = {
    "reference": "SHIP-1",
    "name": "Express parcel",
    "gross": "9.90",
    "tax": "1.65",
    "standard_gross": "4.90",
}
PAYMENT_SENT: Json = {"reference": "PAY-1", "gateway": "manual", "captured": "39.90"}
DELIVERY_SENT: Json = {
    "reference": "D-1",
    "delivered_at": "2026-05-04T12:00:00+02:00",
    "lines": [{"line": "L-1", "quantity": 2}],
}
ORDER_SENT: Json = {
    "placed_at": "2026-05-01T09:00:00+02:00",
    "updated_at": "2026-05-04T14:31:07+02:00",
    "currency": "EUR",
    "customer": CUSTOMER,
    "lines": [LINE_SENT],
    "shipping": [CHARGE_SENT],
    "payments": [PAYMENT_SENT],
    "deliveries": [DELIVERY_SENT],
}
ORDER: Json = {
    "shop": "HARBOUR",
    "reference": "1001",
    "placed_at": "2026-05-01T07:00:00Z",
    "updated_at": "2026-05-04T12:31:07Z",
    "currency": "EUR",
    "customer": CUSTOMER,
    "lines": [
        {
            **LINE_SENT,
            "unit_price": "10.000000",
            "delivered_quantity": 2,
            "held_quantity": 1,
            "refundable_quantity": 1,
            "delivered_at": "2026-05-04T10:00:00Z",
            "window_closes_at": "2026-05-18T10:00:00Z",
            "refusal": None,
        }
    ],
    "shipping": [{**CHARGE_SENT, "held_gross": "0.00", "window_closes_at": "2026-05-18T10:00:00Z"}],
    "payments": [{**PAYMENT_SENT, "held": "10.00"}],
    "deliveries": [{**DELIVERY_SENT, "delivered_at": "2026-05-04T10:00:00Z", "returned_at": None, "replaces": None}],
    "mirrored_at": "2026-05-04T12:31:09.204817Z",
    "policy": "strict",
    "total": {"amount": "39.90", "currency": "EUR"},
}
SUMMARY: Json = {
    "shop": "HARBOUR",
    "reference": "1001",
    "placed_at": "2026-05-01T07:00:00Z",
    "updated_at": "2026-05-04T12:31:07Z",
    "mirrored_at": "2026-05-04T12:31:09.204817Z",
    "customer": CUSTOMER,
    "total": {"amount": "39.90", "currency": "EUR"},
    "policy": "strict",
    "delivered": True,
    "window_closes_at": "2026-05-18T10:00:00Z",
}


def _lines(*documents: Json) -> str:
    return "".join(f"{json.dumps(document)}\n" for document in documents)


LINES_SENT = _lines({"reference": "1001", **ORDER_SENT}, {"reference": "1002", **ORDER_SENT, "currency": "XYZ"})
LINES_ANSWERED = _lines(
    {"line": 1, "reference": "1001", "outcome": "created"},
    {
        "line": 2,
        "reference": "1002",
        "outcome": "refused",
        "code": "malformed_order",
        "detail": "This is not an order.",
        "errors": [
            {"pointer": "/currency", "code": "currency_unknown", "detail": "This is not a currency of ISO 4217."}
        ],
    },
)
