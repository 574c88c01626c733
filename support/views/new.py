"""Opening a case: from an order, or about none."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.refusals import sentence
from accounts.requests import DeskRequest
from orders.models import Order, OrderLine
from orders.queries import order_seen
from support.answers import as_refused, elsewhere
from support.models import Case, Entry
from support.queries import cases_about
from support.sending import fresh_key, key_after, send_once
from support.use_cases import open_case

PAGE = "support/case_new.html"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, and the shop, order and lines that it names."""

    key: str
    shops: list[Shop]
    shop: Shop | None
    reference: str
    order: Order | None
    lines: list[OrderLine]
    subject: str
    body: str
    kind: str
    category: str
    priority: int
    mine: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("support.work_case", raise_exception=True)
def case_new(request: DeskRequest) -> HttpResponse:
    """The form, which warns of cases that exist on the order; sent twice, one case is opened."""
    if request.method != "POST":
        return _form(request, _read(request.GET, request.user))
    typed = _read(request.POST, request.user)
    try:
        number = _open_once(typed, request.user, timezone.now())
    except Refused as refusal:
        return _form(request, replace(typed, key=key_after(refusal, typed.key)), refusal)
    return elsewhere(request, reverse("case", args=[number]), _("The case is open."))


def _form(request: DeskRequest, typed: Typed, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "section": "cases",
        "now": timezone.now(),
        "typed": typed,
        "refused": sentence(refusal) if refusal else "",
        "existing": cases_about(typed.order, request.user) if typed.order else [],
        "categories": Case.Category.choices,
        "priorities": Case.Priority.choices,
    }
    answer = render(request, PAGE, context)
    return as_refused(answer, refusal) if refusal else answer


def _read(form: QueryDict, user: User) -> Typed:
    """What was typed; a shop, an order or a line that the person may not see is as if it were not there."""
    shops = list(Shop.objects.visible_to(user))
    shop = next((shop for shop in shops if shop.reference == form.get("shop")), None)
    given = form.get("order", "").replace("\0", "")
    order = _order(user, shop, given) or _order(user, shop, given.strip())
    chosen = set(form.getlist("line"))
    return Typed(
        key=form.get("key") or fresh_key(),
        shops=shops,
        shop=shop or (shops[0] if len(shops) == 1 else None),
        reference=order.reference if order else given.strip(),
        order=order,
        lines=[line for line in order.lines.all() if str(line.pk) in chosen] if order else [],
        subject=form.get("subject", ""),
        body=form.get("body", ""),
        kind=Entry.Kind.NOTE if form.get("kind") == "note" else Entry.Kind.CUSTOMER,
        category=form.get("category", Case.Category.OTHER),
        priority=next(
            (level for level in Case.Priority if str(level.value) == form.get("priority")), Case.Priority.NORMAL
        ),
        mine=bool(form.get("mine")) or "key" not in form,
    )


def _order(user: User, shop: Shop | None, reference: str) -> Order | None:
    if shop is None or not reference:
        return None
    try:
        return order_seen(user, shop=shop.reference, reference=reference)
    except Order.DoesNotExist:
        return None


def _open_once(typed: Typed, by: User, now: datetime) -> str:
    """The number of the new case; the same key twice gives the same one."""
    shop = typed.shop
    if shop is None:
        raise Refused("shop_missing")
    if typed.reference and typed.order is None:
        raise Refused("order_unknown", reference=typed.reference)
    about = [shop.reference, typed.reference, [line.pk for line in typed.lines]]
    answer = send_once(
        by=by,
        key=typed.key,
        route="case-new",
        body=[*about, typed.subject, typed.body, typed.kind, typed.category, typed.priority, typed.mine],
        now=now,
        effect=lambda: _open(typed, shop, by, now).number,
    )
    return str(answer)


def _open(typed: Typed, shop: Shop, by: User, now: datetime) -> Case:
    return open_case(
        by=by,
        shop=shop,
        order=typed.order,
        lines=typed.lines,
        subject=typed.subject,
        body=typed.body,
        kind=typed.kind,
        category=typed.category,
        priority=typed.priority,
        assignee=by if typed.mine else None,
        now=now,
    )
