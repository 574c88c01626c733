"""What is due: to the last minor unit, in any order, also when a refund fails in between."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from refunds.domain.amount import (
    NOTHING,
    Amount,
    ChargeState,
    LineState,
    charge_due,
    concession_due,
    left_of,
    line_due,
    line_target,
    refundable_units,
    standard_cost,
    tax_target,
    total_of,
    unclamped_due,
)

LAMPS = LineState(quantity=3, delivered=3, gross=1999, tax=319)
EXPRESS = ChargeState(gross=1200, tax=192, standard_gross=400)


def refusal_of(ask: Callable[[], Amount]) -> tuple[str, dict[str, object]]:
    """The no that is met."""
    with pytest.raises(Refused) as caught:
        ask()
    return caught.value.code, caught.value.parameters


def hold(line: LineState, units: int, amount: Amount) -> LineState:
    """The line after a refund has taken this; negative values free it again."""
    conceded = 0 if units else amount.gross
    return replace(
        line,
        held_quantity=line.held_quantity + units,
        held_gross=line.held_gross + amount.gross,
        held_tax=line.held_tax + amount.tax,
        conceded_gross=line.conceded_gross + conceded,
    )


def free(line: LineState, units: int, amount: Amount) -> LineState:
    """The line after that refund failed."""
    return hold(line, -units, Amount(-amount.gross, -amount.tax))


# Units


@pytest.mark.parametrize(
    ("units", "gross", "tax"),
    [(1, 666, 106), (2, 1333, 213), (3, 1999, 319)],
)
def test_units_are_due_their_part_rounded_half_up(units: int, gross: int, tax: int) -> None:
    due = line_due(LAMPS, units)
    assert due == Amount(gross, tax)
    assert due.net == gross - tax


def test_three_lamps_one_by_one_end_at_what_was_paid() -> None:
    line, parts = LAMPS, []
    for _ in range(3):
        parts.append(line_due(line, 1))
        line = hold(line, 1, parts[-1])
    assert parts == [Amount(666, 106), Amount(667, 107), Amount(666, 106)]
    assert left_of(line) == NOTHING


def test_a_refund_that_fails_in_between_costs_no_cent() -> None:
    line = LineState(quantity=4, delivered=4, gross=5002, tax=0)
    first = line_due(line, 1)
    line = hold(line, 1, first)
    line = hold(line, 1, line_due(line, 1))
    line = free(line, 1, first)
    again = [first.gross, line.held_gross]
    for _ in range(3):
        due = line_due(line, 1)
        again.append(due.gross)
        line = hold(line, 1, due)
    assert again == [1251, 1250, 1251, 1251, 1250]
    assert line.held_gross == 5002


def test_half_a_cent_goes_up() -> None:
    assert line_due(LineState(2, 2, gross=25, tax=5), 1) == Amount(13, 3)


def test_a_free_line_is_due_nothing() -> None:
    assert line_due(LineState(2, 2, gross=0, tax=0), 2) == NOTHING


def test_only_what_has_arrived_and_is_not_held_is_refundable() -> None:
    line = replace(LAMPS, delivered=2, held_quantity=1, held_gross=666, held_tax=106)
    assert refundable_units(line) == 1
    assert refusal_of(lambda: line_due(line, 2)) == ("quantity_exceeds_refundable", {"maximum": 1})
    assert line_due(line, 1) == Amount(667, 107)


def test_nothing_is_refundable_before_the_first_delivery() -> None:
    line = replace(LAMPS, delivered=0)
    assert refundable_units(line) == 0
    assert refusal_of(lambda: line_due(line, 1)) == ("quantity_exceeds_refundable", {"maximum": 0})


def test_refundable_units_are_never_negative() -> None:
    assert refundable_units(replace(LAMPS, delivered=1, held_quantity=2)) == 0


@pytest.mark.parametrize("units", [0, -1])
def test_no_units_are_refused(units: int) -> None:
    assert refusal_of(lambda: line_due(LAMPS, units)) == ("amount_not_positive", {})


def test_the_target_counts_held_and_asked_units() -> None:
    line = replace(LAMPS, held_quantity=1, held_gross=700, conceded_gross=34)
    assert line_target(line, 1) == 1333
    assert unclamped_due(line, 1) == 1333 - 666


def test_a_hold_above_its_part_is_never_paid_twice() -> None:
    line = replace(LAMPS, held_quantity=1, held_gross=1400, held_tax=300)
    assert unclamped_due(line, 1) == -67
    assert line_due(line, 1) == NOTHING
    assert line_due(line, 2) == Amount(599, 19)


# Amounts without units


def test_a_concession_takes_its_tax_along_and_lowers_the_rest() -> None:
    coats = LineState(2, 2, gross=3000, tax=500)
    conceded = concession_due(coats, 400)
    coats = hold(coats, 0, conceded)
    first = line_due(coats, 1)
    coats = hold(coats, 1, first)
    last = line_due(coats, 1)
    assert [conceded, first, last] == [Amount(400, 67), Amount(1500, 250), Amount(1100, 183)]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_concession_is_positive(amount: int) -> None:
    assert refusal_of(lambda: concession_due(LAMPS, amount)) == ("amount_not_positive", {})


def test_a_concession_is_at_most_what_is_left() -> None:
    line = hold(LAMPS, 1, Amount(666, 106))
    assert concession_due(line, 1333) == Amount(1333, 213)
    assert refusal_of(lambda: concession_due(line, 1334)) == ("amount_exceeds_refundable", {"maximum": 1333})


# Tax


def test_tax_is_in_proportion_to_the_gross() -> None:
    assert tax_target(LAMPS, 1333) == 213
    assert tax_target(LineState(1, 1, gross=0, tax=0), 0) == 0
    assert tax_target(EXPRESS, 400) == 64


@pytest.mark.parametrize(
    ("line", "due"),
    [
        # two cents with a cent of tax, asked one by one: half a cent of tax goes up, and is not paid twice
        (LineState(2, 2, 2, 1), Amount(1, 1)),
        (LineState(2, 2, 2, 1, 1, 1, 1), Amount(1, 0)),
        # more tax is held than the target: nothing is taken back
        (LineState(2, 2, 1000, 100, 1, 500, 80), Amount(500, 20)),
        (LineState(3, 3, 900, 90, 1, 300, 85), Amount(300, 0)),
        # all the net is held already: what is left is tax
        (LineState(2, 2, 1000, 100, 1, 900, 0), Amount(100, 100)),
        # the net that is left is small, so the tax must be large
        (LineState(3, 3, 900, 300, 1, 300, 10), Amount(300, 190)),
        (LineState(3, 3, 900, 300, 1, 300, 0), Amount(300, 200)),
        (LineState(3, 3, 900, 300, 2, 600, 0), Amount(300, 300)),
        # more tax is missing than is due at all
        (LineState(9, 9, 9, 3, 6, 6, 0), Amount(1, 1)),
    ],
)
def test_neither_tax_nor_net_exceeds_what_is_left_of_it(line: LineState, due: Amount) -> None:
    assert line_due(line, 1) == due


# Shipping


def test_a_charge_gives_back_all_that_is_left() -> None:
    assert charge_due(EXPRESS) == Amount(1200, 192)
    assert charge_due(replace(EXPRESS, held_gross=200, held_tax=32)) == Amount(1000, 160)
    assert charge_due(replace(EXPRESS, held_gross=1200, held_tax=192)) == NOTHING


def test_a_charge_gives_back_an_amount_up_to_what_is_left() -> None:
    charge = replace(EXPRESS, held_gross=200, held_tax=32)
    assert charge_due(charge, 1000) == Amount(1000, 160)
    assert charge_due(charge, 1) == Amount(1, 0)
    assert refusal_of(lambda: charge_due(charge, 1001)) == ("amount_exceeds_refundable", {"maximum": 1000})
    assert refusal_of(lambda: charge_due(charge, 0)) == ("amount_not_positive", {})
    assert refusal_of(lambda: charge_due(charge, -1)) == ("amount_not_positive", {})


def test_the_standard_cost_is_due_when_every_unit_is_held_and_no_earlier() -> None:
    assert charge_due(EXPRESS, standard=True, every_unit_held=True) == Amount(400, 64)
    assert refusal_of(lambda: charge_due(EXPRESS, standard=True)) == ("shipping_not_due", {})
    assert charge_due(EXPRESS, every_unit_held=True) == Amount(1200, 192)


@pytest.mark.parametrize(("held", "due"), [(0, 400), (150, 250), (399, 1), (400, 0), (401, 0), (1200, 0)])
def test_the_standard_cost_is_due_once(held: int, due: int) -> None:
    charge = replace(EXPRESS, held_gross=held)
    assert charge_due(charge, standard=True, every_unit_held=True).gross == due


def test_an_amount_may_be_capped_at_the_standard_cost() -> None:
    assert charge_due(EXPRESS, 400, standard=True, every_unit_held=True) == Amount(400, 64)
    above = refusal_of(lambda: charge_due(EXPRESS, 401, standard=True, every_unit_held=True))
    assert above == ("amount_exceeds_refundable", {"maximum": 400})


def test_the_standard_cost_is_at_most_what_was_paid() -> None:
    assert standard_cost(EXPRESS) == 400
    assert standard_cost(replace(EXPRESS, standard_gross=1201)) == 1200
    assert standard_cost(replace(EXPRESS, standard_gross=None)) == 1200
    assert standard_cost(replace(EXPRESS, standard_gross=0)) == 0


def test_amounts_add_up() -> None:
    assert total_of([Amount(3, 1), Amount(4, 2)]) == Amount(7, 3)
    assert total_of(Amount(1, 1) for _ in range(0)) == NOTHING == Amount(0, 0)


# For every line there is


@st.composite
def lines(draw: st.DrawFn) -> LineState:
    """A line as any shop could have sold it, wholly delivered."""
    quantity, gross = draw(st.integers(1, 40)), draw(st.integers(0, 10**9))
    return LineState(quantity, quantity, gross, draw(st.integers(0, gross)))


steps = st.lists(st.tuples(st.integers(1, 10), st.booleans(), st.integers(0, 10**6)), max_size=40)


@settings(deadline=None, max_examples=300)
@given(lines(), steps, st.booleans())
def test_any_refunds_with_failures_in_between_end_at_exactly_what_was_paid(
    line: LineState, plan: list[tuple[int, bool, int]], with_concessions: bool
) -> None:
    paid, living = line, []
    for number, fails, pick in plan:
        if fails and living:
            line = free(line, *living.pop(pick % len(living)))
            continue
        units = min(number, refundable_units(line))
        left = left_of(line).gross
        if with_concessions and pick % 3 == 0 and left:
            taken = (0, concession_due(line, 1 + pick % left))
        elif units:
            taken = (units, line_due(line, units))
        else:
            continue
        living.append(taken)
        line = hold(line, *taken)
        assert 0 <= taken[1].tax <= taken[1].gross
        assert 0 <= line.held_tax <= paid.tax
        assert 0 <= line.held_gross - line.held_tax <= paid.gross - paid.tax
    while refundable_units(line):
        line = hold(line, 1, line_due(line, 1))
    if with_concessions and left_of(line).gross:  # one of them failed after the last unit
        line = hold(line, 0, concession_due(line, left_of(line).gross))
    assert left_of(line) == NOTHING
    assert line.held_quantity == paid.quantity


@settings(deadline=None)
@given(lines(), st.data())
def test_without_failures_each_part_is_within_a_minor_unit_of_its_share(line: LineState, data: st.DataObject) -> None:
    paid = line
    while refundable_units(line):
        units = data.draw(st.integers(1, refundable_units(line)))
        due = line_due(line, units)
        assert abs(due.gross - Fraction(paid.gross * units, paid.quantity)) <= 1
        line = hold(line, units, due)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.data())
def test_a_charge_in_parts_ends_at_exactly_what_was_paid(gross: int, data: st.DataObject) -> None:
    charge = paid = ChargeState(gross, data.draw(st.integers(0, gross)))
    for _ in range(5):
        if left := left_of(charge).gross:
            due = charge_due(charge, data.draw(st.integers(1, left)))
            charge = replace(charge, held_gross=charge.held_gross + due.gross, held_tax=charge.held_tax + due.tax)
    rest = charge_due(charge)
    assert (charge.held_gross + rest.gross, charge.held_tax + rest.tax) == (paid.gross, paid.tax)
