"""The order body of the API: read strictly, every problem told at once, a discount spread over the lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from accounts.domain.refusal import Refused
from orders.domain.allocation import largest_remainder
from orders.domain.money import EXPONENTS, MAX_TOTAL, round_half_up
from orders.domain.order_body import (
    ChargeBody,
    CustomerBody,
    DeliveredUnits,
    DeliveryBody,
    LineBody,
    OrderBody,
    PaymentBody,
    digest_of,
)
from orders.domain.reading import Problem, Reader

__all__ = [
    "BodyRefused",
    "ChargeBody",
    "CustomerBody",
    "DeliveredUnits",
    "DeliveryBody",
    "LineBody",
    "OrderBody",
    "PaymentBody",
    "Problem",
    "digest_of",
    "opened",
    "parse_order",
    "read_delivery",
]

REFERENCE_LENGTH = 120
SKU_LENGTH = 120
NAME_LENGTH = 255
EMAIL_LENGTH = 254
MOST_LINES = 5_000
MOST_CHARGES = 100
MOST_PAYMENTS = 100
MOST_DELIVERIES = 1_000
MOST_PROBLEMS = 500
GATEWAYS = frozenset({"stripe", "manual", "fake"})
_OPTIONAL = ("discount", "shipping", "payments", "deliveries")


class BodyRefused(Refused):
    """The body cannot be taken (`malformed_order`); `problems` lists what is wrong with it, up to a sane number."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; whoever sends thousands finds the first hundreds enough."""
        super().__init__("malformed_order")
        self.problems = tuple(problems[:MOST_PROBLEMS])
        self.args = (self.problems,)


class _Named(Protocol):
    """Anything of an order that has a reference."""

    @property
    def reference(self) -> str: ...


def parse_order(body: object) -> OrderBody:
    """Read the order body of the API, as `strict_json` gives it. Raises BodyRefused with every problem."""
    reader = opened(body)
    reader.only(("placed_at", "updated_at", "currency", "customer", "lines"), _OPTIONAL)
    currency = _currency(reader)
    order = OrderBody(
        placed_at=reader.moment("placed_at"),
        updated_at=reader.moment("updated_at"),
        currency=currency or "",
        customer=_customer(reader.part("customer")),
        lines=_all(reader, "lines", MOST_LINES, lambda part: _line(part, currency), least=1),
        discount=reader.money_or_none("discount", currency) or 0,
        shipping=_all(reader, "shipping", MOST_CHARGES, lambda part: _charge(part, currency)),
        payments=_all(reader, "payments", MOST_PAYMENTS, lambda part: _payment(part, currency)),
        deliveries=_all(reader, "deliveries", MOST_DELIVERIES, read_delivery),
    )
    if reader.sound:
        _note_what_does_not_fit(reader, order)
    if not reader.sound:
        raise BodyRefused(reader.problems)
    return _discounted(order)


def opened(body: object) -> Reader:
    """The document, which must be an object."""
    if not isinstance(body, dict):
        raise BodyRefused([Problem("", "wrong_type", "An object is expected.")])
    return Reader(body)


def _currency(reader: Reader) -> str | None:
    """A currency we know, or nothing."""
    value = reader.fields.get("currency")
    if isinstance(value, str) and value in EXPONENTS:
        return value
    if "currency" in reader.fields:
        reader.note("currency", "currency_unknown", "This is not a currency of ISO 4217.")
    return None


def _customer(reader: Reader | None) -> CustomerBody:
    """The buyer."""
    if reader is None:
        return CustomerBody("", "", "")
    reader.only(("reference", "name"), ("email",))
    return CustomerBody(
        reader.reference("reference", REFERENCE_LENGTH),
        reader.text("name", NAME_LENGTH),
        reader.email("email", EMAIL_LENGTH),
    )


def _line(reader: Reader, currency: str | None) -> LineBody:
    """One line."""
    reader.only(("reference", "sku", "name", "quantity", "unit_price", "gross", "tax"))
    gross, tax = _paid(reader, currency)
    return LineBody(
        reference=reader.reference("reference", REFERENCE_LENGTH),
        sku=reader.text("sku", SKU_LENGTH),
        name=reader.text("name", NAME_LENGTH),
        quantity=reader.quantity("quantity"),
        unit_price=reader.price("unit_price"),
        gross=gross,
        tax=tax,
    )


def _charge(reader: Reader, currency: str | None) -> ChargeBody:
    """One shipping charge."""
    reader.only(("reference", "name", "gross", "tax"), ("standard_gross",))
    gross, tax = _paid(reader, currency)
    return ChargeBody(
        reference=reader.reference("reference", REFERENCE_LENGTH),
        name=reader.text("name", NAME_LENGTH),
        gross=gross,
        tax=tax,
        standard_gross=reader.money_or_none("standard_gross", currency),
    )


def _paid(reader: Reader, currency: str | None) -> tuple[int, int]:
    """What was paid, with the tax inside it."""
    gross, tax = reader.money("gross", currency), reader.money("tax", currency)
    if reader.sound and tax > gross:
        reader.note("tax", "tax_exceeds_gross", "The tax is inside the gross and cannot exceed it.")
    return gross, tax


def _payment(reader: Reader, currency: str | None) -> PaymentBody:
    """One payment."""
    reader.only(("reference", "gateway", "captured"))
    return PaymentBody(
        reference=reader.reference("reference", REFERENCE_LENGTH),
        gateway=reader.choice("gateway", GATEWAYS),
        captured=reader.money("captured", currency),
    )


def read_delivery(reader: Reader) -> DeliveryBody:
    """One parcel."""
    reader.only(("reference", "delivered_at", "lines"), ("returned_at", "replaces"))
    delivery = DeliveryBody(
        reference=reader.reference("reference", REFERENCE_LENGTH),
        delivered_at=reader.moment("delivered_at"),
        returned_at=reader.moment_or_none("returned_at"),
        replaces=reader.reference_or_none("replaces", REFERENCE_LENGTH),
        lines=_delivered_units(reader),
    )
    if reader.sound and delivery.returned_at is not None and delivery.returned_at < delivery.delivered_at:
        reader.note("returned_at", "out_of_range", "A parcel comes back after it was delivered.")
    return delivery


def _delivered_units(reader: Reader) -> tuple[DeliveredUnits, ...]:
    """The units in a parcel, each line once."""
    found: dict[str, DeliveredUnits] = {}
    for part in reader.parts("lines", MOST_LINES, least=1):
        part.only(("line", "quantity"))
        units = DeliveredUnits(part.reference("line", REFERENCE_LENGTH), part.quantity("quantity"))
        if part.sound and found.setdefault(units.line, units) is not units:
            part.note("line", "duplicate_line", "This parcel names the same line twice.")
    return tuple(found.values())


def _all[T: _Named](
    reader: Reader, name: str, most: int, read: Callable[[Reader], T], *, least: int = 0
) -> tuple[T, ...]:
    """The parts of a list, each reference once."""
    found: dict[str, T] = {}
    for part in reader.parts(name, most, least=least):
        item = read(part)
        if part.sound and found.setdefault(item.reference, item) is not item:
            part.note("reference", "duplicate_reference", "Another one of this order has the same reference.")
    return tuple(found.values())


def _note_what_does_not_fit(reader: Reader, order: OrderBody) -> None:
    """The discount fits into the lines, the sums into a column, and parcels hold what the order has."""
    total = sum(line.gross for line in order.lines)
    if order.discount > total:
        reader.note("discount", "discount_exceeds_lines", "The discount is larger than the lines it would lower.")
    if total + sum(charge.gross for charge in order.shipping) > MAX_TOTAL:
        reader.note("lines", "amount_too_large", "The order comes to more than an amount can be.")
    quantities = {line.reference: line.quantity for line in order.lines}
    for place, delivery in enumerate(order.deliveries):
        pointer = f"{reader.pointer}/deliveries/{place}"
        if delivery.replaces == delivery.reference:
            reader.problems.append(Problem(f"{pointer}/replaces", "replaces_itself", "Name another delivery."))
        reader.problems.extend(_unknown_units(pointer, delivery, quantities))


def _unknown_units(pointer: str, delivery: DeliveryBody, quantities: Mapping[str, int]) -> Iterator[Problem]:
    """What the parcel holds and the order does not have."""
    for place, units in enumerate(delivery.lines):
        quantity = quantities.get(units.line)
        if quantity is None:
            yield Problem(f"{pointer}/lines/{place}/line", "line_unknown", "The order has no such line.")
        elif units.quantity > quantity:
            detail = f"The line has {quantity} units only."
            yield Problem(f"{pointer}/lines/{place}/quantity", "quantity_exceeds_line", detail)


def _discounted(order: OrderBody) -> OrderBody:
    """Spread the order's discount over its lines by largest remainder; the tax falls in proportion, half up."""
    shares = largest_remainder(order.discount, [line.gross for line in order.lines])
    lines = (_lowered(line, share) for line, share in zip(order.lines, shares, strict=True))
    return replace(order, lines=tuple(lines))


def _lowered(line: LineBody, share: int) -> LineBody:
    """A line that cost so much less."""
    if share == 0:
        return line
    gross = line.gross - share
    return replace(line, gross=gross, tax=round_half_up(line.tax * gross, line.gross))
