"""What an order consists of: lines, shipping charges, payments and deliveries, made to say what a body says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from orders.domain.body import OrderBody
from orders.domain.freeze import require_covered, require_delivered_stays, require_same_gateway, require_unfrozen
from orders.domain.order_body import DeliveryBody
from orders.domain.parcels import Parcel, Terms, arrived, receive
from orders.models import Order, OrderLine, Payment, ShippingCharge
from orders.use_cases.parcels import parcel_of, record_parcels, recorded_parcels, terms_of
from orders.use_cases.rows import (
    Values,
    arrival_values,
    change_row,
    charge_values,
    line_values,
    payment_values,
    remove_rows,
    window_values,
    write_rows,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the mirror knows of an order so far, each by its reference."""

    lines: Mapping[str, OrderLine] = field(default_factory=dict)
    shipping: Mapping[str, ShippingCharge] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    parcels: Mapping[str, Parcel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a body that fits makes of an order: what its rows are to say, and its parcels before and after."""

    lines: Mapping[str, Values]
    shipping: Mapping[str, Values]
    payments: Mapping[str, Values]
    before: Mapping[str, Parcel]
    after: Mapping[str, Parcel]


def recorded_content(order: Order) -> Recorded:
    """Read it, once the order is locked."""
    lines = {line.reference: line for line in order.lines.order_by("pk")}
    return Recorded(
        lines=lines,
        shipping={charge.reference: charge for charge in order.shipping.order_by("pk")},
        payments={payment.reference: payment for payment in order.payments.order_by("pk")},
        parcels=recorded_parcels(order, lines.values()),
    )


def judged_content(recorded: Recorded, body: OrderBody, terms: Terms, now: datetime) -> Judged:
    """Judge the body against what refunds hold and what has arrived. Asks no database."""
    _require_unfrozen(recorded, body)
    _require_delivered_stays(recorded, body)
    _require_covered(recorded, body)
    quantities = {line.reference: line.quantity for line in body.lines}
    before = _of_lines(recorded.parcels, quantities)
    after = receive(before, map(parcel_of, body.deliveries), terms, now)
    state = arrived(after.values(), quantities, _held(recorded), terms)
    return Judged(
        lines=line_values(body.lines, state),
        shipping=charge_values(body.shipping, state),
        payments=payment_values(body.payments),
        before=before,
        after=after,
    )


def replace_content(order: Order, recorded: Recorded, body: OrderBody, now: datetime) -> None:
    """Judge the body, then write what it says."""
    judged = judged_content(recorded, body, terms_of(order), now)
    _remove(recorded, body)
    lines = write_rows(OrderLine, order, recorded.lines, judged.lines, policy=order.policy)
    write_rows(ShippingCharge, order, recorded.shipping, judged.shipping, policy=order.policy)
    write_rows(Payment, order, recorded.payments, judged.payments)
    record_parcels(order, lines, judged.before, judged.after)


def deliver(order: Order, recorded: Recorded, delivery: DeliveryBody, now: datetime) -> bool:
    """Take a parcel alone; return whether it changed anything."""
    after = receive(recorded.parcels, [parcel_of(delivery)], terms_of(order), now)
    quantities = {line.reference: line.quantity for line in recorded.lines.values()}
    state = arrived(after.values(), quantities, _held(recorded), terms_of(order))
    for line in recorded.lines.values():
        change_row(line, arrival_values(line.reference, state))
    for charge in recorded.shipping.values():
        change_row(charge, window_values(state.shipping))
    record_parcels(order, recorded.lines, recorded.parcels, after)
    return after != recorded.parcels


def _require_unfrozen(recorded: Recorded, body: OrderBody) -> None:
    lines = {line.reference: (line.quantity, line.gross, line.tax) for line in body.lines}
    for reference, line in recorded.lines.items():
        paid = (line.quantity, line.gross, line.tax)
        require_unfrozen(reference, held=line.is_held, seen=paid, sent=lines.get(reference))
    charges = {charge.reference: (charge.gross, charge.tax) for charge in body.shipping}
    for reference, charge in recorded.shipping.items():
        require_unfrozen(reference, held=charge.is_held, seen=(charge.gross, charge.tax), sent=charges.get(reference))


def _require_delivered_stays(recorded: Recorded, body: OrderBody) -> None:
    quantities = {line.reference: line.quantity for line in body.lines}
    for reference, line in recorded.lines.items():
        require_delivered_stays(
            reference, delivered=line.delivered_quantity, seen=line.quantity, sent=quantities.get(reference)
        )


def _require_covered(recorded: Recorded, body: OrderBody) -> None:
    sent = {payment.reference: payment for payment in body.payments}
    for reference, payment in recorded.payments.items():
        new = sent.get(reference)
        captured = new.captured if new else 0
        require_covered(reference, held=payment.held, captured=captured, currency=body.currency)
        if new:
            require_same_gateway(reference, held=payment.held, seen=payment.gateway, sent=new.gateway)


def _held(recorded: Recorded) -> dict[str, int]:
    return {line.reference: line.held_quantity for line in recorded.lines.values()}


def _of_lines(parcels: Mapping[str, Parcel], lines: Collection[str]) -> dict[str, Parcel]:
    """The parcels without the units of lines that go."""
    return {
        reference: replace(parcel, units={line: units for line, units in parcel.units.items() if line in lines})
        for reference, parcel in parcels.items()
    }


def _remove(recorded: Recorded, body: OrderBody) -> None:
    remove_rows(recorded.lines, {each.reference for each in body.lines}, code="line_frozen", word="line")
    remove_rows(recorded.shipping, {each.reference for each in body.shipping}, code="line_frozen", word="line")
    remove_rows(recorded.payments, {each.reference for each in body.payments}, code="payment_in_use", word="payment")
