"""What would go back: judged by the same rules and the same rows as the request itself, and nothing stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.models import User
from orders.domain.window import judged_at
from orders.models import Order, OrderLine, Payment, ShippingCharge
from refunds.domain.amount import ChargeState, LineState
from refunds.domain.approval import Approval, judge_approval
from refunds.domain.quote import Ask, ChargeAsk, LineAsk, OrderState, Quote, standard_shipping, version_of
from refunds.domain.quote import OrderLine as QuotedLine
from refunds.domain.quote import quote_refund as judge_request
from refunds.domain.tender import PaymentState
from refunds.use_cases.lately import requested_lately_by, requested_lately_on

type Shipping = Literal["none", "standard"] | Mapping[str, int]


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


def quote_refund(
    *, order: Order, by: User, lines: Mapping[str, int], now: datetime, shipping: Shipping = "none"
) -> RefundQuote:
    """Judge a request for units of lines (by line reference) and shipping, all noes at once.

    `shipping` is `none`, `standard`, or minor units by charge reference. The version names the order's refund state.
    """
    order_lines = {line.reference: line for line in order.lines.order_by("pk")}
    charges = {charge.reference: charge for charge in order.shipping.order_by("pk")}
    payments = {payment.reference: payment for payment in order.payments.order_by("pk")}
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


def _ask(lines: Mapping[str, int], shipping: Shipping, state: OrderState) -> Ask:
    asked = tuple(LineAsk(reference, units=units) for reference, units in lines.items())
    if shipping == "none":
        return Ask(asked)
    if shipping == "standard":
        return Ask(asked, standard_shipping(state))
    return Ask(asked, tuple(ChargeAsk(reference, amount) for reference, amount in shipping.items()))


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
    return judge_approval(
        total=total,
        currency=order.currency,
        shop_currency=order.shop.currency,
        threshold=order.shop.approval_threshold,
        order_recent=requested_lately_on(order, now),
        daily_limit=daily_limit_of(by, order),
        requester_recent=requested_lately_by(by, order.shop.currency, now),
    )
