"""The money half of the vector format: cases read into the domain's terms, and its answers written in the format's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts.domain.refusal import Refused
from orders.domain.allocation import largest_remainder
from orders.domain.money import exponent, to_minor
from orders.domain.window import Window
from refunds.domain.amount import Amount, ChargeState, LineState
from refunds.domain.held import free, take
from refunds.domain.quote import (
    Ask,
    ChargeAsk,
    LineAsk,
    OrderLine,
    OrderState,
    Quote,
    everything_left,
    quote_refund,
    rest_of,
)
from refunds.domain.tender import PaymentState, split

type Case = Mapping[str, Any]
type Answer = dict[str, Any]

_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_IN_TIME = Window(datetime(2026, 1, 1, tzinfo=UTC), begun=True, closes_at=datetime(2026, 1, 15, tzinfo=UTC))


def run_refund(case: Case) -> Answer:
    """What the engine answers to a refund, a sequence of them, an allocation or a split over payments."""
    decimals = exponent(case["currency"])
    if case.get("minor_unit_exponent", decimals) != decimals:
        raise ValueError(f"{case['currency']} has {decimals} decimals")
    try:
        return _KINDS[case["kind"]](case)
    except Refused as refusal:
        return _refusal(refusal)


def _one_refund(case: Case) -> Answer:
    """One request, after those before it."""
    answer, _ = _step(_order_before(case), case["request"], case["currency"])
    return answer


def _sequence(case: Case) -> Answer:
    """Request after request; a step that failed gives back what it held, once."""
    order, steps = _order_before(case), []
    living: dict[int, Quote] = {}
    for place, request in enumerate(case["request"], start=1):
        if "release_step" in request:
            failed = living.pop(request["release_step"], None)
            order = free(order, failed) if failed else order
            steps.append({"released_step": request["release_step"]})
            continue
        answer, quote = _step(order, request, case["currency"])
        steps.append(answer)
        if quote is not None:
            living[place], order = quote, take(order, quote)
    refused: Answer = next((step for step in steps if step.get("ok") is False), {"ok": True})
    sums = {"sum_gross": sum(q.total for q in living.values()), "sum_tax": sum(q.tax for q in living.values())}
    return {**refused, "steps": steps, **sums}


def _allocation(case: Case) -> Answer:
    """An amount shared by weight."""
    request = case["request"]
    amount = _minor(request["allocate"], case["currency"])
    return {"ok": True, "shares": largest_remainder(amount, request["weights"])}


def _split_tender(case: Case) -> Answer:
    """An amount spread over payments."""
    payments = _payments(case["order"]) or ()
    for prior in case.get("prior_refunds") or ():
        held = {share.payment: share.amount for share in split(prior["amount"], payments).shares}
        payments = tuple(replace(one, held=one.held + held.get(one.reference, 0)) for one in payments)
    amount = _minor(case["request"]["amount"], case["currency"])
    if amount <= 0:
        raise Refused("amount_not_positive")
    payouts = split(amount, payments)
    answer = {
        "allocation": {share.payment: share.amount for share in payouts.shares},
        "unallocated": payouts.unallocated,
    }
    if payouts.unallocated:
        return {**answer, **_refusal(Refused("payment_capacity_exceeded", maximum=payouts.covered, computed=amount))}
    return {"ok": True, "error_code": None, **answer}


_KINDS: Mapping[str, Callable[[Case], Answer]] = {
    "refund": _one_refund,
    "sequence": _sequence,
    "allocation": _allocation,
    "split_tender": _split_tender,
}


def _order_before(case: Case) -> OrderState:
    """The order of the case, holding what its prior refunds took."""
    order = _order(case["order"])
    for prior in case.get("prior_refunds") or ():
        answer, quote = _step(order, prior, case["currency"])
        if quote is None:
            raise ValueError(f"a prior refund is refused: {answer['error_code']}")
        order = take(order, quote)
    return order


def _order(given: Case) -> OrderState:
    """Lines count as delivered in time."""
    return OrderState(
        lines={line["sku"]: OrderLine(_line(line), _IN_TIME) for line in given.get("lines") or ()},
        charges={charge["id"]: _charge(charge) for charge in given.get("shipping") or ()},
        payments=_payments(given),
    )


def _line(given: Case) -> LineState:
    """The frozen snapshot of a line, wholly delivered."""
    return LineState(given["quantity"], given["quantity"], given["gross_paid"], _tax(given))


def _charge(given: Case) -> ChargeState:
    """The frozen snapshot of a shipping charge."""
    return ChargeState(given["gross_paid"], _tax(given), given.get("standard_cost"))


def _tax(given: Case) -> int:
    """The tax that was paid, in minor units."""
    return int((given.get("tax") or {}).get("amount") or 0)


def _payments(given: Case) -> tuple[PaymentState, ...] | None:
    """The payments; none means that the case does not know them."""
    if given.get("payments") is None:
        return None
    return tuple(
        PaymentState(
            payment["id"],
            payment["captured"],
            held=payment.get("refunded", 0) + payment.get("reserved", 0),
            refundable=payment.get("refundable", True),
            partial=payment.get("partial", True),
        )
        for payment in given["payments"]
    )


def _step(order: OrderState, request: Case, currency: str) -> tuple[Answer, Quote | None]:
    """The answer to one request, and its quote when it is allowed."""
    try:
        ask = _ask(order, request, currency)
    except Refused as refusal:
        return _refusal(refusal), None
    quote = quote_refund(order, ask, judged_at=_NOW, now=_NOW)
    if not quote.allowed:
        return _refusal(quote.all_refusals[0]), None
    return _amounts(quote), quote


def _ask(order: OrderState, request: Case, currency: str) -> Ask:
    """The request in the domain's terms."""
    fee = _minor(request.get("fee") or 0, currency)
    if request.get("full"):
        return replace(everything_left(order), fee=fee)
    lines = [_line_ask(order, line, currency) for line in request.get("lines") or ()]
    charges = [_charge_ask(charge, currency) for charge in request.get("shipping") or ()]
    return Ask(tuple(line for line in lines if line), tuple(charges), fee)


def _line_ask(order: OrderState, given: Case, currency: str) -> LineAsk | None:
    """Units, an amount without units, or all that is left; nothing when nothing is."""
    if given.get("amount") is not None:
        return LineAsk(given["sku"], concession=_minor(given["amount"], currency))
    if not given.get("remaining"):
        return LineAsk(given["sku"], units=given["quantity"])
    line = order.lines.get(given["sku"])
    return rest_of(given["sku"], line.state) if line else LineAsk(given["sku"], units=1)


def _charge_ask(given: Case, currency: str) -> ChargeAsk:
    """An amount of a charge, or all that is left of it, up to the standard cost when the case says so."""
    amount = None if given.get("amount") is None else _minor(given["amount"], currency)
    return ChargeAsk(given["id"], amount, standard=bool(given.get("cap_standard")))


def _minor(given: object, currency: str) -> int:
    """A number of minor units, read as the doors read money: a part of a minor unit is refused."""
    amount = Decimal(str(given)).scaleb(-exponent(currency))
    minor = to_minor(f"{abs(amount):f}", currency)
    return -minor if amount < 0 else minor


def _amounts(quote: Quote) -> Answer:
    """What goes back."""
    return {
        "ok": True,
        "lines": [{"sku": part.line, "quantity": part.units, **_figures(part.amount)} for part in quote.lines],
        "shipping": [{"id": part.charge, **_figures(part.amount)} for part in quote.charges],
        "fee": quote.fee,
        "total_gross": quote.total,
        "total_tax": quote.tax,
        "total_net": quote.net,
    }


def _figures(amount: Amount | None) -> Answer:
    """An amount's three figures."""
    return {} if amount is None else {"gross": amount.gross, "tax": amount.tax, "net": amount.net}


def _refusal(refusal: Refused) -> Answer:
    """A no, with its limit and the line or charge it concerns."""
    names = {"line": "sku", "charge": "id", "computed": "computed"}
    names["maximum"] = "max_quantity" if refusal.code == "quantity_exceeds_refundable" else "max_amount"
    told = {names[name]: value for name, value in refusal.parameters.items() if name in names}
    return {"ok": False, "error_code": refusal.code, **told}
