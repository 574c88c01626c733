"""What counts together: the living refunds of the last 24 hours, of an order and of a person."""

from datetime import datetime, timedelta

from django.db.models import Q, Sum

from accounts.models import User
from orders.models import Order
from refunds.models import Refund, RefundQuerySet

LATELY = timedelta(hours=24)


def requested_lately(order: Order, by: User, now: datetime) -> tuple[int, int]:
    """What was requested on the order by anybody, and by this person in the currency of its shop, in whichever shop.

    In minor units, both from one look.
    """
    on_order, by_person = Q(order=order), Q(requested_by=by, currency=order.shop.currency)
    found = Refund.objects.living().filter(on_order | by_person, requested_at__gt=now - LATELY)
    sums = found.aggregate(
        on_order=Sum("total", default=0, filter=on_order), by_person=Sum("total", default=0, filter=by_person)
    )
    return sums["on_order"], sums["by_person"]


def requested_lately_on(order: Order, now: datetime) -> int:
    """What was requested on the order by anybody, in minor units of its currency."""
    return _sum(Refund.objects.living().filter(order=order, requested_at__gt=now - LATELY))


def approved_lately(person: User, refund: Refund, now: datetime) -> int:
    """What the person approved besides this refund in its currency, in minor units, in whichever shop."""
    others = Refund.objects.living().exclude(pk=refund.pk)
    return _sum(others.filter(approver=person, currency=refund.currency, decided_at__gt=now - LATELY))


def _sum(refunds: RefundQuerySet) -> int:
    total: int = refunds.aggregate(sum=Sum("total", default=0))["sum"]
    return total
