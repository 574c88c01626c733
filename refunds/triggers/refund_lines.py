"""A refund line joins an open request inside its frozen window, takes what it holds, and never changes."""

from refunds.triggers.counted import CHARGE, ORDER_LINE, Counted
from refunds.triggers.guard import Guard, Refuse, row

WINDOW = ("delivered_at", "window_begun", "window_closes_at", "policy")


def _the(counted: Counted) -> str:
    """The order line or the charge that NEW names, as `counted`."""
    return f"SELECT 1 FROM ${{at}}{counted.table} counted WHERE counted.id = NEW.{counted.link}"


def _over(counted: Counted) -> str:
    """True when NEW takes more than is left: of units, gross, tax or net."""
    limits = {"held_quantity": "delivered_quantity", "held_gross": "gross", "held_tax": "tax"}
    over = [
        f"NEW.{column} > counted.{limits[counter]} - counted.{counter}" for counter, column in counted.counters.items()
    ]
    over.append("NEW.gross - NEW.tax > counted.gross - counted.tax - counted.held_gross + counted.held_tax")
    return f"EXISTS ({_the(counted)} AND ({' OR '.join(over)}))"


def _same_window(counted: str) -> str:
    return f"{row(counted, WINDOW)} $same {row('NEW', WINDOW)}"


def _either(condition: str) -> str:
    """True when it holds for the order line or for the charge that NEW names."""
    return " OR ".join(f"EXISTS ({_the(counted)} AND {condition})" for counted in (ORDER_LINE, CHARGE))


# What the deliveries that no other replaces say; of an order line, and of the order of a charge.
DELIVERIES = (
    "FROM ${at}orders_deliveryline brought JOIN ${at}orders_delivery delivery ON delivery.id = brought.delivery_id"
    " WHERE NOT EXISTS (SELECT 1 FROM ${at}orders_delivery again WHERE again.replaces_id = delivery.id)"
)
OF_LINE = f"{DELIVERIES} AND brought.line_id = counted.id"
OF_ORDER = f"{DELIVERIES} AND delivery.order_id = counted.order_id"

# The rounded target of all units held and asked, less what is held, if that can be counted in 64 bits.
DUE = (
    "SELECT CASE WHEN counted.gross < 4611686018427387903 / counted.quantity - 1"
    " THEN (2 * counted.gross * (counted.held_quantity + NEW.quantity) + counted.quantity) / (2 * counted.quantity)"
    " - counted.held_gross END AS due"
    " FROM ${at}orders_orderline counted WHERE counted.id = NEW.order_line_id"
)


def _arrived_otherwise(deliveries: str) -> str:
    """True when `counted` says another moment than its last delivery, or one without any."""
    return f"counted.delivered_at $differs (SELECT MAX(delivery.delivered_at) {deliveries})"


JOINS = (
    Refuse(
        "refund_not_open",
        "NOT EXISTS (SELECT 1 FROM ${at}refunds_refund refund WHERE refund.id = NEW.refund_id"
        " AND refund.status = 'requested' AND refund.order_id = COALESCE("
        "(SELECT order_id FROM ${at}orders_orderline WHERE id = NEW.order_line_id), "
        "(SELECT order_id FROM ${at}orders_shippingcharge WHERE id = NEW.shipping_charge_id)))",
    ),
    Refuse("not_delivered", f"NEW.delivered_at IS NULL OR {_either('counted.delivered_at IS NULL')}"),
    Refuse("frozen_window", f"NOT ({_either(_same_window('counted'))})"),
    Refuse(
        "frozen_window",
        "NEW.policy IN ($closing_exactly)"
        " AND (NOT NEW.window_begun OR (NEW.window_closes_at) $differs ($exact_window_of_new))",
    ),
    Refuse(
        "frozen_window",
        f"EXISTS ({_the(ORDER_LINE)} AND {_arrived_otherwise(OF_LINE)})"
        f" OR EXISTS ({_the(CHARGE)} AND {_arrived_otherwise(OF_ORDER)})",
    ),
    Refuse(
        "window_closed",
        "NEW.window_begun AND (NEW.window_closes_at IS NULL OR NEW.judged_at > NEW.window_closes_at)",
    ),
    Refuse(
        "judged_otherwise",
        "EXISTS (SELECT 1 FROM ${at}refunds_refund refund WHERE refund.id = NEW.refund_id"
        " AND (NEW.judged_at > refund.requested_at"
        " OR NEW.judged_at <> refund.requested_at AND NEW.policy IN ($judged_when_lodged)))",
    ),
    Refuse(
        "delivered_in_future",
        "EXISTS (SELECT 1 FROM ${at}refunds_refund refund WHERE refund.id = NEW.refund_id"
        " AND NEW.delivered_at > refund.requested_at)",
    ),
    Refuse("over_held", f"{_over(ORDER_LINE)} OR {_over(CHARGE)}"),
    Refuse(
        "over_held",
        f"EXISTS ({_the(ORDER_LINE)}"
        f" AND NEW.quantity > (SELECT COALESCE(SUM(brought.quantity), 0) {OF_LINE}) - counted.held_quantity)",
    ),
    Refuse(
        "amount_differs",
        f"EXISTS (SELECT 1 FROM ({DUE}) asked WHERE NEW.gross <> CASE WHEN asked.due > 0 THEN asked.due ELSE 0 END"
        " AND asked.due IS NOT NULL)",
    ),
)

GUARDS = (
    Guard(
        "rx_refund_line_fixed",
        "BEFORE UPDATE",
        "refunds_refundline",
        "Refund lines never change: they were judged and counted once.",
        (Refuse("append_only", "TRUE"),),
    ),
    Guard(
        "rx_refund_line_kept",
        "BEFORE DELETE",
        "refunds_refundline",
        "Refund lines are never deleted.",
        (Refuse("append_only", "TRUE"),),
    ),
)

SQLITE = (
    Guard(
        "rx_refund_line_joins",
        "BEFORE INSERT",
        "refunds_refundline",
        "A line joins an open request of its order, once, in its window, within what is left, for the exact amount."
        " Here and not by the CHECKs, which OR IGNORE and OR FAIL skip.",
        (
            Refuse("append_only", "EXISTS (SELECT 1 FROM refunds_refundline WHERE id = NEW.id)"),
            Refuse(
                "duplicate_line",
                "EXISTS (SELECT 1 FROM refunds_refundline WHERE refund_id = NEW.refund_id"
                " AND (order_line_id = NEW.order_line_id OR shipping_charge_id = NEW.shipping_charge_id))",
            ),
            *JOINS,
        ),
    ),
    Guard(
        "rx_refund_line_takes",
        "AFTER INSERT",
        "refunds_refundline",
        "A line takes its units and money; if OR IGNORE skipped the update, the sum shows it.",
        (
            *(
                f"UPDATE {counted.table} SET {counted.moved('+', 'NEW')} WHERE id = NEW.{counted.link};"
                for counted in (ORDER_LINE, CHARGE)
            ),
            *(
                Refuse("counter_guarded", f"EXISTS ({_the(counted)} AND {counted.is_off('counted')})")
                for counted in (ORDER_LINE, CHARGE)
            ),
        ),
    ),
)


def _taken_on_postgres(counted: Counted) -> tuple[str | Refuse, ...]:
    return (
        (
            f"UPDATE ${{at}}{counted.table} SET {counted.moved('+', 'NEW')}"
            f" WHERE id = NEW.{counted.link} AND {_same_window(counted.table)};"
        ),
        Refuse("frozen_window", f"NEW.{counted.link} IS NOT NULL AND NOT FOUND"),
    )


POSTGRES = (
    Guard(
        "rx_refund_line_takes",
        "AFTER INSERT",
        "refunds_refundline",
        "A line joins an open request of its order, in its window, within what is left, for the exact amount, and takes"
        " it. The rows are locked before they are judged, so a mirror that moves the window meanwhile is seen.",
        (
            "PERFORM 1 FROM ${at}refunds_refund WHERE id = NEW.refund_id FOR SHARE;",
            "PERFORM 1 FROM ${at}orders_orderline WHERE id = NEW.order_line_id FOR NO KEY UPDATE;",
            "PERFORM 1 FROM ${at}orders_shippingcharge WHERE id = NEW.shipping_charge_id FOR NO KEY UPDATE;",
            *JOINS,
            *_taken_on_postgres(ORDER_LINE),
            *_taken_on_postgres(CHARGE),
        ),
    ),
)
