"""What living refunds hold: taken with a request, freed once when it dies. The database does the same by triggers."""

from dataclasses import replace

from refunds.domain.amount import Amount, ChargeState, LineState
from refunds.domain.quote import LineQuote, OrderState, Quote


def take(order: OrderState, quote: Quote) -> OrderState:
    """The order after this request has taken its units, amounts and payment capacity."""
    return _with(order, quote, 1)


def free(order: OrderState, quote: Quote) -> OrderState:
    """The order after that request was rejected, cancelled, failed or reversed."""
    return _with(order, quote, -1)


def _with(order: OrderState, quote: Quote, sign: int) -> OrderState:
    """Add the request's parts to what is held, or take them off again."""
    lines = dict(order.lines)
    for part in quote.lines:
        lines[part.line] = replace(lines[part.line], state=_line(lines[part.line].state, part, sign))
    charges = dict(order.charges)
    for charge in quote.charges:
        charges[charge.charge] = _charge(charges[charge.charge], charge.amount, sign)
    carried = {share.payment: sign * share.amount for share in (quote.split.shares if quote.split else ())}
    payments = order.payments and tuple(
        replace(payment, held=payment.held + carried.get(payment.reference, 0)) for payment in order.payments
    )
    return OrderState(lines, charges, payments)


def _line(state: LineState, part: LineQuote, sign: int) -> LineState:
    """A line's counters; an amount without units is a concession."""
    if part.amount is None:
        return state
    return replace(
        state,
        held_quantity=state.held_quantity + sign * part.units,
        held_gross=state.held_gross + sign * part.amount.gross,
        held_tax=state.held_tax + sign * part.amount.tax,
        conceded_gross=state.conceded_gross + (0 if part.units else sign * part.amount.gross),
    )


def _charge(state: ChargeState, amount: Amount | None, sign: int) -> ChargeState:
    """A charge's counters."""
    if amount is None:
        return state
    return replace(
        state,
        held_gross=state.held_gross + sign * amount.gross,
        held_tax=state.held_tax + sign * amount.tax,
    )
