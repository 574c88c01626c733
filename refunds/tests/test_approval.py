"""The rule approves, or a different person decides."""

import pytest

from refunds.domain.approval import Approval, judge_approval, judge_decider


def approval(**changes: object) -> Approval:
    """A refund of 60.00 by somebody who asked for 1,900.00 today, on an order with 40.00 back, by our defaults."""
    usual: dict[str, object] = {
        "total": 6_000,
        "currency": "EUR",
        "shop_currency": "EUR",
        "threshold": 10_000,
        "order_recent": 4_000,
        "daily_limit": 200_000,
        "requester_recent": 190_000,
    }
    return judge_approval(**{**usual, **changes})


def test_the_rule_approves_up_to_threshold_and_limit_inclusive() -> None:
    assert approval() == Approval(())
    assert approval().by_rule
    assert approval(requester_recent=194_000).by_rule


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"order_recent": 4_001}, ("over_threshold",)),
        ({"total": 10_001, "order_recent": 0, "requester_recent": 0}, ("over_threshold",)),
        ({"requester_recent": 194_001}, ("over_daily_limit",)),
        ({"order_recent": 4_001, "requester_recent": 194_001}, ("over_threshold", "over_daily_limit")),
        ({"threshold": 0}, ("over_threshold",)),
        ({"daily_limit": 0}, ("over_daily_limit",)),
    ],
)
def test_what_is_above_needs_a_second_person(changes: dict[str, object], because: tuple[str, ...]) -> None:
    assert approval(**changes).because == because
    assert not approval(**changes).by_rule


def test_a_large_refund_in_small_pieces_needs_a_second_person_too() -> None:
    pieces = [approval(total=4_000, order_recent=before, requester_recent=before) for before in (0, 4_000, 8_000)]
    assert [piece.by_rule for piece in pieces] == [True, True, False]


def test_a_shop_without_a_threshold_has_nothing_to_exceed() -> None:
    assert approval(threshold=None, order_recent=10**9).by_rule
    assert approval(threshold=None, requester_recent=10**9).because == ("over_daily_limit",)


def test_an_api_client_has_no_daily_limit() -> None:
    assert approval(daily_limit=None, requester_recent=10**9).by_rule


def test_another_currency_cannot_be_compared_and_needs_a_second_person() -> None:
    assert approval(currency="JPY", order_recent=10**9, requester_recent=10**9).because == ("other_currency",)
    assert approval(currency="JPY", threshold=None, daily_limit=None).because == ("other_currency",)


def decider(**changes: object) -> tuple[str, dict[str, object]] | None:
    """A refund of 60.00, requested by Ana and decided by Ben."""
    usual: dict[str, object] = {"requested_by": "Ana", "decider": "Ben", "is_client": False, "total": 6_000}
    refusal = judge_decider(**{**usual, **changes})
    return refusal and (refusal.code, refusal.parameters)


def test_a_different_person_decides() -> None:
    assert decider() is None
    assert decider(decider="Ana") == ("own_request", {})


def test_an_api_client_never_decides() -> None:
    assert decider(is_client=True, decider="Ana") == ("clients_never_decide", {})


def test_a_senior_agent_decides_up_to_their_own_limit() -> None:
    assert decider(limit=6_000) is None
    assert decider(limit=5_999) == ("over_own_limit", {"maximum": 5_999})
    assert decider(limit=0) == ("over_own_limit", {"maximum": 0})


def test_a_limit_says_nothing_about_another_currency() -> None:
    assert decider(limit=6_000, same_currency=False) == ("over_own_limit", {"maximum": 6_000})
    assert decider(same_currency=False) is None
