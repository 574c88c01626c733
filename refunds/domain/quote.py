"""A whole request, judged at once: what goes back for every line and charge, or every reason why not."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from accounts.domain.refusal import Refused
from orders.domain.policy import RefundPolicy
from orders.domain.window import NOT_DELIVERED, Window, charge_window, judge
from refunds.domain.amount import (
    Amount,
    ChargeState,
    LineState,
    charge_due,
    concession_due,
    left_of,
    line_due,
    refundable_units,
    total_of,
)
from refunds.domain.tender import PaymentState, Split, split

_MALFORMED = frozenset({"duplicate_line", "line_unknown", "charge_unknown"})


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order line as the quote sees it: its state, and its window."""

    state: LineState
    window: Window


@dataclass(frozen=True, slots=True)
class OrderState:
    """All of an order that a refund is judged by. Without knowledge of payments (None) capacity is not checked."""

    lines: Mapping[str, OrderLine]
    charges: Mapping[str, ChargeState] = field(default_factory=dict)
    payments: tuple[PaymentState, ...] | None = ()


@dataclass(frozen=True, slots=True)
class LineAsk:
    """So many units of a line; or, never at a door, an amount of it without units (a concession)."""

    line: str
    units: int = 0
    concession: int | None = None


@dataclass(frozen=True, slots=True)
class ChargeAsk:
    """An amount of a shipping charge, or all that is left; `standard` caps it at the standard delivery cost."""

    charge: str
    amount: int | None = None
    standard: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. `fee`: minor units taken off as a component of its own."""

    lines: tuple[LineAsk, ...] = ()
    charges: tuple[ChargeAsk, ...] = ()
    fee: int = 0


@dataclass(frozen=True, slots=True)
class LineQuote:
    """A line's amount, or why not. `maximum`: refundable units."""

    line: str
    units: int
    window: Window
    maximum: int
    amount: Amount | None = None
    refusals: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeQuote:
    """A charge's amount, or why not. `maximum`: minor units left of it."""

    charge: str
    window: Window
    maximum: int
    amount: Amount | None = None
    refusals: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to a request. `fee` is negative or 0; `refusals` are those that concern no single line or charge."""

    lines: tuple[LineQuote, ...]
    charges: tuple[ChargeQuote, ...]
    fee: int = 0
    split: Split | None = None
    refusals: tuple[Refused, ...] = ()

    @property
    def parts(self) -> tuple[LineQuote | ChargeQuote, ...]:
        """Lines and charges."""
        return (*self.lines, *self.charges)

    @property
    def components(self) -> Amount:
        """Lines and charges together, before the fee."""
        return total_of(part.amount for part in self.parts if part.amount is not None)

    @property
    def total(self) -> int:
        """What goes back, in minor units."""
        return self.components.gross + self.fee

    @property
    def tax(self) -> int:
        """The tax inside the lines and charges."""
        return self.components.tax

    @property
    def net(self) -> int:
        """The total without the tax."""
        return self.total - self.tax

    @property
    def closes_at(self) -> datetime | None:
        """The earliest deadline among what is asked; none while no period has begun."""
        ends = [part.window.closes_at for part in self.parts if part.window.closes_at is not None]
        return min(ends, default=None)

    @property
    def all_refusals(self) -> tuple[Refused, ...]:
        """Every reason: first what cannot be read as a request, then by line, by charge, and for the whole."""
        by_part = [refusal for part in self.parts for refusal in part.refusals]
        first = [refusal for refusal in by_part if refusal.code in _MALFORMED]
        return (*first, *(refusal for refusal in by_part if refusal.code not in _MALFORMED), *self.refusals)

    @property
    def allowed(self) -> bool:
        """Whether the request may be made."""
        return not self.all_refusals

    def require(self) -> None:
        """Pass, or refuse with the first reason."""
        for refusal in self.all_refusals:
            raise refusal


@dataclass(frozen=True, slots=True)
class _Moment:
    """The moment that is judged, and the present."""

    judged_at: datetime
    now: datetime


def quote_refund(
    order: OrderState, ask: Ask, *, judged_at: datetime, now: datetime, policy: RefundPolicy | None = None
) -> Quote:
    """Judge a whole request; nothing is raised for an expected no, so that a page can show all reasons at once.

    Per line: `duplicate_line`, `line_unknown`, the window's reasons, `quantity_exceeds_refundable` and its kin; per
    charge: `charge_unknown`, `shipping_not_due` and amounts; for the whole: `fee_not_allowed`, `nothing_to_refund`,
    `payment_capacity_exceeded` (with the maximum). Naive datetimes raise ValueError.
    """
    when = _Moment(judged_at, now)
    lines = _line_quotes(order, ask.lines, when)
    charges = _charge_quotes(order, ask.charges, _every_unit_held(order, lines), when)
    return _as_a_whole(order, Quote(lines, charges, fee=-ask.fee), policy)


def everything_left(order: OrderState) -> Ask:
    """Ask for all that is left of the order: what has arrived of its lines, and its shipping charges."""
    lines = [rest_of(name, line.state) for name, line in order.lines.items()]
    charges = [ChargeAsk(name) for name, charge in order.charges.items() if left_of(charge).gross > 0]
    return Ask(tuple(line for line in lines if line is not None), tuple(charges))


def rest_of(name: str, state: LineState) -> LineAsk | None:
    """Ask for all that is left of a line: its units, else what a concession that failed left behind; else nothing."""
    if units := refundable_units(state):
        return LineAsk(name, units=units)
    left = left_of(state).gross
    return LineAsk(name, concession=left) if left > 0 and state.held_quantity == state.quantity else None


def standard_shipping(order: OrderState) -> tuple[ChargeAsk, ...]:
    """Ask for the standard delivery cost of every charge."""
    return tuple(ChargeAsk(name, standard=True) for name in order.charges)


def version_of(order: OrderState) -> str:
    """A short mark of the order's refund state: any hold, delivery, deadline or payment that moves changes it."""
    parts = [
        *(f"line {name!r} {line.state} {line.window}" for name, line in sorted(order.lines.items())),
        *(f"charge {name!r} {charge}" for name, charge in sorted(order.charges.items())),
        *sorted(f"payment {payment}" for payment in order.payments or ()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _line_quotes(order: OrderState, asks: Sequence[LineAsk], when: _Moment) -> tuple[LineQuote, ...]:
    """Line by line; one line twice is refused, whatever is left of it."""
    often = Counter(ask.line for ask in asks)
    return tuple(_line_quote(order, ask, often[ask.line] > 1, when) for ask in asks)


def _line_quote(order: OrderState, ask: LineAsk, twice: bool, when: _Moment) -> LineQuote:
    """One line: its amount, or every reason why not."""
    line = order.lines.get(ask.line)
    if line is None:
        return LineQuote(ask.line, ask.units, NOT_DELIVERED, 0, refusals=(Refused("line_unknown", line=ask.line),))
    due = _line_amount(line.state, ask)
    reasons = _reasons(due, line.window, twice, when, line=ask.line)
    maximum = refundable_units(line.state)
    return LineQuote(ask.line, ask.units, line.window, maximum, _unless(reasons, due), reasons)


def _charge_quotes(
    order: OrderState, asks: Sequence[ChargeAsk], every_unit_held: bool, when: _Moment
) -> tuple[ChargeQuote, ...]:
    """Charge by charge, in the latest window of the order's lines."""
    window = charge_window(line.window for line in order.lines.values())
    often = Counter(ask.charge for ask in asks)
    quotes = []
    for ask in asks:
        charge = order.charges.get(ask.charge)
        if charge is None:
            unknown = Refused("charge_unknown", charge=ask.charge)
            quotes.append(ChargeQuote(ask.charge, window, 0, refusals=(unknown,)))
            continue
        due = _charge_amount(charge, ask, every_unit_held)
        reasons = _reasons(due, window, often[ask.charge] > 1, when, charge=ask.charge)
        quotes.append(ChargeQuote(ask.charge, window, left_of(charge).gross, _unless(reasons, due), reasons))
    return tuple(quotes)


def _as_a_whole(order: OrderState, quote: Quote, policy: RefundPolicy | None) -> Quote:
    """Add what only the whole can tell: the fee, a total of nothing, and the payments."""
    refusals = []
    if quote.fee > 0:
        refusals.append(Refused("amount_not_positive"))
    if quote.fee and policy is not None and not policy.fees_allowed:
        refusals.append(Refused("fee_not_allowed", policy=policy.name))
    if quote.total <= 0 and quote.allowed and not refusals:
        refusals.append(Refused("nothing_to_refund"))
    payouts = None if order.payments is None else split(quote.total, order.payments)
    if payouts is not None and payouts.unallocated:
        maximum = payouts.covered
        refusals.append(Refused("payment_capacity_exceeded", maximum=maximum, computed=quote.total))
    return replace(quote, split=payouts, refusals=tuple(refusals))


def _line_amount(state: LineState, ask: LineAsk) -> Amount | Refused:
    """What is due for a line, or the rule's no."""
    try:
        return line_due(state, ask.units) if ask.concession is None else concession_due(state, ask.concession)
    except Refused as refusal:
        return refusal


def _charge_amount(charge: ChargeState, ask: ChargeAsk, every_unit_held: bool) -> Amount | Refused:
    """What is due of a charge, or the rule's no."""
    try:
        return charge_due(charge, ask.amount, standard=ask.standard, every_unit_held=every_unit_held)
    except Refused as refusal:
        return refusal


def _reasons(due: Amount | Refused, window: Window, twice: bool, when: _Moment, **part: object) -> tuple[Refused, ...]:
    """Every reason against one part, each naming it. What has not arrived has only that reason."""
    verdict = judge(window, when.judged_at, when.now)
    found = [Refused("duplicate_line")] if twice else []
    if (late := verdict.refusal()) is not None:
        found.append(late)
    if isinstance(due, Refused) and verdict.code != "not_delivered":
        found.append(due)
    return tuple(Refused(reason.code, **reason.parameters, **part) for reason in found)


def _unless(reasons: tuple[Refused, ...], due: Amount | Refused) -> Amount | None:
    """The amount, when nothing speaks against it."""
    return due if isinstance(due, Amount) and not reasons else None


def _every_unit_held(order: OrderState, quotes: Iterable[LineQuote]) -> bool:
    """Whether living refunds and this request together hold every unit of the order."""
    asked = Counter({quote.line: quote.units for quote in quotes if quote.amount is not None})
    return all(line.state.held_quantity + asked[name] >= line.state.quantity for name, line in order.lines.items())
