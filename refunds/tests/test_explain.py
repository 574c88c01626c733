"""An amount explains itself, in numbers and in words."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from orders.domain.money import to_decimal
from refunds.domain.amount import ChargeState, LineState, charge_due, line_due
from refunds.domain.explain import explain_charge, explain_line

LAMPS = LineState(quantity=3, delivered=3, gross=1999, tax=319, held_quantity=1, held_gross=666, held_tax=106)
EXPRESS = ChargeState(gross=1200, tax=192, standard_gross=400, held_gross=200, held_tax=32)


def test_a_line_tells_its_snapshot_and_what_came_before() -> None:
    told = explain_line(LAMPS, 1, "EUR")
    assert (told.currency, told.quantity, told.units_held, told.units) == ("EUR", 3, 1, 1)
    assert (told.gross_paid, told.tax_paid, told.gross_held, told.tax_held) == ("19.99", "3.19", "6.66", "1.06")
    assert (told.gross, told.tax, told.net) == ("6.67", "1.07", "5.60")


def test_a_line_tells_its_sums_and_what_was_rounded() -> None:
    told = explain_line(LAMPS, 1, "EUR")
    assert told.formula == "round_half_up(19.99 × 2 / 3) − 6.66 = 13.33 − 6.66 = 6.67"
    assert told.rounding == "19.99 × 2 / 3 = 13.32666…, rounded half up to 13.33"
    assert told.tax_formula == "round_half_up(3.19 × 13.33 / 19.99) − 1.06 = 2.13 − 1.06 = 1.07"
    assert told.tax_rounding == "3.19 × 13.33 / 19.99 = 2.12719…, rounded half up to 2.13"


def test_a_line_tells_it_in_words() -> None:
    assert explain_line(LAMPS, 1, "EUR").words == (
        "19.99 was paid for 3 units; 1 held before, with 6.66.",
        "The target for 2 of 3 is 13.33: 19.99 × 2 / 3 = 13.32666…, rounded half up to 13.33.",
        "Less the 6.66 held before, 6.67 is due for 1 unit.",
        "The tax inside 13.33 is 2.13; less the 1.06 held before, 1.07 goes back.",
    )
    whole = LineState(quantity=1, delivered=1, gross=500, tax=0)
    assert explain_line(whole, 1, "EUR").text == (
        "5.00 was paid for 1 unit; none held before, with 0.00. The target for 1 of 1 is 5.00: "
        "5.00 × 1 / 1 = 5.00 exactly. Less the 0.00 held before, 5.00 is due for 1 unit. No tax was paid on it."
    )


def test_several_units_are_told_as_such() -> None:
    assert explain_line(LAMPS, 2, "EUR").words[2] == "Less the 6.66 held before, 13.33 is due for 2 units."


@pytest.mark.parametrize(
    ("currency", "line", "rounding"),
    [
        ("EUR", LineState(2, 2, 25, 0), "0.25 × 1 / 2 = 0.12500, rounded half up to 0.13"),
        ("JPY", LineState(3, 3, 1000, 0), "1000 × 1 / 3 = 333.333…, rounded half up to 333"),
        ("KWD", LineState(7, 7, 10000, 0), "10.000 × 1 / 7 = 1.428571…, rounded half up to 1.429"),
        ("EUR", LineState(2, 2, 1000, 0), "10.00 × 1 / 2 = 5.00 exactly"),
        ("JPY", LineState(8, 8, 1001, 0), "1001 × 1 / 8 = 125.125, rounded half up to 125"),
        ("EUR", LineState(4, 4, 1, 0), "0.01 × 1 / 4 = 0.00250, rounded half up to 0.00"),
    ],
)
def test_a_quotient_is_shown_a_little_finer_than_the_money(currency: str, line: LineState, rounding: str) -> None:
    assert explain_line(line, 1, currency).rounding == rounding


def test_a_limit_is_told() -> None:
    coats = LineState(2, 2, 3000, 500, held_quantity=1, held_gross=1900, held_tax=317, conceded_gross=400)
    told = explain_line(coats, 1, "EUR")
    assert told.formula == "round_half_up(30.00 × 2 / 2) − 15.00 = 30.00 − 15.00 = 15.00, limited to 11.00"
    assert told.words[3] == "The rest of the line limits this to 11.00."
    assert len(told.words) == 5


def test_a_limit_of_the_tax_is_told() -> None:
    told = explain_line(LineState(3, 3, 900, 90, held_quantity=1, held_gross=300, held_tax=85), 1, "EUR")
    assert told.tax_formula == "round_half_up(0.90 × 6.00 / 9.00) − 0.85 = 0.60 − 0.85 = -0.25, limited to 0.00"
    assert told.words[-1] == "The rest of tax and net limits this to 0.00."


@pytest.mark.parametrize("line", [LineState(2, 2, 0, 0), LineState(2, 2, 1000, 0)])
def test_a_line_without_tax_says_so(line: LineState) -> None:
    told = explain_line(line, 1, "JPY")
    assert (told.tax_formula, told.tax_rounding) == ("0", "nothing is rounded")
    assert told.words[-1] == "No tax was paid on it."


def test_a_charge_tells_what_is_left() -> None:
    told = explain_charge(EXPRESS, "EUR")
    assert (told.quantity, told.units_held, told.units) == (None, None, None)
    assert (told.formula, told.rounding) == ("12.00 − 2.00 = 10.00", "nothing is rounded")
    assert told.tax_formula == "round_half_up(1.92 × 12.00 / 12.00) − 0.32 = 1.92 − 0.32 = 1.60"
    assert told.words[:2] == (
        "12.00 was paid for delivery; 2.00 of it is held already.",
        "All that is left of it is 10.00.",
    )


def test_a_charge_tells_the_amount_that_was_asked_for() -> None:
    told = explain_charge(EXPRESS, "EUR", 300)
    assert (told.formula, told.gross, told.tax) == ("3.00", "3.00", "0.48")
    assert told.words[1] == "3.00 of it is asked for."


def test_a_charge_tells_the_standard_cost() -> None:
    told = explain_charge(EXPRESS, "EUR", standard=True, every_unit_held=True)
    assert (told.formula, told.gross) == ("max(0, 4.00 − 2.00) = 2.00", "2.00")
    assert told.words[1] == "The standard delivery cost of 4.00, less what is held already, comes to 2.00."
    again = explain_charge(replace(EXPRESS, held_gross=500), "EUR", standard=True, every_unit_held=True)
    assert again.formula == "max(0, 4.00 − 5.00) = 0.00"


def test_an_explanation_can_be_stored_as_json() -> None:
    told = explain_line(LAMPS, 1, "EUR")
    stored = told.as_dict()
    assert json.loads(json.dumps(stored)) == stored
    assert set(stored) == {field.name for field in fields(told)}
    assert (stored["formula"], stored["units"], stored["words"]) == (told.formula, 1, list(told.words))


def test_what_is_refused_is_not_explained() -> None:
    with pytest.raises(Refused, match="quantity_exceeds_refundable"):
        explain_line(LAMPS, 3, "EUR")
    with pytest.raises(Refused, match="shipping_not_due"):
        explain_charge(EXPRESS, "EUR", standard=True)
    with pytest.raises(Refused, match="amount_exceeds_refundable"):
        explain_charge(EXPRESS, "EUR", 1001)


@settings(deadline=None)
@given(st.integers(1, 50), st.integers(0, 10**7), st.data())
def test_an_explanation_ends_in_the_amount_that_goes_back(quantity: int, gross: int, data: st.DataObject) -> None:
    line = LineState(quantity, quantity, gross, data.draw(st.integers(0, gross)))
    if held := data.draw(st.integers(0, quantity - 1)):
        due = line_due(line, held)
        line = replace(line, held_quantity=held, held_gross=due.gross, held_tax=due.tax)
    units = data.draw(st.integers(1, quantity - held))
    told, due = explain_line(line, units, "EUR"), line_due(line, units)
    assert told.formula.endswith(f" {to_decimal(due.gross, 'EUR')}")
    assert told.tax_formula.endswith(to_decimal(due.tax, "EUR"))
    assert (told.gross, told.tax, told.net) == tuple(to_decimal(part, "EUR") for part in (due.gross, due.tax, due.net))


@settings(deadline=None)
@given(st.integers(0, 10**7), st.data())
def test_the_rest_of_a_charge_is_explained_as_it_is_due(gross: int, data: st.DataObject) -> None:
    charge = ChargeState(gross, data.draw(st.integers(0, gross)))
    told, due = explain_charge(charge, "KWD"), charge_due(charge)
    assert (told.gross, told.tax) == (to_decimal(due.gross, "KWD"), to_decimal(due.tax, "KWD"))
    assert told.formula.endswith(f"= {told.gross}")
