"""The API's doors where money is asked for: the quote, which stores nothing, and the request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.rest.describe import describe
from accounts.rest.pages import page_answer
from accounts.rest.problems import Rejected, fault_of
from accounts.rest.views import ApiView
from integrations.rest import answer_once
from orders.domain.money import to_minor
from refunds.api.examples import ASKED, QUOTE, QUOTE_ASKED, REFUND
from refunds.api.wording import Said, in_money, quote_said, rejected, said_with
from refunds.found import AskedRefunds, lock_case_to_refund, lock_order_to_refund, order_to_refund, refund_list
from refunds.serializers import RefundAnswer, RefundBody, RefundQuoteAnswer, RefundQuoteBody, RefundsQuery
from refunds.use_cases import quote_refund
from refunds.use_cases.quote import Pairs, QuoteRefused, Shipping
from refunds.use_cases.request import Ask, request_on

AMOUNTS = ("amount_precision", "amount_too_large")
REFUSALS = (
    *AMOUNTS,
    "amount_exceeds_refundable",
    "amount_not_positive",
    "case_closed",
    "case_of_another_order",
    "case_without_order",
    "charge_unknown",
    "delivered_in_future",
    "duplicate_line",
    "line_unknown",
    "not_delivered",
    "not_found",
    "nothing_to_refund",
    "over_held",
    "payment_capacity_exceeded",
    "quantity_exceeds_refundable",
    "shipping_not_due",
    "stale_quote",
    "window_closed",
)


class RefundQuoteView(ApiView):
    """What would go back."""

    needs: ClassVar = {"POST": "refunds.request_refund"}

    @describe(
        "quoteRefund",
        "Quote a refund",
        body=RefundQuoteBody,
        asked=QUOTE_ASKED,
        answer=RefundQuoteAnswer,
        answered=QUOTE,
        refusals=("amount_precision", "amount_too_large", "not_found"),
    )
    def post(self, request: Request) -> Response:
        """Judge a refund without asking for it: every amount with its explanation, or every reason why not.

        A quote that says no is an answer like any other: `allowed` is false, and `refusals` lists why, each with its
        place in the body and, where there is one, the maximum and the deadline. Nothing is stored and nothing is held:
        send `version` with the request, and it is refused as `stale_quote` if the order has moved on.
        """
        asked = self.body(RefundQuoteBody)
        try:
            order = order_to_refund(self.caller, shop=asked["shop"], reference=asked["order"])
        except ObjectDoesNotExist:
            raise Http404 from None
        shipping = shipping_of(asked["shipping"], order.currency)
        lines = pairs(asked["lines"], "line", "quantity")
        quoted = quote_refund(order=order, by=self.caller, lines=lines, shipping=shipping, now=timezone.now())
        return Response(quote_said(quoted))


class RefundsView(ApiView):
    """Refunds: asked for, and listed."""

    needs: ClassVar = {
        "GET": ("refunds.view_refund", "refunds.view_own_refund"),
        "POST": "refunds.request_refund",
    }
    queries: ClassVar = {"GET": RefundsQuery}

    @describe(
        "listRefunds",
        "List refunds",
        answer=RefundAnswer,
        answered=REFUND,
        paged=True,
        refusals=("bad_cursor",),
    )
    def get(self, request: Request) -> Response:
        """The refunds of your shops, the newest first; a client with the scope `refunds` alone sees its own."""
        asked = self.address
        named = AskedRefunds(
            shop=asked.get("shop", ""),
            order=asked.get("order", ""),
            case=numbered(asked.get("case")),
            status=asked.get("status", ""),
            cursor=asked.get("cursor", ""),
            size=asked["limit"],
        )
        return page_answer(request, refund_list(self.caller, named), RefundAnswer)

    @describe(
        "requestRefund",
        "Ask for a refund",
        body=RefundBody,
        asked=ASKED,
        answer=RefundAnswer,
        answered=REFUND,
        status=201,
        refusals=REFUSALS,
        keyed=True,
    )
    def post(self, request: Request) -> Response:
        """Ask for units of order lines, and for shipping. The amounts follow from the units.

        The desk's own clock judges the window, once, now. The refund is approved by rule, or `needs_approval` says why
        a second person decides; what it takes is held from this moment. All reasons against it come at once, in
        `errors`, and the first of them is the `code` of the whole.

        `case` names a case about the same order: of people one that they see, of API clients any of the order's shop,
        without a right of their own to cases. A case of another shop is missing, one about another order of the shop is
        refused as `case_of_another_order`. Without `case` one is opened in the same step, and tells of the request.
        """
        now, asked = timezone.now(), self.body(RefundBody)  # whoever waits for a lock is judged by their arrival
        return answer_once(request, self.caller, lambda: self._requested(asked, now))

    def _requested(self, asked: Mapping[str, Any], now: datetime) -> Said:
        """Within the transaction of the key: find and lock what is named, then ask."""
        try:
            order = lock_order_to_refund(self.caller, shop=asked["shop"], reference=asked["order"])
            number = numbered(asked.get("case"))
            case = lock_case_to_refund(self.caller, number, order) if number else None
        except ObjectDoesNotExist:
            raise Http404 from None
        ask = Ask(
            by=self.caller,
            lines=pairs(asked["lines"], "line", "quantity"),
            shipping=shipping_of(asked["shipping"], order.currency),
            reason=asked["reason"],
            note=asked["note"],
            version=asked.get("version"),
            now=now,
        )
        try:
            recorded = request_on(order, ask, case)
        except QuoteRefused as refusal:
            raise rejected(refusal) from refusal
        return said_with(recorded.refund, recorded.lines, recorded.payouts)


def pairs(asked: list[dict[str, Any]], name: str, number: str) -> Pairs:
    """Numbers by reference, in the order of the body."""
    return [(each[name], each[number]) for each in asked]


def shipping_of(asked: str | list[dict[str, Any]], currency: str) -> Shipping:
    """The word, or amounts by charge in minor units. Refusals: those of an amount, each at its place."""
    if asked == "standard":
        return "standard"
    if not isinstance(asked, list):
        return "none"
    read, faults, first = [], [], None
    for place, each in enumerate(asked):
        try:
            read.append((each["charge"], to_minor(each["amount"], currency)))
        except Refused as refusal:
            first = first or in_money(refusal, currency)
            faults.append(fault_of(in_money(refusal, currency), f"/shipping/{place}/amount"))
    if first:
        raise Rejected(first, faults)
    return read


def numbered(name: str | None) -> int | None:
    """The number in a name such as C-12."""
    return int(name.partition("-")[2]) if name else None
