"""The money."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, granted_to
from orders.constraints import instants, integers
from orders.models import Payment
from refunds.domain.lifecycle import PayoutStatus, RefundStatus, payout_move
from refunds.models.moving import move
from refunds.models.refund import Refund
from refunds.models.status import PAYOUT_STATUS_CHOICES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PayoutQuerySet(models.QuerySet["Payout"]):
    """Payouts as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The payouts of the person's shops."""
        return self.filter(refund__order__shop__in=granted_to(user))

    def to_confirm(self) -> Self:
        """Payouts by hand that a person confirms next: for the first time, or as the second of two."""
        by_hand = self.filter(gateway=Payment.Gateway.MANUAL, status__in=[PayoutStatus.RESERVED, PayoutStatus.PENDING])
        return by_hand.filter(refund__status__in=[RefundStatus.APPROVED, RefundStatus.PROCESSING])


class Payout(models.Model):
    """The money movement that carries a refund, one for each payment it draws on."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="payouts")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="payouts")
    amount = models.BigIntegerField(_("amount"), help_text=_("Minor units."))
    status = models.CharField(
        _("status"), max_length=20, choices=PAYOUT_STATUS_CHOICES, default=PayoutStatus.RESERVED.value
    )
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    gateway = models.CharField(_("gateway"), max_length=20, choices=Payment.Gateway)
    provider_reference = models.CharField(_("bank or gateway reference"), max_length=100, null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="confirmed_payouts"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    countersigned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="countersigned_payouts"
    )
    countersigned_at = models.DateTimeField(_("countersigned"), null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in PayoutStatus]), name="payout_status_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & integers("amount", "attempt"), name="payout_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None)
                | Q(confirmed_by__isnull=False, countersigned_by__isnull=False)
                & ~Q(countersigned_by=F("confirmed_by")),
                name="payout_four_eyes",
            ),
            models.UniqueConstraint(fields=["gateway", "provider_reference"], name="provider_reference_once"),
            models.CheckConstraint(condition=instants("confirmed_at", "countersigned_at"), name="payout_instants"),
        ]

    def __str__(self) -> str:
        return f"{self.refund} → {self.payment}"

    def move_to(self, status: PayoutStatus, **fields: Any) -> None:
        """Move by compare-and-set on the status that was seen. Refusals: payout_moved_on."""
        move(self, payout_move(PayoutStatus(self.status), status), code="payout_moved_on", fields=fields)
