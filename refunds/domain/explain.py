"""An amount explains itself: the snapshot it comes from, the formula with its numbers, the rounding, and words."""

from dataclasses import asdict, dataclass

from orders.domain.money import exponent, to_decimal
from refunds.domain.amount import (
    Amount,
    ChargeState,
    LineState,
    charge_due,
    line_due,
    line_target,
    standard_cost,
    tax_target,
    unclamped_due,
)

_QUOTIENT_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one amount. Money is decimal strings in `currency`; `units` and its kin are None for a charge.

    `quantity`: units bought; `units_held`: k, held before; `units`: m, asked now; `formula` and `tax_formula`: the sums
    with their numbers; `rounding` and `tax_rounding`: what was rounded; `words`: sentences in English.
    """

    currency: str
    quantity: int | None
    units_held: int | None
    units: int | None
    gross_paid: str
    tax_paid: str
    gross_held: str
    tax_held: str
    gross: str
    tax: str
    net: str
    formula: str
    rounding: str
    tax_formula: str
    tax_rounding: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as one paragraph."""
        return " ".join(self.words)

    def as_dict(self) -> dict[str, object]:
        """Values of JSON only, to store or to answer with."""
        return {**asdict(self), "words": list(self.words)}


def explain_line(line: LineState, units: int, currency: str) -> Explanation:
    """Explain what `line_due` answers; refuses like it."""
    due = line_due(line, units)
    write = _Writer(currency)
    k, together = line.held_quantity, line.held_quantity + units
    by_units, target = write.money(line.held_gross - line.conceded_gross), line_target(line, units)
    asked = unclamped_due(line, units)
    fraction = f"{write.money(line.gross)} × {together} / {line.quantity}"
    formula = f"round_half_up({fraction}) − {by_units} = {write.money(target)} − {by_units} = {write.money(asked)}"
    rounding = write.rounding(fraction, line.gross * together, line.quantity, target)
    words = [
        f"{write.money(line.gross)} was paid for {_count(line.quantity)}; {k or 'none'} held before, with {by_units}.",
        f"The target for {together} of {line.quantity} is {write.money(target)}: {rounding}.",
        f"Less the {by_units} held before, {write.money(asked)} is due for {_count(units)}.",
    ]
    if asked != due.gross:
        formula += f", limited to {write.money(due.gross)}"
        words.append(f"The rest of the line limits this to {write.money(due.gross)}.")
    return write.explanation(line, due, (line.quantity, k, units), formula, rounding, words)


def explain_charge(
    charge: ChargeState,
    currency: str,
    amount: int | None = None,
    *,
    standard: bool = False,
    every_unit_held: bool = False,
) -> Explanation:
    """Explain what `charge_due` answers; refuses like it."""
    due = charge_due(charge, amount, standard=standard, every_unit_held=every_unit_held)
    write = _Writer(currency)
    paid, held, back = write.money(charge.gross), write.money(charge.held_gross), write.money(due.gross)
    words = [f"{paid} was paid for delivery; {held} of it is held already."]
    if amount is not None:
        formula = back
        words.append(f"{back} of it is asked for.")
    elif standard:
        cost = write.money(standard_cost(charge))
        formula = f"max(0, {cost} − {held}) = {back}"
        words.append(f"The standard delivery cost of {cost}, less what is held already, comes to {back}.")
    else:
        formula = f"{paid} − {held} = {back}"
        words.append(f"All that is left of it is {back}.")
    return write.explanation(charge, due, (None, None, None), formula, "nothing is rounded", words)


def _count(units: int) -> str:
    """So many units, in words a reader can say."""
    return "1 unit" if units == 1 else f"{units} units"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes sums in one currency."""

    currency: str

    def money(self, minor: int) -> str:
        """A decimal string."""
        return to_decimal(minor, self.currency)

    def rounding(self, fraction: str, numerator: int, denominator: int, rounded: int) -> str:
        """What the division gave, and what the rounding made of it."""
        if numerator % denominator == 0:
            return f"{fraction} = {self.money(rounded)} exactly"
        thousandths, rest = divmod(numerator * 10**_QUOTIENT_DIGITS, denominator)
        digits = exponent(self.currency) + _QUOTIENT_DIGITS
        whole, part = divmod(thousandths, 10**digits)
        quotient = f"{whole}.{part:0{digits}d}{'…' if rest else ''}"
        return f"{fraction} = {quotient}, rounded half up to {self.money(rounded)}"

    def explanation(
        self,
        paid: LineState | ChargeState,
        due: Amount,
        counts: tuple[int | None, int | None, int | None],
        formula: str,
        rounding: str,
        words: list[str],
    ) -> Explanation:
        """Put the parts together with the tax."""
        quantity, held, units = counts
        tax_formula, tax_rounding, tax_words = self._tax(paid, due)
        return Explanation(
            currency=self.currency,
            quantity=quantity,
            units_held=held,
            units=units,
            gross_paid=self.money(paid.gross),
            tax_paid=self.money(paid.tax),
            gross_held=self.money(paid.held_gross),
            tax_held=self.money(paid.held_tax),
            gross=self.money(due.gross),
            tax=self.money(due.tax),
            net=self.money(due.net),
            formula=formula,
            rounding=rounding,
            tax_formula=tax_formula,
            tax_rounding=tax_rounding,
            words=(*words, *tax_words),
        )

    def _tax(self, paid: LineState | ChargeState, due: Amount) -> tuple[str, str, list[str]]:
        """The sum, the rounding and the words of the tax inside."""
        if paid.tax == 0 or paid.gross == 0:
            return self.money(0), "nothing is rounded", ["No tax was paid on it."]
        gross = paid.held_gross + due.gross
        target, held = tax_target(paid, gross), self.money(paid.held_tax)
        wanted = target - paid.held_tax
        fraction = f"{self.money(paid.tax)} × {self.money(gross)} / {self.money(paid.gross)}"
        formula = f"round_half_up({fraction}) − {held} = {self.money(target)} − {held} = {self.money(wanted)}"
        inside = f"The tax inside {self.money(gross)} is {self.money(target)}"
        words = [f"{inside}; less the {held} held before, {self.money(wanted)} goes back."]
        if wanted != due.tax:
            formula += f", limited to {self.money(due.tax)}"
            words.append(f"The rest of tax and net limits this to {self.money(due.tax)}.")
        return formula, self.rounding(fraction, paid.tax * gross, paid.gross, target), words
