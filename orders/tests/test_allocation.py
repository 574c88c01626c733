"""Shares sum to the amount, to the last minor unit."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.domain.allocation import largest_remainder

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "by", "shares"),
    [
        (1000, [2500, 2500, 1234, 0], [401, 401, 198, 0]),
        (1000, [1, 1, 1], [334, 333, 333]),
        (5, [1, 1, 1], [2, 2, 1]),
        (0, [3, 4], [0, 0]),
        (7, [9], [7]),
        (3, [0, 2], [0, 3]),
        (1, [1, 3, 3], [0, 1, 0]),
    ],
)
def test_the_largest_remainder_wins_and_a_tie_goes_to_the_earlier(
    amount: int, by: list[int], shares: list[int]
) -> None:
    assert largest_remainder(amount, by) == shares


def test_a_negative_amount_is_mirrored() -> None:
    assert largest_remainder(-7, [1, 1, 1]) == [-3, -2, -2]


def test_weights_that_are_all_zero_share_equally() -> None:
    assert largest_remainder(5, [0, 0, 0]) == [2, 2, 1]
    assert largest_remainder(-5, [0, 0]) == [-3, -2]


def test_nothing_over_nobody_is_nothing() -> None:
    assert largest_remainder(0, []) == []


@pytest.mark.parametrize("amount", [1, -1])
def test_an_amount_needs_somebody_to_take_it(amount: int) -> None:
    with pytest.raises(ValueError, match="nobody"):
        largest_remainder(amount, [])


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        largest_remainder(10, [1, -1])


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), weights)
def test_shares_sum_exactly_and_stay_within_one_of_their_part(amount: int, by: list[int]) -> None:
    shares = largest_remainder(amount, by)
    total = sum(by)
    assert sum(shares) == amount
    if total:
        assert all(abs(share - Fraction(amount * weight, total)) < 1 for share, weight in zip(shares, by, strict=True))


@settings(deadline=None)
@given(weights, st.data())
def test_a_discount_within_the_lines_never_takes_more_than_a_line(by: list[int], data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, sum(by)))
    if sum(by):
        shares = largest_remainder(discount, by)
        assert all(0 <= share <= weight for share, weight in zip(shares, by, strict=True))
