"""One order of locks for every move: the order, then the refund, so that taking and freeing never wait in a circle."""

from orders.models import Order
from refunds.models import Refund


def lock_order(order_id: int) -> Order:
    """Lock the order until the transaction ends, and read it anew."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).select_related("shop").get(pk=order_id)


def lock_refund(refund: Refund) -> Refund:
    """Lock the refund's order, then the refund, and read it anew."""
    lock_order(refund.order_id)
    locked = Refund.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("order__shop", "case", "requested_by").get(pk=refund.pk)
