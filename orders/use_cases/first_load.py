"""Orders that are new to the mirror, many at once: each judged alone, all written with a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from accounts.models import Shop
from orders.bulk import insert_rows
from orders.domain.body import OrderBody
from orders.domain.parcels import Terms
from orders.domain.policy import policy_named
from orders.models import Delivery, DeliveryLine, Order, OrderLine, Payment, ShippingCharge
from orders.use_cases.content import Judged, Recorded, judged_content
from orders.use_cases.customers import keys_of_customers
from orders.use_cases.mirror import require_wellformed
from orders.use_cases.rows import Values, order_values, stamped_values


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that fits, and what its rows are to say."""

    reference: str
    body: OrderBody
    head: Values
    content: Judged


def is_simple(body: OrderBody) -> bool:
    """Whether none of its deliveries replaces another: that can be said only once both are written."""
    return all(delivery.replaces is None for delivery in body.deliveries)


def new_order(*, shop: Shop, reference: str, body: OrderBody, now: datetime) -> NewOrder:
    """Judge a simple order as `mirror_order` judges one that it has never seen; refuses the same. Asks no database."""
    require_wellformed(reference)
    terms = Terms(policy_named(shop.refund_policy), shop.time_zone, shop.country)
    content = judged_content(Recorded(), body, terms, now)
    head = {"shop_id": shop.pk, "reference": reference, **stamped_values(shop), **order_values(body, now)}
    return NewOrder(reference, body, head, content)


def write_new_orders(*, shop: Shop, orders: Sequence[NewOrder]) -> None:
    """Write orders of different references in the caller's transaction: all of them, or none with IntegrityError.

    The rows that others could be making at the same time are made by reference, like those of the buyers.
    """
    buyers = keys_of_customers(shop, [order.body for order in orders])
    orders = sorted(orders, key=lambda order: order.reference)
    heads = [{**order.head, "customer_id": buyers[order.body.customer.reference]} for order in orders]
    written = dict(zip(insert_rows(Order, heads), orders, strict=True))
    lines = _insert(OrderLine, {key: _stamped(order, order.content.lines) for key, order in written.items()})
    _insert(ShippingCharge, {key: _stamped(order, order.content.shipping) for key, order in written.items()})
    _insert(Payment, {key: order.content.payments for key, order in written.items()})
    parcels = _insert(Delivery, {key: _parcels(order) for key, order in written.items()})
    brought = [
        {"delivery_id": parcels[key, parcel.reference], "line_id": lines[key, line], "quantity": quantity}
        for key, order in written.items()
        for parcel in order.content.after.values()
        for line, quantity in parcel.units.items()
    ]
    insert_rows(DeliveryLine, brought)


def _insert(model: type[Model], sent: Mapping[int, Mapping[str, Values]]) -> dict[tuple[int, str], int]:
    """Insert what belongs to each order (by key); return the rows' keys by the order's key and their own reference."""
    names = [(order, reference) for order, rows in sent.items() for reference in rows]
    rows = [{**sent[order][reference], "order_id": order, "reference": reference} for order, reference in names]
    return dict(zip(names, insert_rows(model, rows), strict=True))


def _stamped(order: NewOrder, sent: Mapping[str, Values]) -> dict[str, Values]:
    return {reference: {**values, "policy": order.head["policy"]} for reference, values in sent.items()}


def _parcels(order: NewOrder) -> dict[str, Values]:
    return {
        reference: {"delivered_at": parcel.delivered_at, "returned_at": parcel.returned_at}
        for reference, parcel in order.content.after.items()
    }
