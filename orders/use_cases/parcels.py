"""Deliveries in the database, and what they mean for lines and shipping."""

from collections.abc import Iterable, Mapping

from orders.domain.order_body import DeliveryBody
from orders.domain.parcels import Parcel, Terms
from orders.models import Delivery, DeliveryLine, Order, OrderLine


def parcel_of(delivery: DeliveryBody) -> Parcel:
    """The delivery of a body as the rules know it."""
    units = {each.line: each.quantity for each in delivery.lines}
    return Parcel(delivery.reference, delivery.delivered_at, units, delivery.returned_at, delivery.replaces)


def terms_of(order: Order) -> Terms:
    """What the order was stamped with when it was first mirrored."""
    return Terms(order.refund_policy, order.time_zone, order.country)


def recorded_parcels(order: Order, lines: Iterable[OrderLine]) -> dict[str, Parcel]:
    """The order's deliveries by reference; these are all of its lines."""
    units = _recorded_units(order, {line.pk: line.reference for line in lines})
    deliveries = {delivery.pk: delivery for delivery in order.deliveries.all()}
    return {
        each.reference: Parcel(
            reference=each.reference,
            delivered_at=each.delivered_at,
            units=units.get(each.pk, {}),
            returned_at=each.returned_at,
            replaces=deliveries[each.replaces_id].reference if each.replaces_id else None,
        )
        for each in deliveries.values()
    }


def record_parcels(
    order: Order, lines: Mapping[str, OrderLine], before: Mapping[str, Parcel], after: Mapping[str, Parcel]
) -> None:
    """Write the parcels that are new or were corrected; the lines are those of the order, by reference."""
    fresh = [parcel for parcel in after.values() if parcel.reference not in before]
    corrected = [each for each in after.values() if each.reference in before and each != before[each.reference]]
    rows = _record_fresh(order, fresh) | {each.reference: _record_corrected(order, each) for each in corrected}
    brought = [
        DeliveryLine(delivery_id=rows[parcel.reference].pk, line_id=lines[line].pk, quantity=quantity)
        for parcel in fresh + corrected
        for line, quantity in parcel.units.items()
    ]
    DeliveryLine.objects.bulk_create(
        brought, update_conflicts=True, unique_fields=["delivery", "line"], update_fields=["quantity"]
    )


def _recorded_units(order: Order, names: Mapping[int, str]) -> dict[int, dict[str, int]]:
    """The units that each delivery (by key) brought of each line (by reference)."""
    units: dict[int, dict[str, int]] = {}
    brought = DeliveryLine.objects.filter(delivery__order=order).order_by("pk")
    for delivery, line, quantity in brought.values_list("delivery_id", "line_id", "quantity"):
        units.setdefault(delivery, {})[names[line]] = quantity
    return units


def _record_fresh(order: Order, parcels: list[Parcel]) -> dict[str, Delivery]:
    rows = {
        parcel.reference: Delivery(
            order=order, reference=parcel.reference, delivered_at=parcel.delivered_at, returned_at=parcel.returned_at
        )
        for parcel in parcels
    }
    Delivery.objects.bulk_create(rows.values())
    for parcel in parcels:
        if parcel.replaces is not None:
            row = rows[parcel.reference]
            row.replaces = rows.get(parcel.replaces) or order.deliveries.get(reference=parcel.replaces)
            row.save(update_fields=["replaces"])
    return rows


def _record_corrected(order: Order, parcel: Parcel) -> Delivery:
    row = order.deliveries.get(reference=parcel.reference)
    row.delivered_at, row.returned_at = parcel.delivered_at, parcel.returned_at
    row.save(update_fields=["delivered_at", "returned_at"])
    return row
