"""Writing a refund down: the rows of one that was judged, as the database counts them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from orders.models import OrderLine, ShippingCharge
from refunds.domain.amount import NOTHING
from refunds.domain.explain import explain_charge, explain_line
from refunds.domain.quote import ChargeQuote, LineQuote
from refunds.models import Payout, Refund, RefundLine
from refunds.use_cases.quote import RefundQuote, daily_limit_of
from support.models import Case


@dataclass(frozen=True, slots=True)
class Recorded:
    """A refund with the rows that were written with it, lines before charges."""

    refund: Refund
    lines: list[RefundLine]
    payouts: list[Payout]


def record_refund(quoted: RefundQuote, *, case: Case, by: User, reason: str, note: str, now: datetime) -> Recorded:
    """Refund, lines and payouts; the database takes quantities and money as the rows come in, in the order of ids."""
    quote = quoted.quote
    refund = Refund.objects.create(
        order=quoted.order,
        case=case,
        reason=reason,
        note=note,
        currency=quoted.order.currency,
        total=quote.total,
        tax=quote.tax,
        requested_by=by,
        requested_at=now,
        threshold=quoted.order.shop.approval_threshold,
        daily_limit=daily_limit_of(by, quoted.order),
        second_person_because=" ".join(quoted.approval.because),
    )
    lines = sorted(quote.lines, key=lambda line: quoted.lines[line.line].pk)
    given_back = [charge for charge in quote.charges if _money(charge)["gross"]]  # what was free needs no row
    charges = sorted(given_back, key=lambda charge: quoted.charges[charge.charge].pk)
    rows = [_order_line(refund, quoted, line) for line in lines]
    rows += [_shipping_line(refund, quoted, charge) for charge in charges]
    payouts = _payouts(refund, quoted)
    RefundLine.objects.bulk_create(rows)
    Payout.objects.bulk_create(payouts)
    return Recorded(refund, rows, payouts)


def _order_line(refund: Refund, quoted: RefundQuote, line: LineQuote) -> RefundLine:
    row = quoted.lines[line.line]
    return RefundLine(
        refund=refund,
        order_line=row,
        quantity=line.units,
        explanation=explain_line(quoted.state.lines[line.line].state, line.units, refund.currency).as_dict(),
        **_window(row, quoted),
        **_money(line),
    )


def _shipping_line(refund: Refund, quoted: RefundQuote, charge: ChargeQuote) -> RefundLine:
    row, money = quoted.charges[charge.charge], _money(charge)
    return RefundLine(
        refund=refund,
        shipping_charge=row,
        explanation=explain_charge(quoted.state.charges[charge.charge], refund.currency, money["gross"]).as_dict(),
        **_window(row, quoted),
        **money,
    )


def _window(row: OrderLine | ShippingCharge, quoted: RefundQuote) -> dict[str, Any]:
    """The window as it was judged."""
    return {
        "judged_at": quoted.judged_at,
        "delivered_at": row.delivered_at,
        "window_begun": row.window_begun,
        "window_closes_at": row.window_closes_at,
        "policy": row.policy,
    }


def _money(part: LineQuote | ChargeQuote) -> dict[str, int]:
    amount = part.amount or NOTHING
    return {"gross": amount.gross, "tax": amount.tax}


def _payouts(refund: Refund, quoted: RefundQuote) -> list[Payout]:
    split = quoted.quote.split.shares if quoted.quote.split else ()
    shares = sorted(split, key=lambda share: quoted.payments[share.payment].pk)
    return [
        Payout(refund=refund, payment=payment, amount=share.amount, gateway=payment.gateway)
        for share in shares
        for payment in [quoted.payments[share.payment]]
    ]
