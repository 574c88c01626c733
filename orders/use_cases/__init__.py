"""What shops do: they are set up, and their orders and deliveries are mirrored."""

from orders.use_cases.conflicts import keep_conflict, reason_of
from orders.use_cases.imports import Imported, import_order, import_orders
from orders.use_cases.mirror import Mirrored, Outcome, add_delivery, mirror_order
from orders.use_cases.sent import add_sent_delivery, mirror_sent_order
from orders.use_cases.shops import DEFAULT_DAILY_LIMIT, DEFAULT_THRESHOLD, OFFERED_POLICY, setup_shop

__all__ = [
    "DEFAULT_DAILY_LIMIT",
    "DEFAULT_THRESHOLD",
    "OFFERED_POLICY",
    "Imported",
    "Mirrored",
    "Outcome",
    "add_delivery",
    "add_sent_delivery",
    "import_order",
    "import_orders",
    "keep_conflict",
    "mirror_order",
    "mirror_sent_order",
    "reason_of",
    "setup_shop",
]
