"""The decision and the money move forward only."""

from itertools import product

import pytest

from refunds.domain.lifecycle import (
    DEAD_PAYOUTS,
    DEAD_REFUNDS,
    IN_FLIGHT_PAYOUTS,
    PAYOUT_MOVES,
    REFUND_MOVES,
    PayoutStatus,
    RefundStatus,
    outcome,
    payout_move,
    refund_move,
)

REFUND_EDGES = {
    *{("requested", "approved"), ("requested", "rejected"), ("requested", "cancelled")},
    *{("approved", "processing"), ("approved", "rejected"), ("approved", "cancelled")},
    *{("processing", "succeeded"), ("processing", "partially_succeeded"), ("processing", "failed")},
    *{("succeeded", "partially_succeeded"), ("succeeded", "reversed")},
    *{("partially_succeeded", "succeeded"), ("partially_succeeded", "reversed")},
}
PAYOUT_EDGES = {
    *{("reserved", "submitted"), ("reserved", "cancelled")},
    *{("submitted", status) for status in ("pending", "requires_action", "unknown", "succeeded", "failed")},
    *{("unknown", status) for status in ("pending", "requires_action", "succeeded", "failed")},
    *{("requires_action", status) for status in ("pending", "succeeded", "failed", "cancelled")},
    *{("pending", "succeeded"), ("pending", "failed")},
    *{("succeeded", "reversed"), ("external", "reversed")},
}


@pytest.mark.parametrize(("seen", "wanted"), list(product(RefundStatus, repeat=2)))
def test_a_refund_moves_as_the_table_says_and_no_other_way(seen: RefundStatus, wanted: RefundStatus) -> None:
    verdict = refund_move(seen, wanted)
    assert verdict.allowed == ((seen, wanted) in REFUND_EDGES)
    assert verdict.code == (None if verdict.allowed else "illegal_move")


@pytest.mark.parametrize(("seen", "wanted"), list(product(PayoutStatus, repeat=2)))
def test_a_payout_moves_as_the_table_says_and_no_other_way(seen: PayoutStatus, wanted: PayoutStatus) -> None:
    verdict = payout_move(seen, wanted)
    assert verdict.allowed == ((seen, wanted) in PAYOUT_EDGES)
    assert verdict.code == (None if verdict.allowed else "illegal_move")


def test_every_state_has_its_moves() -> None:
    assert set(REFUND_MOVES) == set(RefundStatus)
    assert set(PAYOUT_MOVES) == set(PayoutStatus)


def test_nothing_leaves_a_dead_state_and_nothing_else_ends() -> None:
    assert {status for status, moves in REFUND_MOVES.items() if not moves} == DEAD_REFUNDS
    assert {status for status, moves in PAYOUT_MOVES.items() if not moves} == DEAD_PAYOUTS


def test_the_dead_and_those_in_flight_are_named() -> None:
    assert {"rejected", "cancelled", "failed", "reversed"} == DEAD_REFUNDS
    assert {"failed", "cancelled", "reversed"} == DEAD_PAYOUTS
    assert {"reserved", "submitted", "pending", "requires_action", "unknown"} == IN_FLIGHT_PAYOUTS


def test_the_tables_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        REFUND_MOVES[RefundStatus.FAILED] = frozenset(RefundStatus)
    with pytest.raises(TypeError):
        PAYOUT_MOVES[PayoutStatus.FAILED] = frozenset(PayoutStatus)


@pytest.mark.parametrize(
    ("seen", "told", "stale"),
    [
        ("succeeded", "succeeded", True),  # the webhook again
        ("succeeded", "pending", True),  # the webhook late
        ("reversed", "succeeded", True),
        ("failed", "pending", True),
        ("pending", "requires_action", True),
        ("failed", "succeeded", False),  # a contradiction: a person looks at it
        ("cancelled", "succeeded", False),
        ("reserved", "succeeded", False),
        ("external", "pending", False),
    ],
)
def test_a_repeated_or_late_webhook_is_stale_and_a_contradiction_is_not(seen: str, told: str, stale: bool) -> None:
    verdict = payout_move(PayoutStatus(seen), PayoutStatus(told))
    assert (verdict.allowed, verdict.stale) == (False, stale)


@pytest.mark.parametrize(
    ("seen", "payouts", "status"),
    [
        ("processing", [("succeeded", 100)], "succeeded"),
        ("processing", [("succeeded", 60), ("succeeded", 40)], "succeeded"),
        ("processing", [("succeeded", 60), ("failed", 40)], "partially_succeeded"),
        ("processing", [("succeeded", 60), ("failed", 40), ("succeeded", 40)], "succeeded"),
        ("processing", [("external", 100)], "succeeded"),
        ("processing", [("failed", 100)], "failed"),
        ("processing", [("failed", 60), ("cancelled", 40)], "failed"),
        ("processing", [], "failed"),
        ("succeeded", [("reversed", 100)], "reversed"),
        ("succeeded", [("reversed", 60), ("succeeded", 40)], "partially_succeeded"),
        ("partially_succeeded", [("reversed", 60), ("failed", 40)], "reversed"),
        ("succeeded", [("succeeded", 101)], "succeeded"),
        ("processing", [("succeeded", 99)], "partially_succeeded"),
        ("processing", [("succeeded", 1)], "partially_succeeded"),
        *[("processing", [("succeeded", 60), (waiting, 40)], "processing") for waiting in sorted(IN_FLIGHT_PAYOUTS)],
    ],
)
def test_payouts_decide_where_a_refund_ends(seen: str, payouts: list[tuple[str, int]], status: str) -> None:
    moved = [(PayoutStatus(name), amount) for name, amount in payouts]
    assert outcome(RefundStatus(seen), 100, iter(moved)) == status


def test_a_new_payout_for_the_missing_part_does_not_move_a_refund_back() -> None:
    payouts = [(PayoutStatus.SUCCEEDED, 60), (PayoutStatus.FAILED, 40), (PayoutStatus.SUBMITTED, 40)]
    wanted = outcome(RefundStatus.PARTIALLY_SUCCEEDED, 100, payouts)
    verdict = refund_move(RefundStatus.PARTIALLY_SUCCEEDED, wanted)
    assert (wanted, verdict.allowed, verdict.stale) == ("processing", False, True)
