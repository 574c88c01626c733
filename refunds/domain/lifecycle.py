"""The life of a refund (the decision) and of a payout (the money): forward only."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from accounts.domain.moves import MoveVerdict, move_verdict

__all__ = [
    "DEAD_PAYOUTS",
    "DEAD_REFUNDS",
    "IN_FLIGHT_PAYOUTS",
    "PAYOUT_MOVES",
    "REFUND_MOVES",
    "MoveVerdict",
    "PayoutStatus",
    "RefundStatus",
    "move_verdict",
    "outcome",
    "payout_move",
    "refund_move",
]


class RefundStatus(StrEnum):
    """Where the decision stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    PARTIALLY_SUCCEEDED = "partially_succeeded"
    FAILED = "failed"
    REVERSED = "reversed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class PayoutStatus(StrEnum):
    """Where the money stands."""

    RESERVED = "reserved"
    SUBMITTED = "submitted"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"
    CANCELLED = "cancelled"
    EXTERNAL = "external"


_R = RefundStatus
_P = PayoutStatus

REFUND_MOVES: Mapping[RefundStatus, frozenset[RefundStatus]] = MappingProxyType(
    {
        _R.REQUESTED: frozenset({_R.APPROVED, _R.REJECTED, _R.CANCELLED}),
        _R.APPROVED: frozenset({_R.PROCESSING, _R.REJECTED, _R.CANCELLED}),
        _R.PROCESSING: frozenset({_R.SUCCEEDED, _R.PARTIALLY_SUCCEEDED, _R.FAILED}),
        _R.SUCCEEDED: frozenset({_R.PARTIALLY_SUCCEEDED, _R.REVERSED}),
        _R.PARTIALLY_SUCCEEDED: frozenset({_R.SUCCEEDED, _R.REVERSED}),
        _R.FAILED: frozenset(),
        _R.REVERSED: frozenset(),
        _R.REJECTED: frozenset(),
        _R.CANCELLED: frozenset(),
    }
)

PAYOUT_MOVES: Mapping[PayoutStatus, frozenset[PayoutStatus]] = MappingProxyType(
    {
        _P.RESERVED: frozenset({_P.SUBMITTED, _P.CANCELLED}),
        _P.SUBMITTED: frozenset({_P.PENDING, _P.REQUIRES_ACTION, _P.UNKNOWN, _P.SUCCEEDED, _P.FAILED}),
        _P.UNKNOWN: frozenset({_P.PENDING, _P.REQUIRES_ACTION, _P.SUCCEEDED, _P.FAILED}),
        _P.REQUIRES_ACTION: frozenset({_P.PENDING, _P.SUCCEEDED, _P.FAILED, _P.CANCELLED}),
        _P.PENDING: frozenset({_P.SUCCEEDED, _P.FAILED}),
        _P.SUCCEEDED: frozenset({_P.REVERSED}),
        _P.EXTERNAL: frozenset({_P.REVERSED}),
        _P.FAILED: frozenset(),
        _P.REVERSED: frozenset(),
        _P.CANCELLED: frozenset(),
    }
)

DEAD_REFUNDS = frozenset({_R.REJECTED, _R.CANCELLED, _R.FAILED, _R.REVERSED})
"""States that free every line, once, and that nothing leaves."""

DEAD_PAYOUTS = frozenset({_P.FAILED, _P.CANCELLED, _P.REVERSED})
"""States that free the payment's capacity."""

IN_FLIGHT_PAYOUTS = frozenset({_P.RESERVED, _P.SUBMITTED, _P.PENDING, _P.REQUIRES_ACTION, _P.UNKNOWN})
"""Money whose fate is open."""

_PAID = frozenset({_P.SUCCEEDED, _P.EXTERNAL})


def refund_move(seen: RefundStatus, wanted: RefundStatus) -> MoveVerdict:
    """Judge a move of the decision."""
    return move_verdict(REFUND_MOVES, seen, wanted)


def payout_move(seen: PayoutStatus, wanted: PayoutStatus) -> MoveVerdict:
    """Judge a move of the money. A stale one is what a repeated or late webhook asks for: a no-op."""
    return move_verdict(PAYOUT_MOVES, seen, wanted)


def outcome(seen: RefundStatus, total: int, payouts: Iterable[tuple[PayoutStatus, int]]) -> RefundStatus:
    """The state that a refund's payouts (status, minor units) ask for.

    While any is in flight: `processing`. All of the total paid: `succeeded`; a part: `partially_succeeded`; nothing:
    `reversed` for a refund that had been paid, else `failed`.
    """
    listed = list(payouts)
    if any(status in IN_FLIGHT_PAYOUTS for status, _ in listed):
        return _R.PROCESSING
    paid = sum(amount for status, amount in listed if status in _PAID)
    if paid >= total:
        return _R.SUCCEEDED
    if paid > 0:
        return _R.PARTIALLY_SUCCEEDED
    return _R.REVERSED if seen in (_R.SUCCEEDED, _R.PARTIALLY_SUCCEEDED) else _R.FAILED
