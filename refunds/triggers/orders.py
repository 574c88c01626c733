"""An order keeps what it was first seen with, and a delivery is corrected to an earlier time only."""

from refunds.triggers.guard import Guard, Refuse, changed

GUARDS = (
    Guard(
        "rx_order_born",
        "AFTER INSERT",
        "orders_order",
        "A new order has no lines yet, so it does not take the place of another (REPLACE).",
        (Refuse("order_frozen", "EXISTS (SELECT 1 FROM ${at}orders_orderline WHERE order_id = NEW.id)"),),
    ),
    Guard(
        "rx_order_fixed",
        "BEFORE UPDATE",
        "orders_order",
        "Shop, reference, currency, policy, zone and country are stamped once: nobody bends a window by changing them.",
        (Refuse("order_frozen", changed("id", "shop_id", "reference", "currency", "policy", "time_zone", "country")),),
    ),
    Guard(
        "rx_order_kept",
        "BEFORE DELETE",
        "orders_order",
        "An order with a refund stays.",
        (Refuse("order_frozen", "EXISTS (SELECT 1 FROM ${at}refunds_refund WHERE order_id = OLD.id)"),),
    ),
    Guard(
        "rx_delivery_born",
        "AFTER INSERT",
        "orders_delivery",
        "A new delivery has brought nothing yet, so it does not take the place of another (REPLACE).",
        (Refuse("order_frozen", "EXISTS (SELECT 1 FROM ${at}orders_deliveryline WHERE delivery_id = NEW.id)"),),
    ),
    Guard(
        "rx_delivery_fixed",
        "BEFORE UPDATE",
        "orders_delivery",
        "An event that is sent again never reopens a window: a delivery may turn out earlier, never later.",
        (
            Refuse("order_frozen", changed("id", "order_id", "reference")),
            Refuse("delivered_later", "NEW.delivered_at > OLD.delivered_at"),
        ),
    ),
    Guard(
        "rx_delivery_kept",
        "BEFORE DELETE",
        "orders_delivery",
        "What refunds of the order were judged by stays.",
        (Refuse("order_frozen", "EXISTS (SELECT 1 FROM ${at}refunds_refund WHERE order_id = OLD.order_id)"),),
    ),
    Guard(
        "rx_delivery_line_fixed",
        "BEFORE UPDATE",
        "orders_deliveryline",
        "What a parcel brought stays with it; it may turn out to have been more.",
        (
            Refuse("order_frozen", changed("id", "delivery_id", "line_id")),
            Refuse("order_frozen", "NEW.quantity < OLD.quantity"),
        ),
    ),
    Guard(
        "rx_delivery_line_kept",
        "BEFORE DELETE",
        "orders_deliveryline",
        "Units that arrived stay told, as long as their line counts them.",
        (
            Refuse(
                "order_frozen",
                "EXISTS (SELECT 1 FROM ${at}orders_orderline WHERE id = OLD.line_id AND delivered_quantity > 0)",
            ),
        ),
    ),
)
