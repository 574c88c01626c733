"""A quote as its page shows it: every amount with its name, its reasons, and what was on the screen before."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.domain.refusal import Refused
from refunds.domain.explain import Explanation, explain_charge, explain_line
from refunds.domain.quote import ChargeQuote, LineQuote
from refunds.use_cases.quote import RefundQuote


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that goes back, or why not. `before`: minor units that were shown earlier, as text."""

    key: str
    name: str
    units: int | None
    gross: int | None
    explanation: Explanation | None
    refusals: tuple[Refused, ...]
    before: int | None

    @property
    def moved(self) -> bool:
        """Whether another amount was shown before."""
        return self.before is not None and self.before != self.gross


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole quote on the page."""

    quoted: RefundQuote
    rows: list[Row]
    before: int | None

    @property
    def asks(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.rows)

    @property
    def payments(self) -> list[tuple[str, int]]:
        """The payments that the money would come from, with their shares."""
        split = self.quoted.quote.split
        return [(self._payment(share.payment), share.amount) for share in split.shares] if split else []

    def _payment(self, reference: str) -> str:
        payment = self.quoted.payments[reference]
        return f"{payment.reference} ({payment.get_gateway_display()})"


def shown(quoted: RefundQuote, seen: Mapping[str, str]) -> Shown:
    """Lay a quote out for reading, beside the amounts that were seen before."""
    rows = [_line(quoted, part, seen) for part in quoted.quote.lines]
    rows += [_charge(quoted, part, seen) for part in quoted.quote.charges]
    return Shown(quoted, rows, _before(seen, "total"))


def _line(quoted: RefundQuote, part: LineQuote, seen: Mapping[str, str]) -> Row:
    line = quoted.lines[part.line]
    key = f"line-{line.pk}"
    explanation = None
    if part.amount is not None:
        explanation = explain_line(quoted.state.lines[part.line].state, part.units, quoted.order.currency)
    gross = part.amount.gross if part.amount else None
    return Row(key, str(line), part.units, gross, explanation, part.refusals, _before(seen, key))


def _charge(quoted: RefundQuote, part: ChargeQuote, seen: Mapping[str, str]) -> Row:
    charge = quoted.charges[part.charge]
    key = f"charge-{charge.pk}"
    explanation = None
    if part.amount is not None and part.amount.gross:
        explanation = explain_charge(quoted.state.charges[part.charge], quoted.order.currency, part.amount.gross)
    gross = part.amount.gross if part.amount else None
    return Row(key, str(charge), None, gross, explanation, part.refusals, _before(seen, key))


def _before(seen: Mapping[str, str], key: str) -> int | None:
    text = seen.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
