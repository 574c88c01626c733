"""The desk with holes in it, each of which the walk must find: these views stand before those that they are like."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import DeskRequest
from config.urls import urlpatterns as desk
from orders.models import Order
from support.answers import SeeOther
from support.models import Case


@require_safe
@permission_required("support.view_case", raise_exception=True)
def forgets_whose_it_is(request: HttpRequest, number: int) -> HttpResponse:
    """A case to whoever knows its number."""
    try:
        return HttpResponse(Case.objects.get(pk=number).status)
    except Case.DoesNotExist:
        raise Http404 from None


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def tells_that_it_is_there(request: DeskRequest, shop: str, reference: str) -> HttpResponse:
    """No foreign order, but a no that is only said of orders that there are."""
    found = Order.objects.filter(shop__reference=shop, reference=reference)
    if not found.visible_to(request.user).exists() and found.exists():
        return HttpResponse("This order is not yours.", status=404)
    if not found.exists():
        raise Http404
    return HttpResponse("An order.")


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def lists_everybodys(request: HttpRequest) -> HttpResponse:
    """The orders of all shops."""
    return HttpResponse(" ".join(Order.objects.values_list("reference", flat=True)))


@require_POST
def forgets_the_right(request: DeskRequest, number: int) -> HttpResponse:
    """Whoever sees the case may change it."""
    if not Case.objects.visible_to(request.user).filter(pk=number).exists():
        raise Http404
    return SeeOther("/")


def takes_every_method(request: HttpRequest, number: int) -> HttpResponse:
    """A form that is sent by GET as well."""
    return HttpResponseForbidden()


urlpatterns = [
    path("cases/<case:number>/", forgets_whose_it_is, name="case"),
    path("orders/<str:shop>/<path:reference>/", tells_that_it_is_there, name="order"),
    path("orders/", lists_everybodys, name="order-list"),
    path("cases/<case:number>/status/", forgets_the_right, name="case-status"),
    path("cases/<case:number>/messages/", takes_every_method, name="case-message"),
    *desk,
]
