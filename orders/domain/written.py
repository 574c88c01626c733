"""An order that was read, written again as the API's body: decimal strings, and its discount spread over the lines."""

from orders.domain.money import to_decimal
from orders.domain.order_body import ChargeBody, DeliveryBody, LineBody, OrderBody

type Json = dict[str, object]


def written_order(order: OrderBody) -> Json:
    """The order body; reading it again gives the same order."""
    currency = order.currency
    return {
        "placed_at": order.placed_at.isoformat(),
        "updated_at": order.updated_at.isoformat(),
        "currency": currency,
        "customer": {
            "reference": order.customer.reference,
            "name": order.customer.name,
            "email": order.customer.email,
        },
        "lines": [_line(line, currency) for line in order.lines],
        "shipping": [_charge(charge, currency) for charge in order.shipping],
        "payments": [
            {"reference": one.reference, "gateway": one.gateway, "captured": to_decimal(one.captured, currency)}
            for one in order.payments
        ],
        "deliveries": [written_delivery(delivery) for delivery in order.deliveries],
    }


def written_delivery(delivery: DeliveryBody) -> Json:
    """One delivery of the order body."""
    return {
        "reference": delivery.reference,
        "delivered_at": delivery.delivered_at.isoformat(),
        "returned_at": delivery.returned_at.isoformat() if delivery.returned_at else None,
        "replaces": delivery.replaces,
        "lines": [{"line": units.line, "quantity": units.quantity} for units in delivery.lines],
    }


def _line(line: LineBody, currency: str) -> Json:
    return {
        "reference": line.reference,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "gross": to_decimal(line.gross, currency),
        "tax": to_decimal(line.tax, currency),
    }


def _charge(charge: ChargeBody, currency: str) -> Json:
    standard = charge.standard_gross
    return {
        "reference": charge.reference,
        "name": charge.name,
        "gross": to_decimal(charge.gross, currency),
        "tax": to_decimal(charge.tax, currency),
        "standard_gross": None if standard is None else to_decimal(standard, currency),
    }
