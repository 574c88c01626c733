"""Refunds on the agents' pages: the live quote, the request, and the decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence
from accounts.requests import DeskRequest
from orders.queries import order_seen
from orders.templatetags.desk import money
from orders.templatetags.refusals import refusal as worded
from refunds.forms import Draft, Tried, read_draft
from refunds.models import Refund
from refunds.quoted import Shown, shown
from refunds.templatetags.refunding import panel
from refunds.use_cases import approve_refund, cancel_refund, quote_refund, reject_refund, request_refund
from support.answers import done, elsewhere, refused
from support.models import Case
from support.sending import key_after, send_once
from support.views.page import PAGE, case_context, case_if_shown, shown_case

PANEL = "refunds/panel.html"
QUOTE = "refunds/quote.html"
ORDER = "orders/order.html"

type View = Callable[..., HttpResponse]


def any_permission(*names: str) -> Callable[[View], View]:
    """Open the door to whoever holds one of these."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not any(request.user.has_perm(name) for name in names):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


@require_POST
@permission_required("refunds.request_refund", raise_exception=True)
def case_refund_quote(request: DeskRequest, number: int) -> HttpResponse:
    """What would go back, judged like the request itself; nothing is stored."""
    case = shown_case(request, number)
    return _quoted(request, case, read_draft(request.POST, case))


@require_POST
@permission_required("refunds.request_refund", raise_exception=True)
def case_refunds(request: DeskRequest, number: int) -> HttpResponse:
    """Ask for the refund that was quoted; sent twice, it is asked for once. Without a quote there is one first."""
    case = shown_case(request, number)
    draft = read_draft(request.POST, case)
    if "go" not in request.POST or not draft.version:
        return _quoted(request, case, draft)
    try:
        told = _request_once(case, request.user, draft, timezone.now())
    except Refused as refusal:
        return _quoted(request, case, replace(draft, key=key_after(refusal, draft.key)), refusal)
    context = case_context(request, case_if_shown(request, number) or case)
    said = _("Refund %(refund)s of %(total)s is %(status)s.") % told
    return done(request, PANEL, "", panel(context), said)


@require_POST
@any_permission("refunds.approve_refund", "refunds.approve_refund_in_limit")
def refund_approval(request: DeskRequest, number: int) -> HttpResponse:
    """Say yes, as a second person."""
    return _decision(request, _in_shown_case(request, number), approve_refund, _("%(refund)s is approved."))


@require_POST
@any_permission("refunds.approve_refund", "refunds.approve_refund_in_limit")
def refund_rejection(request: DeskRequest, number: int) -> HttpResponse:
    """Say no, with the reason."""
    return _decision(request, _in_shown_case(request, number), reject_refund, _("%(refund)s is rejected."))


@require_POST
@any_permission("refunds.cancel_refund", "refunds.cancel_own_refund")
def refund_cancellation(request: DeskRequest, number: int) -> HttpResponse:
    """Take a request back; one's own also when its case has gone to another team."""
    refund = get_object_or_404(Refund.objects.visible_to(request.user), pk=number)
    if refund.requested_by_id != request.user.pk:
        refund = _in_shown_case(request, number)
    return _decision(request, refund, cancel_refund, _("%(refund)s was taken back."))


def _quoted(request: DeskRequest, case: Case, draft: Draft, refusal: Refused | None = None) -> HttpResponse:
    """The quote of what was typed, which stays as it is; after a refusal with the reason, old and new side by side."""
    quote: Shown | None = None
    reason = refusal
    try:
        quote = _quote(case, request.user, draft)
    except Refused as malformed:
        reason = refusal or malformed
    context = case_context(
        request,
        case,
        order=case.order,
        refund_draft=draft,
        quote=quote,
        stale=refusal is not None and refusal.code == "stale_quote",
        refused_quote=_words(case, reason) if reason else "",
    )
    template = QUOTE if request.htmx else PAGE
    answer = refused(request, template, "", context, reason) if reason else render(request, template, context)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#quote", "innerHTML"
    return answer


def _quote(case: Case, by: User, draft: Draft) -> Shown:
    """Refusals: case_without_order, and whatever cannot be read as a request."""
    if case.order is None:
        raise Refused("case_without_order")
    quoted = quote_refund(
        order=case.order,
        by=by,
        lines=draft.lines(case.order.lines.all()),
        shipping=draft.shipping_of(case.order.shipping.all(), case.order.currency),
        now=timezone.now(),
    )
    return shown(quoted, draft.seen)


def _request_once(case: Case, by: User, draft: Draft, now: datetime) -> dict[str, str]:
    """What to say of the refund; the same key gives the same answer."""
    if case.order is None:
        raise Refused("case_without_order")
    lines = draft.lines(case.order.lines.all())
    shipping = draft.shipping_of(case.order.shipping.all(), case.order.currency)

    def effect() -> dict[str, str]:
        refund = request_refund(
            case=case,
            by=by,
            lines=lines,
            shipping=shipping,
            reason=draft.reason,
            note=draft.note,
            version=draft.version,
            now=now,
        )
        total = money(refund.total, refund.currency)
        return {"refund": refund.reference, "total": total, "status": refund.get_status_display()}

    body = [case.pk, lines, shipping, draft.reason, draft.note]
    answer: dict[str, str]
    answer = send_once(by=by, key=draft.key, route="case-refunds", body=body, now=now, effect=effect)
    return answer


def _in_shown_case(request: DeskRequest, number: int) -> Refund:
    refund = get_object_or_404(Refund.objects.visible_to(request.user), pk=number)
    shown_case(request, refund.case_id)
    return refund


def _decision(request: DeskRequest, refund: Refund, decide: Callable[..., Refund], said: str) -> HttpResponse:
    """Decide once, by the verb, and show the case's money as it is now, or the order to who does not see the case."""
    reason = request.POST.get("reason", "")
    try:
        decide(refund=refund, by=request.user, reason=reason, now=timezone.now())
    except Refused as refusal:
        return _undecided(request, refund, refusal, reason)
    told, case = said % {"refund": refund.reference}, case_if_shown(request, refund.case_id)
    if case is None:
        return elsewhere(request, refund.order.get_absolute_url(), told)
    return done(request, PANEL, "", panel(case_context(request, case)), told)


def _undecided(request: DeskRequest, refund: Refund, refusal: Refused, reason: str) -> HttpResponse:
    """The same place with why not, and with the reason that was typed."""
    door = request.resolver_match.url_name if request.resolver_match else ""
    case = case_if_shown(request, refund.case_id)
    told = {"refused_money": _words(refund.case, refusal), "tried": Tried(refund.pk, str(door), reason)}
    if request.htmx:
        context = panel(case_context(request, case or refund.case, **told))
        return refused(request, PANEL, "", context, refusal, others="money-refused")
    if case:
        return refused(request, PAGE, "", case_context(request, case, **told), refusal)
    order = order_seen(request.user, shop=refund.order.shop.reference, reference=refund.order.reference)
    context = {"section": "orders", "now": timezone.now(), "order": order, **told}
    return refused(request, ORDER, "", context, refusal)


def _words(case: Case, refusal: Refused) -> str:
    return worded(refusal, case.order.currency, case.shop.time_zone) if case.order else sentence(refusal)
