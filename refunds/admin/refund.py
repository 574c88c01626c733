"""The approval page: what goes back, why a second person is needed, and one button."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.admin import OfferedFilter, ShopFilter, signed_in
from orders.templatetags.clocks import moment
from orders.templatetags.desk import money
from refunds.admin.decision import DecisionAdmin, View, worded_for
from refunds.domain.lifecycle import RefundStatus
from refunds.models import REFUND_STATUS_CHOICES, Refund, RefundLine
from refunds.queries import cancel_refusal, decision_refusal
from refunds.templatetags.refunding import refund_status
from refunds.use_cases import approve_refund, cancel_refund, reject_refund

LAST_ENTRIES = 8


class StatusFilter(OfferedFilter):
    """By where the decision stands."""

    title = _("status")
    parameter_name = column = "status"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Every status."""
        return list(REFUND_STATUS_CHOICES)


class RefundShopFilter(ShopFilter):
    """By the shop of the order."""

    column = "order__shop__reference"


class DecisionForm(forms.Form):
    """Why: a rejection needs it, an approval may have it."""

    reason = forms.CharField(
        label=_("Reason"), required=False, strip=False, widget=forms.Textarea({"class": "input", "rows": 3})
    )


@dataclass(frozen=True, slots=True)
class FrozenWindow:
    """A window as it was judged, and the things it was judged for."""

    line: RefundLine
    names: list[str]


class RefundAdmin(DecisionAdmin):
    """Refunds, and the decision about those that wait."""

    change_form_template = "admin/refund.html"
    form_class = DecisionForm
    related = ("order__shop", "order__customer", "case__shop", "requested_by", "approver", "decided_by")
    number_prefix = "R"
    list_display = ("reference", "amount", "state", "case", "order", "shop", "requester", "requested", "decider")
    list_filter = (StatusFilter, RefundShopFilter)
    search_fields = ("^order__reference", "^order__customer__name", "^order__customer__email")
    search_help_text = _("R-58, order, customer or e-mail address")
    ordering = ("-requested_at", "-pk")

    @admin.display(description=_("amount"))
    def amount(self, refund: Refund) -> str:
        """What goes back."""
        return money(refund.total, refund.currency)

    @admin.display(description=_("status"))
    def state(self, refund: Refund) -> SafeString:
        """Where the decision stands."""
        return refund_status(refund)

    @admin.display(description=_("shop"))
    def shop(self, refund: Refund) -> str:
        """Whose order it is."""
        return str(refund.order.shop)

    @admin.display(description=_("requested by"))
    def requester(self, refund: Refund) -> str:
        """Who asked."""
        return str(refund.requested_by)

    @admin.display(description=_("requested"))
    def requested(self, refund: Refund) -> SafeString | str:
        """When they asked."""
        return moment(Context(), refund.requested_at, refund.order.time_zone)

    @admin.display(description=_("decided by"))
    def decider(self, refund: Refund) -> str:
        """Who decided, or that the rule did."""
        return _now("the rule") if refund.approved_by_rule and not refund.decided_by else str(refund.decided_by or "")

    def decisions(self) -> dict[str, View]:
        """Approve, reject, cancel."""
        return {"approval": self.approval, "rejection": self.rejection, "cancellation": self.cancellation}

    def approval(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve."""
        _require(request, "refunds.approve_refund", "refunds.approve_refund_in_limit")

        def approve(refund: Refund, reason: str) -> None:
            approve_refund(refund=refund, by=signed_in(request), reason=reason, now=timezone.now())

        return self.decide(request, pk, approve, _now("{} is approved."))

    def rejection(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reject, with a reason."""
        _require(request, "refunds.approve_refund", "refunds.approve_refund_in_limit")

        def reject(refund: Refund, reason: str) -> None:
            reject_refund(refund=refund, by=signed_in(request), reason=reason, now=timezone.now())

        return self.decide(request, pk, reject, _now("{} is rejected; what it held is free again."))

    def cancellation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel before any money was sent."""
        _require(request, "refunds.cancel_refund", "refunds.cancel_own_refund")

        def cancel(refund: Refund, reason: str) -> None:
            cancel_refund(refund=refund, by=signed_in(request), reason=reason, now=timezone.now())

        return self.decide(request, pk, cancel, _now("{} is cancelled; what it held is free again."))

    def facts(self, request: HttpRequest, refund: Refund) -> dict[str, Any]:
        """Lines, payouts, the last of the story, and who may press what."""
        lines = list(refund.lines.select_related("order_line", "shipping_charge"))
        entries = refund.case.entries.select_related("author").order_by("-recorded_at", "-pk")[:LAST_ENTRIES]
        refusal = decision_refusal(refund, signed_in(request), timezone.now())
        waits = refund.status == RefundStatus.REQUESTED
        return {
            "refund": refund,
            "lines": lines,
            "windows": _windows(lines),
            "payouts": refund.payouts.select_related("payment", "confirmed_by", "countersigned_by"),
            "entries": list(entries)[::-1],
            "waits": waits,
            "may_decide": refusal is None,
            "may_cancel": cancel_refusal(refund, signed_in(request)) is None,
            "why_not": worded_for(refund, refusal) if refusal and waits else "",
        }


def _windows(lines: list[RefundLine]) -> list[FrozenWindow]:
    """The windows that were judged, each once."""
    found: dict[tuple[Any, ...], FrozenWindow] = {}
    for line in lines:
        window = found.setdefault((line.window, line.judged_at, line.policy), FrozenWindow(line, []))
        window.names.append(str(line.order_line or line.shipping_charge))
    return list(found.values())


def _require(request: HttpRequest, *permissions: str) -> None:
    if not any(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied
