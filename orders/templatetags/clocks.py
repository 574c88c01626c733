"""Times as people say them: how long ago, and how long the refund window stays open."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.domain.window import Window
from orders.models import Order
from orders.templatetags.desk import icon

register = template.Library()

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NEVER = timedelta(0)
PRESSING = [(timedelta(hours=4), "now", "alert"), (timedelta(hours=24), "soon", "hourglass")]


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None, zone: str = "UTC") -> SafeString | str:
    """How long ago, with the exact time and zone on hover and read aloud; dates after a week."""
    if at is None:
        return ""
    said = exact(at, zone)
    return format_html(
        '<time data-kind="ago" datetime="{}" title="{}"><span data-face>{}</span><span class="vh"> ({})</span></time>',
        at.isoformat(),
        said,
        ago(at, _now(context)),
        said,
    )


@register.simple_tag(takes_context=True)
def clock(context: template.Context, window: Window, zone: str = "UTC", short: bool = False) -> SafeString:
    """The refund window's clock: `closes in 1 d 04 h`, `closed 3 d ago`, or why there is none."""
    if window.delivered_at is None:
        return _still("truck", _("not delivered"))
    if not window.begun or window.closes_at is None:
        return _still("hourglass", _("no deadline yet"))
    return _ticking(window.closes_at, _now(context), zone, short)


@register.simple_tag(takes_context=True)
def order_clock(context: template.Context, order: Order) -> SafeString:
    """The clock of an order of the list: the next deadline of what could still go back, else the last one."""
    if order.is_delivered and order.closes_at is None:
        return _still("check", _("nothing left"))
    if order.closes_at is None:
        return _still("truck", _("not delivered"))
    return _ticking(order.closes_at, _now(context), order.shop.time_zone, short=True)


@register.filter
def exact(at: datetime, zone: str = "UTC") -> str:
    """The time to the minute where the shop is, with its zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'j F Y, H:i')} {local.tzname()}"


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `2 d ago`, and after a week the date."""
    passed = now - at
    if passed >= WEEK:
        return date_format(at.astimezone(UTC), "j M" if at.year == now.year else "j M Y")
    return _("just now") if passed < MINUTE else _("{} ago").format(rough(passed))


def rough(span: timedelta) -> str:
    """A span by its largest unit."""
    if span >= DAY:
        return _("{} d").format(span // DAY)
    if span >= HOUR:
        return _("{} h").format(span // HOUR)
    return _("{} min").format(max(1, span // MINUTE))


def precise(span: timedelta) -> str:
    """A span by its two largest units: `1 d 04 h`, `5 h 12 min`, `45 min`."""
    if span >= DAY:
        return _("{} d {:02d} h").format(span // DAY, span % DAY // HOUR)
    if span >= HOUR:
        return _("{} h {:02d} min").format(span // HOUR, span % HOUR // MINUTE)
    return _("{} min").format(max(1, span // MINUTE))


def _ticking(closes_at: datetime, now: datetime, zone: str, short: bool) -> SafeString:
    """A clock that runs; the script keeps it going by the same rules."""
    left = closes_at - now
    if left < NEVER:
        state, drawing, face = "past", "lock", _("closed {} ago").format(rough(-left))
    else:
        state, drawing = next(((name, mark) for limit, name, mark in PRESSING if left < limit), ("open", "clock"))
        face = precise(left) if short else _("closes in {}").format(precise(left))
    said = (_("closed on {}") if left < NEVER else _("closes on {}")).format(exact(closes_at, zone))
    return format_html(
        '<time class="clock" data-kind="closes" data-state="{}" datetime="{}" title="{}"{}>{}'
        '<span data-face>{}</span><span class="vh"> ({})</span></time>',
        state,
        closes_at.isoformat(),
        said,
        SafeString(" data-short" if short else ""),
        icon(drawing),
        face,
        said,
    )


def _still(drawing: str, face: str) -> SafeString:
    return format_html('<span class="clock" data-state="none">{}{}</span>', icon(drawing), face)


def _now(context: template.Context) -> datetime:
    """The moment that the page was asked for."""
    return context.get("now") or timezone.now()
