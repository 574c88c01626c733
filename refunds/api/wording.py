"""Refunds, quotes and refusals as JSON has them: money as decimal strings, moments in UTC, never minor units."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from accounts.domain.refusal import Refused
from accounts.rest.problems import Fault, Rejected, fault_of
from orders.domain.money import to_decimal
from refunds.domain.amount import Amount
from refunds.domain.explain import explain_charge, explain_line
from refunds.domain.lifecycle import RefundStatus
from refunds.domain.quote import ChargeQuote, LineQuote
from refunds.models import Payout, Refund, RefundLine
from refunds.use_cases.quote import QuoteRefused, RefundQuote

OF_MONEY = {"amount_exceeds_refundable", "over_own_limit", "payment_capacity_exceeded"}
OF_QUANTITY = {"amount_not_positive", "quantity_exceeds_refundable"}
OF_AMOUNT = {"amount_not_positive", "amount_exceeds_refundable"}
SECOND_PERSON = "a second person"
RULE = "the rule"

type Said = dict[str, Any]


def refund_said(refund: Refund) -> Said:
    """A refund that was read with its lines and payouts."""
    return said_with(refund, list(refund.lines.all()), list(refund.payouts.all()))


def said_with(refund: Refund, lines: Sequence[RefundLine], payouts: Sequence[Payout]) -> Said:
    """A refund with these lines and payouts, which name what they are about."""
    currency, order = refund.currency, refund.order
    return {
        "reference": refund.reference,
        "status": str(refund.status),
        "shop": order.shop.reference,
        "order": order.reference,
        "case": f"C-{refund.case_id}",
        "reason": refund.reason,
        "requested_at": moment(refund.requested_at),
        "window_closes_at": moment(_earliest(line.window_closes_at for line in lines)),
        "policy": order.policy,
        "total": money(refund.total, currency),
        "tax": money(refund.tax, currency),
        "net": money(refund.net, currency),
        "lines": [_line(line, currency) for line in lines if line.order_line],
        "shipping": [_charge(line, currency) for line in lines if line.shipping_charge],
        "fees": [],
        "payouts": [_payout(payout, currency) for payout in payouts],
        "needs_approval": _needs_approval(refund),
        "decided_by": _decided_by(refund),
        "version": version_of(refund, payouts),
    }


def version_of(refund: Refund, payouts: Iterable[Payout]) -> str:
    """A short mark of where the refund stands: it changes with every move of the refund or of one of its payouts."""
    stands = f"{refund.status} {refund.decided_at} {[(each.pk, str(each.status), each.attempt) for each in payouts]}"
    return hashlib.sha256(stands.encode()).hexdigest()[:16]


def quote_said(quoted: RefundQuote) -> Said:
    """A quote: what would go back, or every reason why not."""
    quote, order = quoted.quote, quoted.order
    parts = [*quoted.quote.lines, *quoted.quote.charges]
    because = quoted.approval.because
    return {
        "allowed": quote.allowed,
        "shop": order.shop.reference,
        "order": order.reference,
        "policy": order.policy,
        "window_closes_at": moment(quote.closes_at),
        "total": money(quote.total, order.currency),
        "tax": money(quote.tax, order.currency),
        "net": money(quote.net, order.currency),
        "lines": [_quoted_line(quoted, part) for part in parts if isinstance(part, LineQuote)],
        "shipping": [_quoted_charge(quoted, part) for part in parts if isinstance(part, ChargeQuote)],
        "payouts": _shares(quoted),
        "needs_approval": {"by": SECOND_PERSON, "because": list(because)} if because and quote.allowed else None,
        "refusals": [fault.as_dict() for fault in faults_of(quoted)],
        "version": quoted.version,
    }


def rejected(refusal: QuoteRefused) -> Rejected:
    """Every reason with its place in the body; the first stands for all."""
    return Rejected(in_money(refusal, refusal.quoted.order.currency), faults_of(refusal.quoted))


def faults_of(quoted: RefundQuote) -> list[Fault]:
    """Every reason of a quote with its place in the body: first what names nothing, then by line, charge and whole."""
    placed = {id(refusal): pointer for refusal, pointer in _places(quoted)}
    currency = quoted.order.currency
    return [fault_of(in_money(each, currency), placed.get(id(each), "")) for each in quoted.quote.all_refusals]


def in_money(refusal: Refused, currency: str) -> Refused:
    """The refusal with its maximum as a decimal string where it is money, beside its currency."""
    maximum = refusal.parameters.get("maximum")
    if refusal.code not in OF_MONEY or not isinstance(maximum, int):
        return refusal
    currency = str(refusal.parameters.get("currency", currency))
    told = {**refusal.parameters, "maximum": to_decimal(maximum, currency), "currency": currency}
    return Refused(refusal.code, **told)


def money(minor: int, currency: str) -> Said:
    """An amount in its currency."""
    return {"amount": to_decimal(minor, currency), "currency": currency}


def moment(value: datetime | None) -> str | None:
    """A moment of the database, which is in UTC (RFC 3339)."""
    return value.isoformat().replace("+00:00", "Z") if value else None


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each), default=None)


def _line(line: RefundLine, currency: str) -> Said:
    named = line.order_line.reference if line.order_line else ""
    return {"line": named, "quantity": line.quantity, **_amounts(line, currency), "explanation": line.explanation}


def _charge(line: RefundLine, currency: str) -> Said:
    named = line.shipping_charge.reference if line.shipping_charge else ""
    return {"charge": named, **_amounts(line, currency), "explanation": line.explanation}


def _payout(payout: Payout, currency: str) -> Said:
    return {
        "payment": payout.payment.reference,
        "gateway": payout.gateway,
        "status": str(payout.status),
        "amount": to_decimal(payout.amount, currency),
        "attempts": payout.attempt,
    }


def _amounts(paid: RefundLine | Amount, currency: str) -> Said:
    return {
        "amount": to_decimal(paid.gross, currency),
        "tax": to_decimal(paid.tax, currency),
        "net": to_decimal(paid.net, currency),
    }


def _needs_approval(refund: Refund) -> Said | None:
    """Who has to decide, while nobody has."""
    if refund.status != RefundStatus.REQUESTED:
        return None
    return {"by": SECOND_PERSON, "because": refund.second_person_because.split()}


def _decided_by(refund: Refund) -> str | None:
    if refund.decided_by:
        return str(refund.decided_by)
    return RULE if refund.approved_by_rule else None


def _quoted_line(quoted: RefundQuote, part: LineQuote) -> Said:
    explanation = None
    if part.amount is not None:
        explanation = explain_line(quoted.state.lines[part.line].state, part.units, quoted.order.currency).as_dict()
    maximum = part.maximum
    return {"line": part.line, "quantity": part.units, **_judged(quoted, part, explanation), "maximum": maximum}


def _quoted_charge(quoted: RefundQuote, part: ChargeQuote) -> Said:
    explanation, currency = None, quoted.order.currency
    if part.amount is not None and part.amount.gross:
        explanation = explain_charge(quoted.state.charges[part.charge], currency, part.amount.gross).as_dict()
    maximum = to_decimal(part.maximum, currency)
    return {"charge": part.charge, **_judged(quoted, part, explanation), "maximum": maximum}


def _judged(quoted: RefundQuote, part: LineQuote | ChargeQuote, explanation: Said | None) -> Said:
    """The amounts of a part, which are nothing where something speaks against it."""
    amounts: Said = {"amount": None, "tax": None, "net": None}
    if part.amount is not None:
        amounts = _amounts(part.amount, quoted.order.currency)
    closes_at = moment(part.window.closes_at)
    codes = [refusal.code for refusal in part.refusals]
    return {**amounts, "explanation": explanation, "window_closes_at": closes_at, "refusals": codes}


def _shares(quoted: RefundQuote) -> list[Said]:
    """Which payments the money would come from."""
    if quoted.quote.split is None or not quoted.quote.allowed:
        return []
    return [
        {
            "payment": share.payment,
            "gateway": quoted.payments[share.payment].gateway,
            "amount": to_decimal(share.amount, quoted.order.currency),
        }
        for share in quoted.quote.split.shares
    ]


def _places(quoted: RefundQuote) -> Iterator[tuple[Refused, str]]:
    """Where each reason of a part stands in the body."""
    for number, line in enumerate(quoted.quote.lines):
        for refusal in line.refusals:
            yield refusal, f"/lines/{number}/{'quantity' if refusal.code in OF_QUANTITY else 'line'}"
    for number, charge in enumerate(quoted.quote.charges):
        for refusal in charge.refusals:
            field = "amount" if refusal.code in OF_AMOUNT else "charge"
            yield refusal, "/shipping" if refusal.code == "shipping_not_due" else f"/shipping/{number}/{field}"
