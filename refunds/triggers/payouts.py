"""A payout draws on one payment of its refund's order, moves by the table of moves, and frees once, when it dies."""

from refunds.triggers.counted import PAYMENT
from refunds.triggers.guard import Guard, Refuse, changed

REFUND = "${at}refunds_refund refund WHERE refund.id = NEW.refund_id"
THE_PAYMENT = "SELECT 1 FROM ${at}orders_payment payment WHERE payment.id = NEW.payment_id"
OTHER_PAYOUTS = "${at}refunds_payout other WHERE other.refund_id = NEW.refund_id AND other.id <> NEW.id"

DIES_NOW = "OLD.status NOT IN ($dead_payouts) AND NEW.status IN ($dead_payouts)"
CONFIRMATION = ("provider_reference", "confirmed_by_id", "confirmed_at")
COUNTERSIGNATURE = ("countersigned_by_id", "countersigned_at")
SET_ONCE = CONFIRMATION + COUNTERSIGNATURE
IS_CORRECTED = " AND ".join(
    [
        "OLD.status = 'pending' AND NEW.status = 'pending'",
        *(f"NEW.{column} IS NOT NULL" for column in CONFIRMATION),
        *(f"OLD.{column} IS NULL AND NEW.{column} IS NULL" for column in COUNTERSIGNATURE),
    ]
)

# Another attempt at the missing part, after the earlier ones on this payment are dead.
IS_ANOTHER_ATTEMPT = (
    "refund.status = 'partially_succeeded' AND NEW.attempt > 1 AND NOT EXISTS"
    f" (SELECT 1 FROM {OTHER_PAYOUTS} AND other.payment_id = NEW.payment_id AND other.attempt >= NEW.attempt)"
)

JOINS = (
    Refuse("payout_not_reserved", "NEW.status NOT IN ('reserved', 'external')"),
    Refuse(
        "payout_not_reserved",
        f"NEW.status = 'reserved' AND ({' OR '.join(f'NEW.{column} IS NOT NULL' for column in SET_ONCE)})",
    ),
    Refuse("amount_not_positive", "NEW.amount <= 0"),
    Refuse(
        "refund_not_open",
        f"NOT EXISTS (SELECT 1 FROM {REFUND} AND (refund.status = 'requested' OR {IS_ANOTHER_ATTEMPT}))",
    ),
    Refuse(
        "payment_of_another_order",
        f"NOT EXISTS ({THE_PAYMENT} AND payment.order_id = (SELECT order_id FROM {REFUND}))",
    ),
    Refuse("over_held", f"EXISTS ({THE_PAYMENT} AND NEW.amount > payment.captured - payment.held)"),
    Refuse(
        "books_differ",
        "NEW.amount > (SELECT COALESCE(SUM(gross), 0) FROM ${at}refunds_refundline WHERE refund_id = NEW.refund_id)"
        f" - (SELECT COALESCE(SUM(other.amount), 0) FROM {OTHER_PAYOUTS} AND other.status NOT IN ($dead_payouts))",
    ),
)

GUARDS = (
    Guard(
        "rx_payout_kept",
        "BEFORE DELETE",
        "refunds_payout",
        "Payouts are never deleted.",
        (Refuse("append_only", "TRUE"),),
    ),
)


def _rewritten(column: str) -> str:
    return f"OLD.{column} IS NOT NULL AND {changed(column)}"


MOVES = (
    Refuse("payout_frozen", changed("id", "refund_id", "payment_id", "amount", "attempt", "gateway")),
    *(Refuse("payout_frozen", _rewritten(column)) for column in COUNTERSIGNATURE),
    *(Refuse("payout_frozen", f"{_rewritten(column)} AND NOT ({IS_CORRECTED})") for column in CONFIRMATION),
    Refuse(
        "confirmed_own_request",
        f"EXISTS (SELECT 1 FROM {REFUND} AND refund.requested_by_id IN (NEW.confirmed_by_id, NEW.countersigned_by_id))",
    ),
    Refuse("illegal_move", "OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ($payout_moves)"),
    Refuse(
        "refund_not_approved",
        "OLD.status <> NEW.status AND NEW.status NOT IN ($dead_payouts)"
        f" AND EXISTS (SELECT 1 FROM {REFUND} AND refund.status IN ('requested', $dead_refunds))",
    ),
)
MOVES_KEEP = (
    "What a payout pays is fixed. Who confirmed it with which reference is written once, but for a correction before"
    " the second person confirms. It moves by the table of moves, and sends money only for a refund that was approved,"
    " never confirmed by whoever requested it."
)

SQLITE = (
    Guard(
        "rx_payout_joins",
        "BEFORE INSERT",
        "refunds_payout",
        "A payout is reserved with its request, on a payment of the same order, within what it captured and the lines.",
        (
            Refuse("append_only", "EXISTS (SELECT 1 FROM refunds_payout WHERE id = NEW.id)"),
            Refuse(
                "bank_reference_used",
                "EXISTS (SELECT 1 FROM refunds_payout"
                " WHERE gateway = NEW.gateway AND provider_reference = NEW.provider_reference)",
            ),
            *JOINS,
        ),
    ),
    Guard(
        "rx_payout_takes",
        "AFTER INSERT",
        "refunds_payout",
        "A payout takes its amount of the payment; if OR IGNORE skipped the update, the sum shows it.",
        (
            f"UPDATE orders_payment SET {PAYMENT.moved('+', 'NEW')} WHERE id = NEW.payment_id;",
            Refuse("counter_guarded", f"EXISTS ({THE_PAYMENT} AND {PAYMENT.is_off('payment')})"),
        ),
    ),
    Guard(
        "rx_payout_moves",
        "BEFORE UPDATE",
        "refunds_payout",
        MOVES_KEEP,
        (
            *MOVES,
            Refuse(
                "bank_reference_used",
                "EXISTS (SELECT 1 FROM refunds_payout WHERE id <> OLD.id"
                " AND gateway = NEW.gateway AND provider_reference = NEW.provider_reference)",
            ),
        ),
    ),
    Guard(
        "rx_payout_frees",
        "AFTER UPDATE OF status",
        "refunds_payout",
        "A payout that dies frees its amount of the payment, once: no move leads out of a dead state.",
        (
            f"UPDATE orders_payment SET {PAYMENT.moved('-', 'OLD')} WHERE id = OLD.payment_id;",
            Refuse("counter_guarded", f"EXISTS ({THE_PAYMENT} AND {PAYMENT.is_off('payment')})"),
        ),
        only_when=DIES_NOW,
    ),
)

POSTGRES = (
    Guard(
        "rx_payout_takes",
        "AFTER INSERT",
        "refunds_payout",
        "A payout is reserved with its request, on a payment of the same order, within what it captured and the lines,"
        " and takes its amount. The refund is locked against a second payout of the same moment.",
        (
            "PERFORM 1 FROM ${at}refunds_refund WHERE id = NEW.refund_id FOR NO KEY UPDATE;",
            "PERFORM 1 FROM ${at}orders_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;",
            *JOINS,
            f"UPDATE ${{at}}orders_payment SET {PAYMENT.moved('+', 'NEW')} WHERE id = NEW.payment_id;",
        ),
    ),
    Guard(
        "rx_payout_moves",
        "BEFORE UPDATE",
        "refunds_payout",
        MOVES_KEEP + " The refund is locked, so that it is not decided meanwhile.",
        ("PERFORM 1 FROM ${at}refunds_refund WHERE id = NEW.refund_id FOR SHARE;", *MOVES),
    ),
    Guard(
        "rx_payout_frees",
        "AFTER UPDATE",
        "refunds_payout",
        "A payout that dies frees its amount of the payment, once: no move leads out of a dead state.",
        (f"UPDATE ${{at}}orders_payment SET {PAYMENT.moved('-', 'OLD')} WHERE id = OLD.payment_id;",),
        only_when=DIES_NOW,
    ),
)
