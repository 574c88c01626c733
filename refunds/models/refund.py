"""The decision."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, granted_to
from orders.constraints import instants, integers
from orders.models import Order
from refunds.domain.lifecycle import DEAD_REFUNDS, RefundStatus, refund_move
from refunds.models.moving import move
from refunds.models.status import REFUND_STATUS_CHOICES, UNAPPROVED
from support.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The refunds of the person's shops; to whoever may not see others' only their own requests."""
        refunds = self.filter(order__shop__in=granted_to(user))
        return refunds if user.has_perm("refunds.view_refund") else refunds.filter(requested_by=user.pk)

    def waiting(self) -> Self:
        """Refunds that nobody has decided yet."""
        return self.filter(status=RefundStatus.REQUESTED)

    def living(self) -> Self:
        """Refunds that hold quantities and money."""
        return self.exclude(status__in=[status.value for status in DEAD_REFUNDS])


class Refund(models.Model):
    """A decision to give money back, in a case; judged once, at the request, and then only moved forward."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refunds")
    status = models.CharField(
        _("status"), max_length=20, choices=REFUND_STATUS_CHOICES, default=RefundStatus.REQUESTED.value
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Case.Category)
    note = models.TextField(_("note"), blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.BigIntegerField(_("total"), help_text=_("Minor units; the sum of the lines and of the payouts."))
    tax = models.BigIntegerField(_("tax"), help_text=_("Minor units, inside the total."))
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="requested_refunds")
    requested_at = models.DateTimeField(_("requested"))
    threshold = models.BigIntegerField(_("threshold at the request"), null=True, blank=True)
    daily_limit = models.BigIntegerField(_("daily limit at the request"), null=True, blank=True)
    second_person_because = models.CharField(_("needs a second person because"), max_length=100, blank=True)
    approved_by_rule = models.BooleanField(_("approved by rule"), default=False)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="approved_refunds")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_refunds"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        permissions: ClassVar = [
            ("request_refund", "Can request refunds"),
            ("approve_refund", "Can approve and reject refunds"),
            ("approve_refund_in_limit", "Can approve and reject refunds up to the own limit"),
            ("cancel_refund", "Can cancel refunds"),
            ("cancel_own_refund", "Can cancel refunds that they requested"),
            ("confirm_payout", "Can confirm manual payouts"),
            ("view_own_refund", "Can see refunds that they requested"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in RefundStatus]), name="refund_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=UNAPPROVED) | Q(approved_by_rule=True) | Q(approver__isnull=False),
                name="refund_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | Q(approver__isnull=False) & ~Q(approver=F("requested_by")),
                name="refund_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, tax__gte=0, tax__lte=F("total"))
                & integers("total", "tax", "threshold", "daily_limit"),
                name="refund_money_sane",
            ),
            models.CheckConstraint(condition=instants("requested_at", "decided_at"), name="refund_instants"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-requested_at", "-id"]),
            models.Index(fields=["status", "-requested_at", "-id"]),
            models.Index(fields=["requested_by", "-requested_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The refund's own place: its panel in the case."""
        return f"{self.case.get_absolute_url()}#{self.reference}"

    @property
    def reference(self) -> str:
        """The name people call it by, such as R-58."""
        return f"R-{self.pk}"

    @property
    def net(self) -> int:
        """Total without tax, in minor units."""
        return self.total - self.tax

    @property
    def pays_with_two(self) -> bool:
        """Whether two people confirm a payment by hand: with the order's other refunds it is above the threshold, or
        it is in another currency than the shop's."""
        return bool({"over_threshold", "other_currency"} & set(self.second_person_because.split()))

    @property
    def told(self) -> dict[str, Any]:
        """What the case's story says of the refund."""
        return {"refund": self.reference, "total": self.total, "currency": self.currency}

    def move_to(self, status: RefundStatus, **fields: Any) -> None:
        """Move by compare-and-set on the status that was seen. Refusals: refund_moved_on."""
        move(self, refund_move(RefundStatus(self.status), status), code="refund_moved_on", fields=fields)
