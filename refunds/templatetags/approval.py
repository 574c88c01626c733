"""What a second person wants to know of a refund, in words."""

from django import template
from django.utils.translation import gettext as _

from orders.templatetags.clocks import precise
from refunds.models import RefundLine

register = template.Library()


@register.filter
def in_time(line: RefundLine) -> str:
    """How long before the end of its window a refund line was asked for."""
    if line.window_closes_at is None:
        return _("before the whole order had arrived, so in time")
    return _("{} before the end").format(precise(line.window_closes_at - line.judged_at))
