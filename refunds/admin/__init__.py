"""Refunds and payouts on the supervisors' site: to be read, decided and confirmed."""

from django.contrib.admin import AdminSite

from refunds.admin.payout import PayoutAdmin
from refunds.admin.refund import RefundAdmin
from refunds.models import Payout, Refund


def register(site: AdminSite) -> None:
    """Put refunds and payouts on the site."""
    site.register(Refund, RefundAdmin)
    site.register(Payout, PayoutAdmin)
