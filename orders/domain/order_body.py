"""An order as a shop sends it, read: money in minor units, times in UTC, texts exactly as given."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CustomerBody:
    """The buyer, as the shop knows them; `email` is empty when there is none."""

    reference: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LineBody:
    """A product and a quantity; `gross` (with `tax` inside) is what was paid for the whole line, in minor units."""

    reference: str
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    gross: int
    tax: int


@dataclass(frozen=True, slots=True)
class ChargeBody:
    """A shipping charge, in minor units."""

    reference: str
    name: str
    gross: int
    tax: int
    standard_gross: int | None


@dataclass(frozen=True, slots=True)
class PaymentBody:
    """Money captured at a gateway, in minor units."""

    reference: str
    gateway: str
    captured: int


@dataclass(frozen=True, slots=True)
class DeliveredUnits:
    """Units of a line in a parcel."""

    line: str
    quantity: int


@dataclass(frozen=True, slots=True)
class DeliveryBody:
    """A parcel that arrived; `replaces` names the delivery that came back before."""

    reference: str
    delivered_at: datetime
    returned_at: datetime | None
    replaces: str | None
    lines: tuple[DeliveredUnits, ...]


@dataclass(frozen=True, slots=True)
class OrderBody:
    """A whole order. `discount` (minor units) has been spread over the lines already. Times are in UTC."""

    placed_at: datetime
    updated_at: datetime
    currency: str
    customer: CustomerBody
    lines: tuple[LineBody, ...]
    discount: int
    shipping: tuple[ChargeBody, ...]
    payments: tuple[PaymentBody, ...]
    deliveries: tuple[DeliveryBody, ...]


def digest_of(order: OrderBody) -> str:
    """The same for the same content, in whatever order its parts were sent (SHA-256, hexadecimal)."""
    head = replace(order, lines=(), shipping=(), payments=(), deliveries=())
    deliveries = (replace(one, lines=tuple(sorted(one.lines, key=repr))) for one in order.deliveries)
    parts = [sorted(map(repr, part)) for part in (order.lines, order.shipping, order.payments, deliveries)]
    return hashlib.sha256(repr((head, parts)).encode()).hexdigest()
