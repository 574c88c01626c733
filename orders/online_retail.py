"""Sales of the Online Retail data sets (UCI Machine Learning Repository) as order bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.domain.refusal import Refused
from orders.domain.money import exponent, round_half_up, to_decimal, to_minor, to_price

ZONE = ZoneInfo("Europe/London")
"""The merchant sat in the United Kingdom, and the times of the source name no zone."""


def order_body(sale: Mapping[str, Any], *, days: int = 0) -> dict[str, Any]:
    """A sale as the order body that imports take: delivered `days` after it was sold, paid by hand in one sum.

    A line's gross is units × price, rounded half up to the minor unit. Refusals: sale_malformed (with the field),
    total_differs, and those of money.
    """
    try:
        return _order_body(sale, days)
    except KeyError as error:
        raise Refused("sale_malformed", field=error.args[0]) from None


def _order_body(sale: Mapping[str, Any], days: int) -> dict[str, Any]:
    currency = _text(sale, "currency")
    reference = _text(sale, "invoice")
    lines = [_line(line, currency) for line in _rows(sale)]
    total = sum(to_minor(line["gross"], currency) for line in lines)
    _require_total(sale, total, currency)
    sold_at = _sold_at(sale)
    return {
        "reference": reference,
        "placed_at": sold_at.isoformat(),
        "updated_at": sold_at.isoformat(),
        "currency": currency,
        "customer": _customer(sale, reference),
        "lines": lines,
        "shipping": [],
        "payments": [{"reference": reference, "gateway": "manual", "captured": to_decimal(total, currency)}],
        "deliveries": [_delivery(reference, sold_at, days, lines)],
    }


def _rows(sale: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = sale["lines"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("sale_malformed", field="lines")
    return rows


def _line(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """One line of the invoice. Several may name one product, so the invoice's own numbers tell them apart."""
    quantity = row["quantity"]
    if type(quantity) is not int or quantity <= 0:
        raise Refused("sale_malformed", field="quantity")
    sku = _text(row, "stock_code")
    price = _text(row, "unit_price")
    description = row["description"]
    if not isinstance(description, str | None):
        raise Refused("sale_malformed", field="description")
    return {
        "reference": _number(row),
        "sku": sku,
        "name": description if description and description.strip() else sku,
        "quantity": quantity,
        "unit_price": price,
        "gross": to_decimal(_gross(quantity, to_price(price), currency), currency),
        "tax": to_decimal(0, currency),
    }


def _number(row: Mapping[str, Any]) -> str:
    number = row["line_no"]
    if type(number) is not int:
        raise Refused("sale_malformed", field="line_no")
    return str(number)


def _gross(quantity: int, price: Decimal, currency: str) -> int:
    top, bottom = price.as_integer_ratio()
    return round_half_up(quantity * top * 10 ** exponent(currency), bottom)


def _require_total(sale: Mapping[str, Any], total: int, currency: str) -> None:
    """Where the sale names its total, the lines must come to it: nobody's money is guessed."""
    if "total" in sale and to_minor(_text(sale, "total"), currency) != total:
        raise Refused("total_differs", total=sale["total"], lines=to_decimal(total, currency))


def _sold_at(sale: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(sale, "sold_at"))
    except ValueError:
        raise Refused("sale_malformed", field="sold_at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _customer(sale: Mapping[str, Any], reference: str) -> dict[str, str]:
    """The customer by their number, the only thing the source tells; or a guest of this one sale."""
    number = sale.get("customer_id")
    if number:
        return {"reference": str(number), "name": f"Customer {number}"}
    return {"reference": f"guest-{reference}", "name": f"Guest of sale {reference}"}


def _delivery(reference: str, sold_at: datetime, days: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    delivered_at = (sold_at.astimezone(UTC) + timedelta(days=days)).astimezone(sold_at.tzinfo)
    units = [{"line": line["reference"], "quantity": line["quantity"]} for line in lines]
    return {"reference": reference, "delivered_at": delivered_at.isoformat(), "lines": units}


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row[field]
    if not isinstance(value, str) or not value:
        raise Refused("sale_malformed", field=field)
    return value
