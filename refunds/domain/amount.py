"""What is due for units of a line and for a shipping charge: a cumulative target less what is held. Integers only."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.domain.refusal import Refused
from orders.domain.money import round_half_up


@dataclass(frozen=True, slots=True)
class Amount:
    """Money that goes back, in minor units; `tax` is inside `gross`."""

    gross: int
    tax: int

    @property
    def net(self) -> int:
        """What is left without the tax."""
        return self.gross - self.tax


NOTHING = Amount(0, 0)


@dataclass(frozen=True, slots=True)
class LineState:
    """An order line as paid, and what living refunds hold of it. `conceded_gross`: what is held without units."""

    quantity: int
    delivered: int
    gross: int
    tax: int
    held_quantity: int = 0
    held_gross: int = 0
    held_tax: int = 0
    conceded_gross: int = 0


@dataclass(frozen=True, slots=True)
class ChargeState:
    """A shipping charge as paid, and what living refunds hold of it. `standard_gross`: the standard delivery cost."""

    gross: int
    tax: int
    standard_gross: int | None = None
    held_gross: int = 0
    held_tax: int = 0


def refundable_units(line: LineState) -> int:
    """Units that have arrived and that no living refund holds."""
    return max(0, line.delivered - line.held_quantity)


def left_of(paid: LineState | ChargeState) -> Amount:
    """What no living refund holds of a line or a charge."""
    return Amount(paid.gross - paid.held_gross, paid.tax - paid.held_tax)


def line_due(line: LineState, units: int) -> Amount:
    """What is due for so many more units.

    Refuses `amount_not_positive` and `quantity_exceeds_refundable` (with the maximum); never clamps a quantity.
    """
    if units < 1:
        raise Refused("amount_not_positive")
    if units > refundable_units(line):
        raise Refused("quantity_exceeds_refundable", maximum=refundable_units(line))
    return _with_tax(line, min(max(0, unclamped_due(line, units)), left_of(line).gross))


def unclamped_due(line: LineState, units: int) -> int:
    """The cumulative target of all units held and asked, less the gross that units hold already."""
    return line_target(line, units) - (line.held_gross - line.conceded_gross)


def line_target(line: LineState, units: int) -> int:
    """What so many units more and those held come to together, rounded half up."""
    return round_half_up(line.gross * (line.held_quantity + units), line.quantity)


def concession_due(line: LineState, amount: int) -> Amount:
    """An amount of a line without units. Refuses `amount_not_positive`, `amount_exceeds_refundable` (its maximum)."""
    return _with_tax(line, _within(amount, left_of(line).gross))


def charge_due(
    charge: ChargeState, amount: int | None = None, *, standard: bool = False, every_unit_held: bool = False
) -> Amount:
    """What is due of a shipping charge: an amount, or all that is left when none is named.

    `standard` caps it at the standard delivery cost, due once and only when every unit of the order is held
    (`shipping_not_due`; Directive 2011/83 art. 13). Refuses amounts like `concession_due`.
    """
    if standard and not every_unit_held:
        raise Refused("shipping_not_due")
    limit = max(0, standard_cost(charge) - charge.held_gross) if standard else left_of(charge).gross
    return _with_tax(charge, limit if amount is None else _within(amount, limit))


def standard_cost(charge: ChargeState) -> int:
    """The standard delivery cost, at most what was paid; without a known one, the charge was the standard."""
    return charge.gross if charge.standard_gross is None else min(charge.standard_gross, charge.gross)


def total_of(amounts: Iterable[Amount]) -> Amount:
    """The sum."""
    listed = list(amounts)
    return Amount(sum(amount.gross for amount in listed), sum(amount.tax for amount in listed))


def tax_target(paid: LineState | ChargeState, gross: int) -> int:
    """The tax inside so much of the gross paid; 0 for what was free."""
    return round_half_up(paid.tax * gross, paid.gross) if paid.gross else 0


def _with_tax(paid: LineState | ChargeState, due: int) -> Amount:
    """The tax inside: its target less what is held, so that neither tax nor net exceeds what is left of it."""
    left = left_of(paid)
    wanted = tax_target(paid, paid.held_gross + due) - paid.held_tax
    return Amount(due, min(max(wanted, due - left.net, 0), left.tax, due))


def _within(amount: int, limit: int) -> int:
    """The amount, or a refusal."""
    if amount <= 0:
        raise Refused("amount_not_positive")
    if amount > limit:
        raise Refused("amount_exceeds_refundable", maximum=limit)
    return amount
