"""The form of what the API takes and tells of orders."""

from orders.serializers.asked import DeliveryBody, ImportedOrderBody, OrderBody, OrderQuery
from orders.serializers.told import (
    ImportedOrderAnswer,
    MirroredOrderAnswer,
    MoneyAnswer,
    OrderAnswer,
    OrderSummaryAnswer,
)

__all__ = [
    "DeliveryBody",
    "ImportedOrderAnswer",
    "ImportedOrderBody",
    "MirroredOrderAnswer",
    "MoneyAnswer",
    "OrderAnswer",
    "OrderBody",
    "OrderQuery",
    "OrderSummaryAnswer",
]
