"""Which payments carry a refund: the fewest payouts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refunds.domain.tender import PaymentState, Share, Split, split

payment_states = st.builds(
    PaymentState,
    reference=st.just("p"),
    captured=st.integers(0, 10_000),
    held=st.integers(0, 10_000),
    refundable=st.booleans(),
)


def payments(**captured: int) -> list[PaymentState]:
    """Payments of which nothing is held."""
    return [PaymentState(name, amount) for name, amount in captured.items()]


@pytest.mark.parametrize(
    ("amount", "captured", "shares"),
    [
        (50, {"a": 30, "b": 50, "c": 90}, {"b": 50}),
        (50, {"a": 90, "b": 50}, {"b": 50}),
        (50, {"a": 30, "b": 80, "c": 60}, {"c": 50}),
        (100, {"a": 40, "b": 70, "c": 25}, {"b": 70, "a": 30}),
        (95, {"a": 40, "b": 70, "c": 25}, {"b": 70, "c": 25}),
        (999, {"a": 120, "b": 180, "c": 200, "d": 500}, {"d": 500, "c": 200, "b": 180, "a": 119}),
        (50, {"a": 60, "b": 60}, {"a": 50}),
        (50, {"a": 50, "b": 50}, {"a": 50}),
        (70, {"a": 40, "b": 40}, {"a": 40, "b": 30}),
        (0, {"a": 40}, {}),
        (1, {"a": 0, "b": 1}, {"b": 1}),
    ],
)
def test_exact_then_the_smallest_that_covers_then_the_largest_first(
    amount: int, captured: dict[str, int], shares: dict[str, int]
) -> None:
    answer = split(amount, payments(**captured))
    assert answer == Split(tuple(Share(name, share) for name, share in shares.items()), 0)
    assert answer.covered == amount


def test_what_no_payment_carries_is_left_over() -> None:
    answer = split(100, payments(a=40, b=50))
    assert answer == Split((Share("b", 50), Share("a", 40)), 10)
    assert answer.covered == 90
    assert split(100, []) == Split((), 100)


def test_a_negative_amount_draws_on_nothing() -> None:
    assert split(-5, payments(a=40)) == Split((), 0)


def test_what_is_held_is_not_there() -> None:
    held = PaymentState("a", captured=500, held=300)
    assert held.left == 200
    assert split(250, [held]) == Split((Share("a", 200),), 50)
    assert PaymentState("a", captured=500, held=600).left == 0
    assert PaymentState("a", captured=500, held=500).left == 0


def test_a_payment_that_takes_nothing_back_is_passed_over() -> None:
    cash = PaymentState("cash", 5000, refundable=False)
    assert cash.left == 0
    assert split(700, [cash, *payments(card=600)]) == Split((Share("card", 600),), 100)


@pytest.mark.parametrize(
    ("amount", "shares", "unallocated"),
    [(2300, {"p1": 2300}, 0), (1000, {"p2": 1000}, 0), (2000, {"p2": 1000}, 1000), (2500, {"p1": 2300, "p2": 200}, 0)],
)
def test_a_payment_that_goes_back_whole_or_not_at_all(amount: int, shares: dict[str, int], unallocated: int) -> None:
    answer = split(amount, [PaymentState("p1", 2300, partial=False), PaymentState("p2", 1000)])
    assert ({share.payment: share.amount for share in answer.shares}, answer.unallocated) == (shares, unallocated)


@settings(deadline=None)
@given(st.integers(0, 60_000), st.lists(payment_states, max_size=8))
def test_a_split_covers_exactly_what_the_payments_can(amount: int, given_payments: list[PaymentState]) -> None:
    numbered = [
        PaymentState(str(place), payment.captured, payment.held, payment.refundable)
        for place, payment in enumerate(given_payments)
    ]
    left = {payment.reference: payment.left for payment in numbered}
    answer = split(amount, numbered)
    assert answer.covered == min(amount, sum(left.values()))
    assert answer.unallocated == amount - answer.covered
    assert all(0 < share.amount <= left[share.payment] for share in answer.shares)
    assert len({share.payment for share in answer.shares}) == len(answer.shares)


@settings(deadline=None)
@given(st.integers(1, 60_000), st.lists(st.integers(1, 10_000), max_size=7))
def test_no_split_needs_fewer_payouts(amount: int, captured: list[int]) -> None:
    answer = split(amount, [PaymentState(str(place), size) for place, size in enumerate(captured)])
    if not answer.unallocated:
        largest = sorted(captured, reverse=True)
        fewest = next(number for number in range(len(largest) + 1) if sum(largest[:number]) >= amount)
        assert len(answer.shares) == fewest


@settings(deadline=None)
@given(st.integers(1, 30_000), st.lists(st.tuples(st.integers(1, 10_000), st.booleans()), max_size=7))
def test_a_payment_without_partial_refunds_goes_back_whole(amount: int, given_payments: list[tuple[int, bool]]) -> None:
    states = [PaymentState(str(place), size, partial=partial) for place, (size, partial) in enumerate(given_payments)]
    whole = {payment.reference: payment.left for payment in states if not payment.partial}
    answer = split(amount, states)
    assert all(share.amount == whole.get(share.payment, share.amount) for share in answer.shares)
    assert answer.covered + answer.unallocated == amount
