"""What counts together: the living refunds of the last 24 hours, of an order and of a person."""

from datetime import datetime, timedelta

from django.db.models import Sum

from accounts.models import User
from orders.models import Order
from refunds.models import Refund, RefundQuerySet

LATELY = timedelta(hours=24)


def requested_lately_on(order: Order, now: datetime) -> int:
    """What was requested on the order by anybody, in minor units of its currency."""
    return _sum(Refund.objects.living().filter(order=order, requested_at__gt=now - LATELY))


def requested_lately_by(person: User, currency: str, now: datetime) -> int:
    """What the person requested in this currency, in minor units, in whichever shop."""
    return _sum(Refund.objects.living().filter(requested_by=person, currency=currency, requested_at__gt=now - LATELY))


def approved_lately(person: User, refund: Refund, now: datetime) -> int:
    """What the person approved besides this refund in its currency, in minor units, in whichever shop."""
    others = Refund.objects.living().exclude(pk=refund.pk)
    return _sum(others.filter(approver=person, currency=refund.currency, decided_at__gt=now - LATELY))


def _sum(refunds: RefundQuerySet) -> int:
    total: int = refunds.aggregate(sum=Sum("total", default=0))["sum"]
    return total
