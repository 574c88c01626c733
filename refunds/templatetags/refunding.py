"""Marks and panels of money that goes back."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.domain.refusal import Refused
from orders.models import Customer, OrderLine
from orders.templatetags.desk import badge
from refunds.forms import fresh_draft
from refunds.models import Payout, Refund
from refunds.queries import cancel_refusal, decision_refusal, refunded_to, refunds_on
from support.models import Case

register = template.Library()

REFUND_TONES = {
    "requested": "warn",
    "approved": "accent",
    "processing": "accent",
    "succeeded": "good",
    "partially_succeeded": "warn",
    "failed": "bad",
    "reversed": "bad",
}
PAYOUT_TONES = {
    "reserved": "accent",
    "submitted": "accent",
    "pending": "accent",
    "requires_action": "warn",
    "unknown": "bad",
    "succeeded": "good",
    "external": "good",
    "failed": "bad",
    "reversed": "bad",
}
SECOND_PERSON = {
    "over_threshold": _("with the order's other refunds of the last 24 hours it is above the shop's threshold"),
    "over_daily_limit": _("the requester's refunds of the last 24 hours come above their daily limit"),
    "other_currency": _("the order is in another currency than the shop"),
}


@register.simple_tag
def refund_status(refund: Refund) -> SafeString:
    """Where the decision stands."""
    return badge(refund.get_status_display(), REFUND_TONES.get(refund.status, ""))


@register.simple_tag
def payout_status(payout: Payout) -> SafeString:
    """Where the money stands."""
    return badge(payout.get_status_display(), PAYOUT_TONES.get(payout.status, ""))


@register.filter
def second_person(reasons: str | tuple[str, ...]) -> str:
    """Why a second person decides."""
    codes = reasons.split() if isinstance(reasons, str) else reasons
    return "; ".join(str(SECOND_PERSON.get(code, code)) for code in codes)


@register.simple_tag(takes_context=True)
def why_not(context: template.Context, line: OrderLine) -> Refused | None:
    """Why nothing of an order line can go back now, or nothing when something can."""
    return line.refusal_at(context["now"])


@register.filter
def lookup(values: dict[int, str], key: int) -> str:
    """What was typed for a row."""
    return values.get(key, "")


@register.simple_tag(takes_context=True)
def may_decide(context: template.Context, refund: Refund) -> bool:
    """Whether the reader may approve or reject."""
    return decision_refusal(refund, context["user"], timezone.now()) is None


@register.simple_tag(takes_context=True)
def may_cancel(context: template.Context, refund: Refund) -> bool:
    """Whether the reader may take the request back."""
    return cancel_refusal(refund, context["user"]) is None


@register.simple_tag
def paid_back(customer: Customer) -> list[tuple[int, str]]:
    """What the customer has got back, by currency."""
    return refunded_to(customer)


@register.inclusion_tag("refunds/panel.html", takes_context=True)
def refunds_of_case(context: template.Context) -> dict[str, Any]:
    """The money of a case's order: its refunds, and the composer of a new one."""
    return panel(context.flatten())


@register.inclusion_tag("refunds/list.html", takes_context=True)
def refunds_of_order(context: template.Context) -> dict[Any, Any]:
    """The order's refunds, to be read."""
    return {**context.flatten(), "refunds": refunds_on(context["order"])}


def panel(context: dict[Any, Any]) -> dict[Any, Any]:
    """What the panel needs beside what its page knows."""
    case: Case = context["case"]
    return {
        **context,
        "order": case.order,
        "refunds": refunds_on(case.order) if case.order else [],
        "draft": _draft(context, case),
    }


def _draft(context: dict[str, Any], case: Case) -> Any:
    return context.get("refund_draft") or fresh_draft(case)
