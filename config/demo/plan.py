"""When each of the demo's orders was placed, paid and delivered: by lot, always the same one, or as staged."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from config.demo.moments import length

STAGE = Path(__file__).with_name("stage.toml")
OLDEST = timedelta(days=55)
BUSIER_LATELY = 1.3
DAYS_ON_THE_WAY = (1.1, 4.2)
DAYS_BETWEEN_PARCELS = (2, 8)
IN_TWO_PARCELS = 0.18
CARRIAGES = ("none", "none", "none", "standard", "quick")
CARRIAGE_LINES = frozenset({"POST", "C2"})
DISCOUNTS = (*[0] * 18, 5, 10)
VOUCHERS = (*[None] * 18, "10.00", "15.00")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What came how long ago; it may have come back, or stand for an earlier one (by its number, from 1)."""

    ago: timedelta
    units: Mapping[str, int]
    returned: timedelta | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An order's calendar and extras. `discount` is in per cent; `voucher` is what a gift card paid of it."""

    placed: timedelta
    parcels: Sequence[Parcel]
    carriage: str
    discount: int
    voucher: str | None
    paid: bool


def plan_of(sale: Mapping[str, Any], position: float) -> Plan:
    """The plan of a sale. `position` runs from 0, the oldest sale, up to 1, this moment."""
    staged = _stage().get(sale["invoice"], {})
    lot = Random(f"redress {sale['invoice']}")
    placed = OLDEST * (1 - position) ** BUSIER_LATELY
    parcels = _drawn_parcels(lot, sale["lines"], placed)
    drawn = _drawn_extras(lot, sale["lines"])
    if "parcels" in staged:
        parcels = [_staged_parcel(sale["lines"], parcel) for parcel in staged["parcels"]]
    if "placed" in staged:
        placed = length(staged["placed"])
    extras = {name: staged.get(name, value) for name, value in drawn.items()}
    return Plan(placed=placed, parcels=parcels, **extras)


@cache
def _stage() -> dict[str, Any]:
    return tomllib.loads(STAGE.read_text(encoding="utf-8"))


def _drawn_parcels(lot: Random, lines: Sequence[Mapping[str, Any]], placed: timedelta) -> list[Parcel]:
    """One parcel, or two on different days; a parcel that has yet to come has a length below zero."""
    first = placed - timedelta(days=lot.uniform(*DAYS_ON_THE_WAY))
    in_two = len(lines) > 2 and lot.random() < IN_TWO_PARCELS
    second = first - timedelta(days=lot.uniform(*DAYS_BETWEEN_PARCELS))
    cut = lot.randint(1, max(1, len(lines) - 1))
    if not in_two:
        return [Parcel(first, _units(lines))]
    return [Parcel(first, _units(lines[:cut])), Parcel(second, _units(lines[cut:]))]


def _drawn_extras(lot: Random, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was paid for the carriage, what came off the price, and by how many payments."""
    carriage, discount, voucher = lot.choice(CARRIAGES), lot.choice(DISCOUNTS), lot.choice(VOUCHERS)
    if CARRIAGE_LINES & {line["stock_code"] for line in lines}:
        carriage = "none"
    return {"carriage": carriage, "discount": discount, "voucher": voucher, "paid": True}


def _staged_parcel(lines: Sequence[Mapping[str, Any]], parcel: Mapping[str, Any]) -> Parcel:
    within = parcel.get("lines", [line["line_no"] for line in lines])
    units = parcel.get("units") or _units([line for line in lines if line["line_no"] in within])
    return Parcel(
        ago=length(parcel["ago"]),
        units=units,
        returned=length(parcel["returned"]) if "returned" in parcel else None,
        replaces=parcel.get("replaces"),
    )


def _units(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {str(line["line_no"]): line["quantity"] for line in lines}
