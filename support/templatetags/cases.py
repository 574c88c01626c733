"""Marks of a case: its status, its priority, its clock, and its story in words."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.domain.window import Window
from orders.templatetags.clocks import clock
from orders.templatetags.desk import badge, icon
from support import told as story
from support.domain.lifecycle import CASE_MOVES, CaseStatus
from support.models import STATUS_CHOICES, Case, Entry
from support.queries import cases_of

register = template.Library()

STATUS_TONES = {"open": "accent", "pending": "warn", "on_hold": "note", "solved": "good", "closed": ""}
PRIORITY_ICONS = {Case.Priority.HIGH: "chevron-up", Case.Priority.URGENT: "bolt"}


@register.simple_tag
def case_status(case: Case) -> SafeString:
    """Whose turn it is."""
    return badge(case.get_status_display(), STATUS_TONES[case.status])


@register.simple_tag
def case_priority(case: Case) -> SafeString:
    """How urgent it is; what is not normal has a shape, too."""
    drawing = PRIORITY_ICONS.get(Case.Priority(case.priority))
    return format_html(
        '<span class="priority" data-level="{}">{}{}</span>',
        case.priority,
        icon(drawing) if drawing else "",
        case.get_priority_display(),
    )


@register.simple_tag(takes_context=True)
def case_clock(context: template.Context, case: Case) -> SafeString | str:
    """The clock of a case of the overview: the next deadline of what could still go back, else the last one."""
    if case.order_id is None:
        return "–"
    if case.delivered_at and not case.units_left:
        return format_html('<span class="clock" data-state="none">{}{}</span>', icon("check"), _("nothing left"))
    window = Window(case.delivered_at, begun=case.closes_at is not None, closes_at=case.closes_at)
    return clock(context, window, case.shop.time_zone, short=True)


@register.simple_tag
def told(entry: Entry) -> str:
    """The event as the end of a sentence that begins with who did it."""
    return story.told(entry)


@register.filter
def moves(case: Case) -> list[tuple[str, str]]:
    """The statuses that the case may become, with their names."""
    allowed = CASE_MOVES[CaseStatus(case.status)]
    return [(value, str(name)) for value, name in STATUS_CHOICES if value in allowed]


@register.inclusion_tag("support/order_cases.html", takes_context=True)
def cases_of_order(context: template.Context) -> dict[Any, Any]:
    """The order's cases, as far as the reader may see them."""
    return {**context.flatten(), "cases": cases_of(context["order"], context["user"])}
