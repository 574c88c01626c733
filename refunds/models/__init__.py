"""Refunds: decisions to give money back for exact quantities of order lines, and the payouts that carry them."""

from refunds.models.line import RefundLine
from refunds.models.payout import Payout, PayoutQuerySet
from refunds.models.refund import Refund, RefundQuerySet
from refunds.models.status import PAYOUT_STATUS_CHOICES, REFUND_STATUS_CHOICES, UNAPPROVED

__all__ = [
    "PAYOUT_STATUS_CHOICES",
    "REFUND_STATUS_CHOICES",
    "UNAPPROVED",
    "Payout",
    "PayoutQuerySet",
    "Refund",
    "RefundLine",
    "RefundQuerySet",
]
