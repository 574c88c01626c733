"""What people do with refunds, one verb each."""

from refunds.use_cases.decide import approve_refund, cancel_refund, reject_refund
from refunds.use_cases.pay import confirm_payout, correct_bank_reference
from refunds.use_cases.quote import quote_refund
from refunds.use_cases.request import request_refund

__all__ = [
    "approve_refund",
    "cancel_refund",
    "confirm_payout",
    "correct_bank_reference",
    "quote_refund",
    "reject_refund",
    "request_refund",
]
