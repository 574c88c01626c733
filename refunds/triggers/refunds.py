"""A refund is born as a request, moves forward by the table of moves, and frees what it held once, when it dies."""

from refunds.triggers.counted import CHARGE, ORDER_LINE, Counted
from refunds.triggers.guard import Guard, Refuse, changed

LINES = "${at}refunds_refundline WHERE refund_id = NEW.id"
LIVING_PAYOUTS = "${at}refunds_payout WHERE refund_id = NEW.id AND status NOT IN ($dead_payouts)"
PAID_PAYOUTS = "${at}refunds_payout WHERE refund_id = NEW.id AND status IN ($paid_payouts)"

IS_MOVED = "OLD.status <> NEW.status"
IS_APPROVED_NOW = "OLD.status = 'requested' AND NEW.status = 'approved'"
DIES_NOW = "OLD.status NOT IN ($dead_refunds) AND NEW.status IN ($dead_refunds)"

GUARDS = (
    Guard(
        "rx_refund_born",
        "AFTER INSERT",
        "refunds_refund",
        "A refund begins as a request that nobody has decided, for its case's order, in its currency, without lines.",
        (
            Refuse(
                "refund_not_requested",
                "NEW.status <> 'requested' OR NEW.approved_by_rule OR NEW.approver_id IS NOT NULL"
                " OR NEW.decided_by_id IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.decision_reason <> ''",
            ),
            Refuse(
                "case_of_another_order",
                "NOT EXISTS (SELECT 1 FROM ${at}support_case WHERE id = NEW.case_id AND order_id = NEW.order_id)",
            ),
            Refuse(
                "currency_differs",
                "NOT EXISTS (SELECT 1 FROM ${at}orders_order WHERE id = NEW.order_id AND currency = NEW.currency)",
            ),
            Refuse("append_only", f"EXISTS (SELECT 1 FROM {LINES})"),
        ),
    ),
    Guard(
        "rx_refund_moves",
        "BEFORE UPDATE",
        "refunds_refund",
        "What was asked is fixed; a decision is made by a move of the table; the books agree before money may leave.",
        (
            Refuse("refund_frozen", changed("id", "order_id", "case_id", "reason", "currency", "total", "tax")),
            Refuse("refund_frozen", changed("requested_by_id", "requested_at", "threshold", "daily_limit")),
            Refuse("refund_frozen", changed("second_person_because")),
            Refuse("refund_frozen", f"NOT ({IS_APPROVED_NOW}) AND {changed('approver_id', 'approved_by_rule')}"),
            Refuse(
                "refund_frozen", f"NOT ({IS_MOVED}) AND {changed('decided_by_id', 'decided_at', 'decision_reason')}"
            ),
            Refuse("illegal_move", f"{IS_MOVED} AND OLD.status || '>' || NEW.status NOT IN ($refund_moves)"),
            Refuse("payout_lives", f"{DIES_NOW} AND EXISTS (SELECT 1 FROM {LIVING_PAYOUTS})"),
            Refuse(
                "books_differ",
                f"{IS_APPROVED_NOW} AND (NEW.total, NEW.tax) NOT IN"
                f" (SELECT COALESCE(SUM(gross), 0), COALESCE(SUM(tax), 0) FROM {LINES})",
            ),
            Refuse(
                "books_differ",
                f"{IS_APPROVED_NOW} AND NEW.total <> (SELECT COALESCE(SUM(amount), 0) FROM {LIVING_PAYOUTS})",
            ),
            Refuse(
                "books_differ",
                f"{IS_MOVED} AND NEW.status = 'succeeded'"
                f" AND NEW.total <> (SELECT COALESCE(SUM(amount), 0) FROM {PAID_PAYOUTS})",
            ),
        ),
    ),
    Guard(
        "rx_refund_kept",
        "BEFORE DELETE",
        "refunds_refund",
        "Refunds are never deleted.",
        (Refuse("append_only", "TRUE"),),
    ),
)


def _freed_on_sqlite(counted: Counted) -> tuple[str | Refuse, ...]:
    of_refund = f"SELECT {counted.link} FROM refunds_refundline WHERE refund_id = NEW.id"
    freed = ", ".join(
        f"{counter} = {counter} - (SELECT {column} FROM refunds_refundline freed"
        f" WHERE freed.refund_id = NEW.id AND freed.{counted.link} = {counted.table}.id)"
        for counter, column in counted.counters.items()
    )
    return (
        f"UPDATE {counted.table} SET {freed} WHERE id IN ({of_refund});",
        Refuse(
            "counter_guarded",
            f"EXISTS (SELECT 1 FROM {counted.table} counted"
            f" WHERE counted.id IN ({of_refund}) AND {counted.is_off('counted')})",
        ),
    )


def _freed_on_postgres(counted: Counted) -> tuple[str, str]:
    return (
        (
            f"PERFORM 1 FROM ${{at}}{counted.table} WHERE id IN (SELECT {counted.link} FROM {LINES})"
            " ORDER BY id FOR NO KEY UPDATE;"
        ),
        (
            f"UPDATE ${{at}}{counted.table} SET {counted.moved('-', 'freed')} FROM ${{at}}refunds_refundline freed"
            f" WHERE freed.refund_id = NEW.id AND freed.{counted.link} = {counted.table}.id;"
        ),
    )


SQLITE = (
    Guard(
        "rx_refund_new",
        "BEFORE INSERT",
        "refunds_refund",
        "No row takes the place of a refund (REPLACE).",
        (Refuse("append_only", "EXISTS (SELECT 1 FROM refunds_refund WHERE id = NEW.id)"),),
    ),
    Guard(
        "rx_refund_frees",
        "AFTER UPDATE OF status",
        "refunds_refund",
        "A refund that dies frees all its lines, once: no move leads out of a dead state.",
        (*_freed_on_sqlite(ORDER_LINE), *_freed_on_sqlite(CHARGE)),
        only_when=DIES_NOW,
    ),
)
POSTGRES = (
    Guard(
        "rx_refund_frees",
        "AFTER UPDATE",
        "refunds_refund",
        "A refund that dies frees all its lines, once, since no move leads out of a dead state; locked in id order.",
        (*_freed_on_postgres(ORDER_LINE), *_freed_on_postgres(CHARGE)),
        only_when=DIES_NOW,
    ),
)
