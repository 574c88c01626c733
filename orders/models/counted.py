"""What refunds hold of: order lines, shipping charges and payments, with the counters that the database keeps."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.domain.refusal import Refused
from orders.constraints import instants, integers
from orders.domain.body import NAME_LENGTH, REFERENCE_LENGTH, SKU_LENGTH
from orders.domain.window import Window, judge
from orders.models.order import Order


class HeldWindow(models.Model):
    """What a refundable thing knows of its delivery: the window that refunds are judged by, kept by the mirror."""

    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    window_begun = models.BooleanField(_("window begun"), default=False)
    window_closes_at = models.DateTimeField(_("window closes"), null=True, blank=True)
    policy = models.CharField(_("refund policy"), max_length=20)

    class Meta:
        abstract = True

    @property
    def window(self) -> Window:
        """The window as the rules know it."""
        return Window(delivered_at=self.delivered_at, begun=self.window_begun, closes_at=self.window_closes_at)


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    """Order lines as people ask for them."""

    def refundable(self) -> Self:
        """Lines with delivered units that nobody holds."""
        return self.filter(delivered_quantity__gt=F("held_quantity"))

    def open_at(self, now: datetime) -> Self:
        """Lines whose window is not past."""
        return self.filter(delivered_at__isnull=False).filter(Q(window_begun=False) | Q(window_closes_at__gte=now))


class OrderLine(HeldWindow):
    """One product times a quantity, what the customer really paid for it, and what refunds hold of it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    position = models.PositiveIntegerField(_("position"))
    sku = models.CharField(_("SKU"), max_length=SKU_LENGTH, blank=True)
    name = models.CharField(_("product"), max_length=NAME_LENGTH)
    quantity = models.BigIntegerField(_("quantity"))
    unit_price = models.DecimalField(_("unit price"), max_digits=19, decimal_places=6)
    gross = models.BigIntegerField(_("gross paid"), help_text=_("Minor units, tax included, after discounts."))
    tax = models.BigIntegerField(_("tax paid"), help_text=_("Minor units, inside gross."))
    delivered_quantity = models.BigIntegerField(_("delivered"), default=0)
    held_quantity = models.BigIntegerField(_("held"), default=0, editable=False)
    held_gross = models.BigIntegerField(_("gross held"), default=0, editable=False)
    held_tax = models.BigIntegerField(_("tax held"), default=0, editable=False)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "reference"], name="order_line_reference_once"),
            models.CheckConstraint(
                condition=Q(held_quantity__gte=0, held_quantity__lte=F("delivered_quantity"))
                & Q(delivered_quantity__lte=F("quantity"), quantity__gt=0),
                name="order_line_units_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(held_gross__gte=0, held_gross__lte=F("gross"))
                & Q(held_tax__gte=0, held_tax__lte=F("tax"), tax__lte=F("gross")),
                name="order_line_money_in_bounds",
            ),
            models.CheckConstraint(
                condition=integers("quantity", "gross", "tax", "delivered_quantity")
                & integers("held_quantity", "held_gross", "held_tax"),
                name="order_line_integers",
            ),
            models.CheckConstraint(condition=instants("delivered_at", "window_closes_at"), name="order_line_instants"),
        ]
        indexes: ClassVar = [models.Index(fields=["window_closes_at"])]

    def __str__(self) -> str:
        return self.name.strip() or self.reference

    @property
    def is_held(self) -> bool:
        """Whether living refunds hold anything of it."""
        return bool(self.held_quantity or self.held_gross or self.held_tax)

    @property
    def refundable_quantity(self) -> int:
        """Units that were delivered and that no living refund has taken."""
        return self.delivered_quantity - self.held_quantity

    def refusal_at(self, now: datetime) -> Refused | None:
        """Why nothing of it can go back at that moment, or nothing when something can.

        Refusals: not_delivered, delivered_in_future, window_closed, nothing_left.
        """
        late = judge(self.window, judged_at=now, now=now).refusal()
        if late is not None:
            return late
        return None if self.refundable_quantity else Refused("nothing_left")


class ShippingCharge(HeldWindow):
    """What the customer paid for the shipping, and what refunds hold of it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipping")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    gross = models.BigIntegerField(_("gross paid"))
    tax = models.BigIntegerField(_("tax paid"))
    standard_gross = models.BigIntegerField(_("standard delivery cost"), null=True, blank=True)
    held_gross = models.BigIntegerField(_("gross held"), default=0, editable=False)
    held_tax = models.BigIntegerField(_("tax held"), default=0, editable=False)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "reference"], name="charge_reference_once"),
            models.CheckConstraint(
                condition=Q(held_gross__gte=0, held_gross__lte=F("gross"))
                & Q(held_tax__gte=0, held_tax__lte=F("tax"), tax__lte=F("gross"))
                & (Q(standard_gross=None) | Q(standard_gross__gte=0)),
                name="charge_money_in_bounds",
            ),
            models.CheckConstraint(
                condition=integers("gross", "tax", "standard_gross", "held_gross", "held_tax"), name="charge_integers"
            ),
            models.CheckConstraint(condition=instants("delivered_at", "window_closes_at"), name="charge_instants"),
        ]

    def __str__(self) -> str:
        return self.name or self.reference

    @property
    def is_held(self) -> bool:
        """Whether living refunds hold anything of it."""
        return bool(self.held_gross or self.held_tax)


class Payment(models.Model):
    """Money the shop captured for the order at a gateway, and what payouts hold of it."""

    class Gateway(models.TextChoices):
        MANUAL = "manual", _("manual")
        STRIPE = "stripe", "Stripe"
        FAKE = "fake", _("fake")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    gateway = models.CharField(_("gateway"), max_length=20, choices=Gateway)
    captured = models.BigIntegerField(_("captured"), help_text=_("Minor units."))
    held = models.BigIntegerField(_("held"), default=0, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "reference"], name="payment_reference_once"),
            models.CheckConstraint(condition=Q(held__gte=0, held__lte=F("captured")), name="payment_held_in_bounds"),
            models.CheckConstraint(condition=integers("captured", "held"), name="payment_integers"),
        ]

    def __str__(self) -> str:
        return self.reference
