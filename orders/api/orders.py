"""One order, its deliveries, and the list."""

import unicodedata
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Shop, User
from accounts.rest.describe import describe
from accounts.rest.pages import page_answer
from accounts.rest.views import ApiView
from orders.answers import order_answer
from orders.api import examples
from orders.models import Order
from orders.queries import AskedOrders, order_list, order_told, shop_seen
from orders.serializers import (
    DeliveryBody,
    MirroredOrderAnswer,
    OrderAnswer,
    OrderBody,
    OrderQuery,
    OrderSummaryAnswer,
)
from orders.use_cases import Mirrored, Outcome, add_sent_delivery, mirror_sent_order

OF_DELIVERIES = [
    "line_unknown",
    "already_delivered",
    "delivered_below_held",
    "delivered_in_future",
    "delivered_later",
    "delivery_changed",
    "redelivered_too_early",
    "replaced_not_returned",
    "replaced_twice",
    "replaced_unknown",
    "returned_before_delivered",
    "returned_in_future",
    "returned_too_late",
]
OF_ORDERS = [
    "malformed_order",
    "reference_malformed",
    "version_conflict",
    "currency_frozen",
    "line_frozen",
    "line_delivered",
    "captured_below_held",
    "payment_in_use",
]


class OrderView(ApiView):
    """An order of a shop."""

    needs: ClassVar = {"GET": "orders.view_order", "PUT": "orders.mirror_order"}

    @describe("getOrder", "Read an order", answer=OrderAnswer, answered=examples.ORDER)
    def get(self, request: Request, shop: str, reference: str) -> Response:
        """The order as the mirror has it, with what can still go back of each line, and if nothing can, why.

        Without `shop`, `reference`, `mirrored_at`, `policy`, `total` and what is counted of its parts (the fields that
        the body of `putOrder` does not have) it can be sent again: unchanged, when `putOrder` alone has told of it,
        without a `discount`; otherwise with a later `updated_at`.
        """
        return Response(_told(self.caller, shop, composed(reference)))

    @describe(
        "putOrder",
        "Mirror an order",
        body=OrderBody,
        asked=examples.ORDER_SENT,
        answer=MirroredOrderAnswer,
        answered={**examples.ORDER, "outcome": "created"},
        status=(200, 201),
        refusals=[*OF_ORDERS, *OF_DELIVERIES],
    )
    def put(self, request: Request, shop: str, reference: str) -> Response:
        """Make the mirror say what the shop says of an order, whole. The same again changes nothing.

        `outcome` tells what it did: `created` (201), `changed` or `unchanged` (200). Only a later `updated_at` brings
        news. Lines, shipping and payments that are left out go; deliveries that were told before stay. What cannot be
        taken is refused whole, with the reason, and kept for the shop's people to see among the mirror conflicts.
        The reference is the last part of the address, percent-encoded, and may hold slashes; `import`, and what ends
        in `/deliveries`, have no address here and come by `importOrders`.
        """
        found, reference = _shop(self.caller, shop), composed(reference)
        mirrored = mirror_sent_order(shop=found, reference=reference, sent=request.data, now=timezone.now())
        return _mirrored_answer(self.caller, mirrored, made=Outcome.CREATED)


class OrderDeliveriesView(ApiView):
    """The deliveries of an order."""

    needs: ClassVar = {"POST": "orders.mirror_order"}

    @describe(
        "addDelivery",
        "Tell of a delivery",
        body=DeliveryBody,
        asked=examples.DELIVERY_SENT,
        answer=MirroredOrderAnswer,
        answered={**examples.ORDER, "outcome": "changed"},
        status=(200, 201),
        refusals=["malformed_delivery", *OF_DELIVERIES],
    )
    def post(self, request: Request, shop: str, reference: str) -> Response:
        """A parcel arrived, came back, or turned out to have arrived earlier; the refund windows follow from it.

        Its `reference` makes it safe to send again: the same changes nothing (200, `outcome` is `unchanged`), news are
        201 (`changed`). Another delivery of units that have arrived is refused, and the first one stands.
        """
        order = _order(self.caller, shop, composed(reference))
        mirrored = add_sent_delivery(order=order, sent=request.data, now=timezone.now())
        return _mirrored_answer(self.caller, mirrored, made=Outcome.CHANGED)


class OrdersView(ApiView):
    """The orders of all shops that the caller may see."""

    needs: ClassVar = {"GET": "orders.view_order"}
    queries: ClassVar = {"GET": OrderQuery}

    @describe("listOrders", "List orders", answer=OrderSummaryAnswer, answered=examples.SUMMARY, paged=True)
    def get(self, request: Request) -> Response:
        """The orders that you may see, the newest first. A shop or customer that you may not see has none."""
        page = order_list(self.caller, _asked(self.address), timezone.now())
        return page_answer(request, page, OrderSummaryAnswer)


def composed(reference: str) -> str:
    """The reference in Unicode's composed form, in which all references are kept."""
    return unicodedata.normalize("NFC", reference)


def _shop(caller: User, shop: str) -> Shop:
    try:
        return shop_seen(caller, shop)
    except Shop.DoesNotExist:
        raise Http404 from None


def _order(caller: User, shop: str, reference: str) -> Order:
    try:
        return order_told(caller, shop=shop, reference=reference)
    except Order.DoesNotExist:
        raise Http404 from None


def _told(caller: User, shop: str, reference: str) -> dict[str, Any]:
    return order_answer(_order(caller, shop, reference), timezone.now())


def _mirrored_answer(caller: User, mirrored: Mirrored, *, made: Outcome) -> Response:
    """The order as it stands now, and what was done to it; 201 where that made something."""
    told = _told(caller, mirrored.order.shop.reference, mirrored.order.reference)
    return Response({**told, "outcome": mirrored.outcome}, status=201 if mirrored.outcome is made else 200)


def _asked(address: dict[str, Any]) -> AskedOrders:
    return AskedOrders(
        words=address.get("q", "").strip(),
        shop=address.get("shop", ""),
        customer_reference=address.get("customer", ""),
        placed_after=address.get("placed_after"),
        delivered_after=address.get("delivered_after"),
        window=address.get("window", ""),
        cursor=address.get("cursor", ""),
        size=address["limit"],
    )
