"""What a shop sends to the API, read and mirrored in one go; what cannot be read is kept as a conflict as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from accounts.models import Shop
from orders.domain.body import BodyRefused, parse_order
from orders.domain.delivery_body import parse_delivery
from orders.models import Order
from orders.use_cases.conflicts import keep_conflict
from orders.use_cases.mirror import Mirrored, add_delivery, mirror_order, require_wellformed


def mirror_sent_order(*, shop: Shop, reference: str, sent: object, now: datetime) -> Mirrored:
    """Read the order body and make the mirror say what it says.

    Refusals: malformed_order (a BodyRefused with every problem), and those of `mirror_order`.
    """
    require_wellformed(reference)
    with _keeping_the_unreadable(shop, reference, sent, now):
        body = parse_order(sent)
    return mirror_order(shop=shop, reference=reference, body=body, now=now)


def add_sent_delivery(*, order: Order, sent: object, now: datetime) -> Mirrored:
    """Read the delivery body and record it.

    Refusals: malformed_delivery (a BodyRefused with every problem), and those of `add_delivery`.
    """
    with _keeping_the_unreadable(order.shop, order.reference, sent, now):
        delivery = parse_delivery(sent)
    return add_delivery(order=order, delivery=delivery, now=now)


@contextmanager
def _keeping_the_unreadable(shop: Shop, reference: str, sent: object, now: datetime) -> Iterator[None]:
    try:
        yield
    except BodyRefused as refused:
        if isinstance(sent, dict):  # else it has nothing of an order or a delivery
            keep_conflict(shop=shop, reference=reference, sent=sent, refused=refused, now=now)
        raise
