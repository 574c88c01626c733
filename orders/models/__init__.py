"""The shop's orders as Redress mirrors them: the shop owns them, and Redress only counts what refunds hold of them."""

from orders.models.conflict import MirrorConflict, MirrorConflictQuerySet
from orders.models.counted import HeldWindow, OrderLine, OrderLineQuerySet, Payment, ShippingCharge
from orders.models.delivery import Delivery, DeliveryLine
from orders.models.order import Customer, CustomerQuerySet, Order, OrderQuerySet

__all__ = [
    "Customer",
    "CustomerQuerySet",
    "Delivery",
    "DeliveryLine",
    "HeldWindow",
    "MirrorConflict",
    "MirrorConflictQuerySet",
    "Order",
    "OrderLine",
    "OrderLineQuerySet",
    "OrderQuerySet",
    "Payment",
    "ShippingCharge",
]
