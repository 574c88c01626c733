"""Parcels that arrived, and what they brought."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.constraints import instants, integers
from orders.domain.body import REFERENCE_LENGTH
from orders.models.counted import OrderLine
from orders.models.order import Order


class Delivery(models.Model):
    """A parcel that arrived; it may have come back, and another may replace it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="deliveries")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    delivered_at = models.DateTimeField(_("delivered"))
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        ordering: ClassVar = ["delivered_at", "pk"]
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "reference"], name="delivery_reference_once"),
            models.CheckConstraint(condition=instants("delivered_at", "returned_at"), name="delivery_instants"),
        ]

    def __str__(self) -> str:
        return self.reference


class DeliveryLine(models.Model):
    """How many units of an order line a parcel brought."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="deliveries")
    quantity = models.BigIntegerField(_("quantity"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "line"], name="delivery_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & integers("quantity"), name="delivery_line_units"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line}"
