"""Asking for money back: judged, counted and reserved in one short transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from orders.models import Order, OrderLine, ShippingCharge
from refunds.domain.amount import NOTHING
from refunds.domain.explain import explain_charge, explain_line
from refunds.domain.lifecycle import RefundStatus
from refunds.domain.quote import ChargeQuote, LineQuote
from refunds.models import Payout, Refund, RefundLine
from refunds.use_cases.locking import lock_order
from refunds.use_cases.quote import RefundQuote, Shipping, daily_limit_of, quote_refund
from support.domain.lifecycle import CaseStatus
from support.models import Case
from support.use_cases import hold_case, record_event, touch_case
from support.use_cases.wording import require_wellformed

NOTE_LENGTH = 2000


@guarded
@transaction.atomic
def request_refund(
    *,
    case: Case,
    by: User,
    lines: Mapping[str, int],
    reason: str,
    now: datetime,
    shipping: Shipping = "none",
    note: str = "",
    version: str | None = None,
) -> Refund:
    """Ask for units of order lines (by line reference) and shipping; approved by rule, or waiting for a second person.

    `now` is the server's clock at the request: the window is judged by it, once. Refusals: case_without_order,
    case_closed, reason_unknown, text_too_long, stale_quote, and every refusal of the quote.
    """
    order = _order_of(case)
    _require_words(reason, note)
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    quoted = quote_refund(order=order, by=by, lines=lines, shipping=shipping, now=now)
    if version and version != quoted.version:
        raise Refused("stale_quote", version=quoted.version)
    quoted.quote.require()
    refund = _record(quoted, case=case, by=by, reason=reason, note=note, now=now)
    record_event(case=case, verb="refund_requested", by=by, now=now, **refund.told)
    if quoted.approval.by_rule:
        refund.move_to(RefundStatus.APPROVED, approved_by_rule=True, decided_at=now)
        record_event(case=case, verb="refund_approved_by_rule", by=None, now=now, **refund.told)
    else:
        hold_case(case=case)
    touch_case(case=case, now=now)
    return refund


def _order_of(case: Case) -> Order:
    """The case's order, locked before anything is read."""
    if case.order_id is None:
        raise Refused("case_without_order")
    order = lock_order(case.order_id)
    if Case.objects.select_for_update(no_key=True).get(pk=case.pk).status == CaseStatus.CLOSED:
        raise Refused("case_closed")
    return order


def _require_words(reason: str, note: str) -> None:
    if reason not in Case.Category.values:
        raise Refused("reason_unknown", reason=reason)
    require_wellformed(note, maximum=NOTE_LENGTH)


def _record(quoted: RefundQuote, *, case: Case, by: User, reason: str, note: str, now: datetime) -> Refund:
    """Refund, lines and payouts; the database takes quantities and money as the rows come in."""
    quote = quoted.quote
    refund = Refund.objects.create(
        order=quoted.order,
        case=case,
        reason=reason,
        note=note.strip(),
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
    charges = sorted(quote.charges, key=lambda charge: quoted.charges[charge.charge].pk)
    RefundLine.objects.bulk_create(_order_line(refund, quoted, line) for line in lines)
    RefundLine.objects.bulk_create(_shipping_line(refund, quoted, charge) for charge in charges)
    Payout.objects.bulk_create(_payouts(refund, quoted))
    return refund


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
