"""Money is whole minor units, and never rounded in silence."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from orders.domain.money import (
    EXPONENTS,
    MAX_MINOR,
    MAX_PRICE,
    exponent,
    round_half_up,
    to_decimal,
    to_minor,
    to_price,
)

unhurried = settings(deadline=None)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("JPY", 0), ("KRW", 0), ("EUR", 2), ("USD", 2), ("MGA", 2), ("KWD", 3), ("TND", 3), ("CLF", 4), ("UYW", 4)],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


def test_the_table_names_each_currency_once_in_three_capitals() -> None:
    assert len(EXPONENTS) > 150
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in EXPONENTS)


@pytest.mark.parametrize("currency", ["", "eur", "XXX", "XAU", "EURO", "EU"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(Refused) as caught:
        exponent(currency)
    assert (caught.value.code, caught.value.parameters) == ("currency_unknown", {"currency": currency})


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "EUR", 1230),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("0", "EUR", 0),
        ("0.00", "EUR", 0),
        ("0.01", "EUR", 1),
        ("12.3000", "EUR", 1230),
        ("1234", "JPY", 1234),
        ("1234.0", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
        ("0.0001", "CLF", 1),
        ("90071992547409.91", "EUR", MAX_MINOR),
    ],
)
def test_a_plain_decimal_string_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-1", "+1", "-0", "1.", ".5", "1,5", "1_000", " 1", "1 ", "1\n", "01", "00", "1e2", "1E400"),
        *("NaN", "sNaN", "Infinity", "-Infinity", "0x1f", "١٢", "１２", "1.²", "1.2.3", "1" * 41, "9" * 5_000),
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(Refused) as caught:
        to_minor(text, "EUR")
    assert (caught.value.code, caught.value.parameters) == ("amount_malformed", {})


@pytest.mark.parametrize(
    ("text", "currency", "decimals"),
    [("0.001", "EUR", 2), ("10.50", "JPY", 0), ("1.2345", "KWD", 3), ("1.0000000000001", "USD", 2)],
)
def test_what_is_finer_than_the_minor_unit_is_refused_and_never_rounded(
    text: str, currency: str, decimals: int
) -> None:
    with pytest.raises(Refused) as caught:
        to_minor(text, currency)
    assert caught.value.code == "amount_precision"
    assert caught.value.parameters == {"currency": currency, "decimals": decimals}


@pytest.mark.parametrize("text", ["90071992547409.92", "9" * 37 + ".99"])
def test_what_a_reader_of_json_could_not_hold_is_too_large(text: str) -> None:
    with pytest.raises(Refused) as caught:
        to_minor(text, "EUR")
    assert (caught.value.code, caught.value.parameters) == ("amount_too_large", {"maximum": "90071992547409.91"})


def test_a_text_of_forty_characters_is_still_read() -> None:
    assert to_minor("1." + "0" * 38, "EUR") == 100


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1230, "EUR", "12.30"),
        (5, "EUR", "0.05"),
        (0, "EUR", "0.00"),
        (-1000, "EUR", "-10.00"),
        (-5, "EUR", "-0.05"),
        (1230, "JPY", "1230"),
        (-7, "JPY", "-7"),
        (0, "JPY", "0"),
        (1230, "KWD", "1.230"),
        (1, "CLF", "0.0001"),
    ],
)
def test_money_is_written_with_all_its_decimals(minor: int, currency: str, text: str) -> None:
    assert to_decimal(minor, currency) == text


def test_money_of_an_unknown_currency_is_not_written() -> None:
    with pytest.raises(Refused, match="currency_unknown"):
        to_decimal(1, "XXX")


@unhurried
@given(st.integers(0, MAX_MINOR), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("19.99", "19.990000"),
        ("0", "0.000000"),
        ("0.123456", "0.123456"),
        ("0.1234560", "0.123456"),
        ("1000000000000", "1000000000000.000000"),
    ],
)
def test_a_unit_price_keeps_six_decimals(text: str, price: str) -> None:
    assert str(to_price(text)) == price


@pytest.mark.parametrize(
    ("text", "code", "parameters"),
    [
        ("0.1234567", "amount_precision", {"decimals": 6}),
        ("-1", "amount_malformed", {}),
        ("1000000000000.000001", "amount_too_large", {"maximum": "1000000000000"}),
    ],
)
def test_a_unit_price_that_does_not_fit_is_refused(text: str, code: str, parameters: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        to_price(text)
    assert (caught.value.code, caught.value.parameters) == (code, parameters)


def test_the_largest_price_is_a_million_millions() -> None:
    assert to_price(str(MAX_PRICE)) == Decimal(10**12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(0, 3, 0), (1, 3, 0), (1, 2, 1), (2, 3, 1), (3, 2, 2), (5, 2, 3), (49, 100, 0), (50, 100, 1), (7, 1, 7)],
)
def test_a_half_goes_up(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_rounding_needs_a_positive_denominator(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive denominator"):
        round_half_up(1, denominator)


def test_one_is_a_denominator() -> None:
    assert round_half_up(3, 1) == 3


@unhurried
@given(st.integers(0, 10**18), st.integers(1, 10**9))
def test_rounding_is_never_off_by_more_than_a_half(numerator: int, denominator: int) -> None:
    error = round_half_up(numerator, denominator) - Fraction(numerator, denominator)
    assert Fraction(-1, 2) < error <= Fraction(1, 2)
