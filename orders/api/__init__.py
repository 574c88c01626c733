"""The orders' part of the REST API: mirroring them, telling of deliveries, first loads, and reading."""

from orders.api.imports import OrderImportView
from orders.api.orders import OrderDeliveriesView, OrdersView, OrderView

__all__ = ["OrderDeliveriesView", "OrderImportView", "OrderView", "OrdersView"]
