"""Money as whole minor units, and decimal strings at the doors. No float, no silent rounding."""

import re
from decimal import Decimal

from accounts.domain.refusal import Refused

MAX_MINOR = 2**53 - 1
MAX_TOTAL = 2**63 - 1
"""The largest amount, in minor units: every reader of JSON can hold it exactly."""

PRICE_DECIMALS = 6
"""Decimals of a unit price, which is information only and never multiplied."""

MAX_PRICE = 10**12
"""The largest unit price, in whole units of the currency."""

_LONGEST_TEXT = 40
_PLAIN = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?")

# ISO 4217: codes by the decimals of their minor unit. Metals, bonds and test codes have none and are left out.
_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
        "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
        "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
        "MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK "
        "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD "
        "XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {code: digits for digits, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit (ISO 4217): JPY 0, EUR 2, KWD 3. Refuses `currency_unknown`."""
    digits = EXPONENTS.get(currency)
    if digits is None:
        raise Refused("currency_unknown", currency=currency)
    return digits


def to_minor(text: str, currency: str) -> int:
    """Read a plain decimal string ("12.30") as minor units.

    Refuses `amount_malformed` (a sign, an exponent, spaces, other digits), `amount_precision` (finer than the minor
    unit: never rounded) and `amount_too_large`.
    """
    digits = exponent(currency)
    whole, fraction = _plain_parts(text)
    if fraction[digits:].strip("0"):
        raise Refused("amount_precision", currency=currency, decimals=digits)
    minor = int(whole + fraction[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise Refused("amount_too_large", maximum=to_decimal(MAX_MINOR, currency))
    return minor


def to_decimal(minor: int, currency: str) -> str:
    """Write minor units as the decimal string of every door: 1230 EUR is "12.30", 1230 JPY is "1230"."""
    digits = exponent(currency)
    sign = "-" if minor < 0 else ""
    if digits == 0:
        return f"{sign}{abs(minor)}"
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"


def to_price(text: str) -> Decimal:
    """Read a unit price of up to six decimals, always written with six. Refuses like `to_minor`."""
    whole, fraction = _plain_parts(text)
    if fraction[PRICE_DECIMALS:].strip("0"):
        raise Refused("amount_precision", decimals=PRICE_DECIMALS)
    price = Decimal(f"{whole}.{fraction[:PRICE_DECIMALS].ljust(PRICE_DECIMALS, '0')}")
    if price > MAX_PRICE:
        raise Refused("amount_too_large", maximum=str(MAX_PRICE))
    return price


def round_half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to the fraction; a half goes up. Integers only; the denominator is positive."""
    if denominator <= 0:
        raise ValueError("round_half_up needs a positive denominator")
    return (2 * numerator + denominator) // (2 * denominator)


def _plain_parts(text: str) -> tuple[str, str]:
    """Digits before and after the point, or `amount_malformed`."""
    match = _PLAIN.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise Refused("amount_malformed")
    return match[1], match[2] or ""
