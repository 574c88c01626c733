"""Orders as the API tells them: plain values, made in one go, since an order may have thousands of lines."""

from datetime import UTC, datetime
from typing import Any

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.rest.problems import Fault
from orders.domain.body import BodyRefused
from orders.domain.money import to_decimal
from orders.models import Customer, Delivery, Order, OrderLine, Payment, ShippingCharge
from orders.use_cases import Imported

REFUSED = "refused"

type Json = dict[str, Any]


def order_answer(order: Order, now: datetime) -> Json:
    """The order with all it consists of (`orders.queries.order_told`), and what can go back of it at that moment."""
    currency = order.currency
    lines = list(order.lines.all())
    deliveries = list(order.deliveries.all())
    names = {line.pk: line.reference for line in lines}
    parcels = {delivery.pk: delivery.reference for delivery in deliveries}
    return {
        "shop": order.shop.reference,
        "reference": order.reference,
        "placed_at": instant(order.placed_at),
        "updated_at": instant(order.updated_at),
        "currency": currency,
        "customer": _customer(order.customer),
        "lines": [_line(line, currency, now) for line in lines],
        "shipping": [_charge(charge, currency) for charge in order.shipping.all()],
        "payments": [_payment(payment, currency) for payment in order.payments.all()],
        "deliveries": [_delivery(delivery, names, parcels) for delivery in deliveries],
        "mirrored_at": instant(order.mirrored_at),
        "policy": order.policy,
        "total": money(order.total, currency),
    }


def order_summary(order: Any) -> Json:
    """The order as a row of a list, with what `orders.queries.with_clock` adds to it."""
    return {
        "shop": order.shop.reference,
        "reference": order.reference,
        "placed_at": instant(order.placed_at),
        "updated_at": instant(order.updated_at),
        "mirrored_at": instant(order.mirrored_at),
        "customer": _customer(order.customer),
        "total": money(order.total, order.currency),
        "policy": order.policy,
        "delivered": order.is_delivered,
        "window_closes_at": instant_or_none(order.closes_at),
    }


def import_answer(number: int, imported: Imported) -> Json:
    """What became of the line of that number."""
    answer = {"line": number, "reference": imported.reference, "outcome": imported.outcome or REFUSED}
    if imported.refused is None:
        return answer
    return answer | _refusal(imported.refused) | _faults(imported.refused)


def money(minor: int, currency: str) -> Json:
    """An amount that stands alone."""
    return {"amount": to_decimal(minor, currency), "currency": currency}


def instant(moment: datetime) -> str:
    """A moment in UTC, as RFC 3339 has it."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def instant_or_none(moment: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if moment is None else instant(moment)


def _customer(customer: Customer) -> Json:
    return {"reference": customer.reference, "name": customer.name, "email": customer.email}


def _line(line: OrderLine, currency: str, now: datetime) -> Json:
    refused = line.refusal_at(now)
    return {
        "reference": line.reference,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "gross": to_decimal(line.gross, currency),
        "tax": to_decimal(line.tax, currency),
        "delivered_quantity": line.delivered_quantity,
        "held_quantity": line.held_quantity,
        "refundable_quantity": line.refundable_quantity,
        "delivered_at": instant_or_none(line.delivered_at),
        "window_closes_at": instant_or_none(line.window_closes_at),
        "refusal": None if refused is None else _refusal(refused),
    }


def _charge(charge: ShippingCharge, currency: str) -> Json:
    standard = charge.standard_gross
    return {
        "reference": charge.reference,
        "name": charge.name,
        "gross": to_decimal(charge.gross, currency),
        "tax": to_decimal(charge.tax, currency),
        "standard_gross": None if standard is None else to_decimal(standard, currency),
        "held_gross": to_decimal(charge.held_gross, currency),
        "window_closes_at": instant_or_none(charge.window_closes_at),
    }


def _payment(payment: Payment, currency: str) -> Json:
    return {
        "reference": payment.reference,
        "gateway": payment.gateway,
        "captured": to_decimal(payment.captured, currency),
        "held": to_decimal(payment.held, currency),
    }


def _delivery(delivery: Delivery, lines: dict[int, str], parcels: dict[int, str]) -> Json:
    """A parcel; its lines and what it replaces are named as the order names them."""
    return {
        "reference": delivery.reference,
        "delivered_at": instant(delivery.delivered_at),
        "returned_at": instant_or_none(delivery.returned_at),
        "replaces": parcels.get(delivery.replaces_id or 0),
        "lines": [{"line": lines[units.line_id], "quantity": units.quantity} for units in delivery.lines.all()],
    }


def _refusal(refused: Refused) -> Json:
    return {"code": refused.code, "detail": sentence(refused)}


def _faults(refused: Refused) -> Json:
    if not isinstance(refused, BodyRefused):
        return {}
    faults = [Fault(each.code, each.detail, each.pointer) for each in refused.problems]
    return {"errors": [fault.as_dict() for fault in faults]}
