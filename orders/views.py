"""The agents' pages of orders: to find one, and to read it."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.requests import DeskRequest
from orders import queries
from orders.filters import Filter, filter_of
from orders.models import Order
from orders.paging import LONGEST_CURSOR
from orders.queries import AskedOrders, order_seen

WORDS_LENGTH = 200
WINDOWS = {
    "closing": _("closes within 48 h"),
    "open": _("open"),
    "closed": _("closed"),
    "not_delivered": _("not delivered"),
}


@require_safe
@vary_on_headers("HX-Request")
@permission_required("orders.view_order", raise_exception=True)
def order_list(request: DeskRequest) -> HttpResponse:
    """Orders, newest first, filtered by the address."""
    now = timezone.now()
    bar = _filter_bar(request.GET, request.user)
    asked = _read(request.GET, bar)
    try:
        page = queries.order_list(request.user, asked, now)
    except Refused as refused:
        raise Http404 from refused
    context = {"section": "orders", "now": now, "page": page, "asked": asked, "filters": bar}
    return render(request, "orders/order_list.html#list" if request.htmx else "orders/order_list.html", context)


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def order(request: DeskRequest, shop: str, reference: str) -> HttpResponse:
    """One order with what was paid, delivered and given back, and its cases."""
    try:
        found = order_seen(request.user, shop=shop, reference=reference)
    except Order.DoesNotExist:
        raise Http404 from None
    context = {"section": "orders", "now": timezone.now(), "order": found}
    return render(request, "orders/order.html", context)


def _filter_bar(query: QueryDict, user: User) -> list[Filter]:
    shops = {shop.reference: shop.name for shop in Shop.objects.visible_to(user)}
    return [
        filter_of(query, "shop", _("Shop"), shops),
        filter_of(query, "window", _("Refund window"), WINDOWS),
    ]


def _read(query: QueryDict, bar: list[Filter]) -> AskedOrders:
    chosen = {each.name: each.value for each in bar}
    words = query.get("q", "").replace("\0", "").strip()[:WORDS_LENGTH]
    return AskedOrders(
        words=words, cursor=query.get("cursor", "")[: LONGEST_CURSOR + 1], shop=chosen["shop"], window=chosen["window"]
    )
