"""What would go back: judged by the same rules and the same rows as the request itself, and nothing stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.domain.refusal import Refused
from accounts.models import User
from orders.domain.window import judged_at
from orders.models import Order, OrderLine, Payment, ShippingCharge
from refunds.domain.amount import ChargeState, LineState
from refunds.domain.approval import Approval, judge_approval
from refunds.domain.quote import Ask, ChargeAsk, LineAsk, OrderState, Quote, standard_shipping, version_of
from refunds.domain.quote import OrderLine as QuotedLine
from refunds.domain.quote import quote_refund as judge_request
from refunds.domain.tender import PaymentState
from refunds.use_cases.lately import requested_lately, requested_lately_on

type Pairs = Mapping[str, int] | Sequence[tuple[str, int]]
"""Numbers by reference, as pairs where a request may name one twice: that is refused, not overlooked."""

type Shipping = Literal["none", "standard"] | Pairs


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """A judged request, with the rows it was judged by and whether it would need a second person."""

    order: Order
    lines: Mapping[str, OrderLine]
    charges: Mapping[str, ShippingCharge]
    payments: Mapping[str, Payment]
    state: OrderState
    quote: Quote
    approval: Approval
    judged_at: datetime
    version: str


class QuoteRefused(Refused):
    """The first reason against a request, and the quote with all of them."""

    def __init__(self, quoted: RefundQuote) -> None:
        """The quote that is not allowed."""
        first = quoted.quote.all_refusals[0]
        super().__init__(first.code, **first.parameters)
        self.quoted = quoted


def quote_refund(*, order: Order, by: User, lines: Pairs, now: datetime, shipping: Shipping = "none") -> RefundQuote:
    """Judge a request for units of lines (by line reference) and shipping, all noes at once; parts keep their order.

    `shipping` is `none`, `standard`, or minor units by charge reference. The version names the order's refund state.
    """
    order_lines = {line.reference: line for line in OrderLine.objects.filter(order=order.pk).order_by("pk")}
    charges = {charge.reference: charge for charge in ShippingCharge.objects.filter(order=order.pk).order_by("pk")}
    payments = {payment.reference: payment for payment in Payment.objects.filter(order=order.pk).order_by("pk")}
    state = OrderState(
        lines={reference: QuotedLine(_line_state(line), line.window) for reference, line in order_lines.items()},
        charges={reference: _charge_state(charge) for reference, charge in charges.items()},
        payments=tuple(_payment_state(payment) for payment in payments.values()),
    )
    moment = judged_at(order.refund_policy, now)
    quote = judge_request(state, _ask(lines, shipping, state), judged_at=moment, now=now, policy=order.refund_policy)
    return RefundQuote(
        order=order,
        lines=order_lines,
        charges=charges,
        payments=payments,
        state=state,
        quote=quote,
        approval=_approval(order, quote.total, by=by, now=now),
        judged_at=moment,
        version=version_of(state),
    )


def daily_limit_of(by: User, order: Order) -> int | None:
    """What the person may give back in 24 hours, in minor units of the shop's currency; API clients have no limit."""
    return order.shop.daily_limit if by.is_person else None


def _ask(lines: Pairs, shipping: Shipping, state: OrderState) -> Ask:
    asked = tuple(LineAsk(reference, units=units) for reference, units in _pairs(lines))
    if shipping == "none":
        return Ask(asked)
    if shipping == "standard":
        return Ask(asked, standard_shipping(state))
    return Ask(asked, tuple(ChargeAsk(reference, amount) for reference, amount in _pairs(shipping)))


def _pairs(asked: Pairs) -> Iterable[tuple[str, int]]:
    return asked.items() if isinstance(asked, Mapping) else asked


def _line_state(line: OrderLine) -> LineState:
    return LineState(
        quantity=line.quantity,
        delivered=line.delivered_quantity,
        gross=line.gross,
        tax=line.tax,
        held_quantity=line.held_quantity,
        held_gross=line.held_gross,
        held_tax=line.held_tax,
    )


def _charge_state(charge: ShippingCharge) -> ChargeState:
    return ChargeState(
        gross=charge.gross,
        tax=charge.tax,
        standard_gross=charge.standard_gross,
        held_gross=charge.held_gross,
        held_tax=charge.held_tax,
    )


def _payment_state(payment: Payment) -> PaymentState:
    """Money goes back by hand only, so what was captured elsewhere cannot carry a refund."""
    by_hand = payment.gateway == Payment.Gateway.MANUAL
    return PaymentState(payment.reference, payment.captured, payment.held, refundable=by_hand)


def _approval(order: Order, total: int, *, by: User, now: datetime) -> Approval:
    limit, threshold = daily_limit_of(by, order), order.shop.approval_threshold
    on_order = by_person = 0
    if limit is not None:
        on_order, by_person = requested_lately(order, by, now)
    elif threshold is not None:
        on_order = requested_lately_on(order, now)
    return judge_approval(
        total=total,
        currency=order.currency,
        shop_currency=order.shop.currency,
        threshold=threshold,
        order_recent=on_order,
        daily_limit=limit,
        requester_recent=by_person,
    )
