"""How people read the states of refunds and payouts."""

from django.utils.translation import gettext_lazy as _

from refunds.domain.lifecycle import PayoutStatus, RefundStatus

REFUND_STATUS_CHOICES = [
    (RefundStatus.REQUESTED.value, _("requested")),
    (RefundStatus.APPROVED.value, _("approved")),
    (RefundStatus.PROCESSING.value, _("processing")),
    (RefundStatus.SUCCEEDED.value, _("succeeded")),
    (RefundStatus.PARTIALLY_SUCCEEDED.value, _("partially succeeded")),
    (RefundStatus.FAILED.value, _("failed")),
    (RefundStatus.REVERSED.value, _("reversed")),
    (RefundStatus.REJECTED.value, _("rejected")),
    (RefundStatus.CANCELLED.value, _("cancelled")),
]


PAYOUT_STATUS_CHOICES = [
    (PayoutStatus.RESERVED.value, _("reserved")),
    (PayoutStatus.SUBMITTED.value, _("submitted")),
    (PayoutStatus.PENDING.value, _("pending")),
    (PayoutStatus.REQUIRES_ACTION.value, _("requires action")),
    (PayoutStatus.UNKNOWN.value, _("unknown")),
    (PayoutStatus.SUCCEEDED.value, _("succeeded")),
    (PayoutStatus.FAILED.value, _("failed")),
    (PayoutStatus.CANCELLED.value, _("cancelled")),
    (PayoutStatus.REVERSED.value, _("reversed")),
    (PayoutStatus.EXTERNAL.value, _("external")),
]


UNAPPROVED = [RefundStatus.REQUESTED.value, RefundStatus.REJECTED.value, RefundStatus.CANCELLED.value]
