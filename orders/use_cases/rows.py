"""Rows that say what a body says; the columns that refunds count are never among those written."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, ProtectedError

from accounts.domain.refusal import Refused
from accounts.models import Shop
from orders.domain.order_body import ChargeBody, LineBody, OrderBody, PaymentBody, digest_of
from orders.domain.parcels import Arrived
from orders.domain.window import Window
from orders.models import Order

type Values = dict[str, Any]


def order_values(body: OrderBody, now: datetime) -> Values:
    """What the order's own columns are to say."""
    return {
        "currency": body.currency,
        "placed_at": body.placed_at,
        "updated_at": body.updated_at,
        "mirrored_at": now,
        "digest": digest_of(body),
        "total": sum(line.gross for line in body.lines) + sum(charge.gross for charge in body.shipping),
    }


def stamped_values(shop: Shop) -> Values:
    """What the order keeps of its shop for life: a later change of the shop holds for orders first seen after it."""
    return {"policy": shop.refund_policy, "time_zone": shop.time_zone, "country": shop.country}


def line_values(lines: Iterable[LineBody], state: Arrived) -> dict[str, Values]:
    """What the lines' columns are to say, by reference."""
    return {
        line.reference: {
            "position": position,
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "gross": line.gross,
            "tax": line.tax,
            **arrival_values(line.reference, state),
        }
        for position, line in enumerate(lines, 1)
    }


def charge_values(charges: Iterable[ChargeBody], state: Arrived) -> dict[str, Values]:
    """What the shipping charges' columns are to say, by reference."""
    return {
        charge.reference: {
            "position": position,
            "name": charge.name,
            "gross": charge.gross,
            "tax": charge.tax,
            "standard_gross": charge.standard_gross,
            **window_values(state.shipping),
        }
        for position, charge in enumerate(charges, 1)
    }


def payment_values(payments: Iterable[PaymentBody]) -> dict[str, Values]:
    """What the payments' columns are to say, by reference."""
    return {payment.reference: {"gateway": payment.gateway, "captured": payment.captured} for payment in payments}


def arrival_values(line: str, state: Arrived) -> Values:
    """What has arrived of a line, and the window that follows from it."""
    return {"delivered_quantity": state.units[line], **window_values(state.windows[line])}


def window_values(window: Window) -> Values:
    """A window as the columns that refunds are judged by."""
    return {
        "delivered_at": window.delivered_at,
        "window_begun": window.begun,
        "window_closes_at": window.closes_at,
    }


def write_rows[M: Model](
    model: type[M], order: Order, recorded: Mapping[str, M], sent: Mapping[str, Values], **stamped: object
) -> dict[str, M]:
    """Change the rows that are there, add those that are not; return them all by reference."""
    rows = {}
    for reference, values in sent.items():
        row = recorded.get(reference)
        if row is None:
            row = model(order_id=order.pk, reference=reference, **stamped, **values)
        else:
            change_row(row, values)
        rows[reference] = row
    model._default_manager.bulk_create(row for row in rows.values() if row.pk is None)
    return rows


def change_row(row: Model, values: Values) -> None:
    """Write the columns that change, and no other."""
    changed = [column for column, value in values.items() if getattr(row, column) != value]
    for column in changed:
        setattr(row, column, values[column])
    if changed:
        row.save(update_fields=changed)


def remove_rows(rows: Mapping[str, Model], kept: Collection[str], *, code: str, word: str) -> None:
    """What a body leaves out goes, unless a refund, even a dead one, names it: then it is refused with this code."""
    for reference, row in rows.items():
        if reference not in kept:
            try:
                row.delete()
            except ProtectedError:
                raise Refused(code, **{word: reference}) from None
