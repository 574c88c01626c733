"""Who bought, and what the shop says of the purchase as a whole."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop, granted_to
from orders.constraints import instants, integers
from orders.domain.body import EMAIL_LENGTH, NAME_LENGTH, REFERENCE_LENGTH
from orders.domain.policy import RefundPolicy, policy_named

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The customers of the person's shops."""
        return self.filter(shop__in=granted_to(user))


class Customer(models.Model):
    """The buyer, as the shop knows them."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="customers")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=EMAIL_LENGTH, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "reference"], name="customer_reference_once")]
        indexes: ClassVar = [models.Index(fields=["email"]), models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name or self.email or self.reference


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The orders of the person's shops."""
        return self.filter(shop__in=granted_to(user))

    def matching(self, words: str) -> Self:
        """Orders whose reference, customer name or e-mail address begins with the words."""
        begins = Q(reference__istartswith=words)
        begins |= Q(customer__name__istartswith=words) | Q(customer__email__istartswith=words)
        return self.filter(begins)

    def placed_between(self, after: datetime | None, before: datetime | None) -> Self:
        """Orders placed from the one moment until just before the other; either may be open."""
        orders = self if after is None else self.filter(placed_at__gte=after)
        return orders if before is None else orders.filter(placed_at__lt=before)


class Order(models.Model):
    """A purchase mirrored from the shop, with the refund policy, zone and country of the day it was first seen."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders")
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    currency = models.CharField(_("currency"), max_length=3)
    placed_at = models.DateTimeField(_("placed"))
    updated_at = models.DateTimeField(_("source version"), help_text=_("When the shop last changed the order."))
    mirrored_at = models.DateTimeField(_("mirrored"), help_text=_("When Redress last heard of the order."))
    digest = models.CharField(_("digest of the mirrored body"), max_length=64)
    total = models.BigIntegerField(_("total"), help_text=_("Gross of all lines and shipping, in minor units."))
    policy = models.CharField(_("refund policy"), max_length=20)
    time_zone = models.CharField(_("time zone"), max_length=64)
    country = models.CharField(_("country"), max_length=2)

    objects = OrderQuerySet.as_manager()

    class Meta:
        permissions: ClassVar = [("mirror_order", "Can mirror orders and deliveries")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "reference"], name="order_reference_once"),
            models.CheckConstraint(condition=instants("placed_at", "updated_at", "mirrored_at"), name="order_instants"),
            models.CheckConstraint(condition=integers("total") & Q(total__gte=0), name="order_total_sane"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-placed_at", "-id"]),
            models.Index(fields=["shop", "-placed_at", "-id"]),
            models.Index(fields=["reference"]),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The order's own page."""
        return reverse("order", args=[self.shop.reference, self.reference])

    @property
    def refund_policy(self) -> RefundPolicy:
        """The rules that this order was stamped with."""
        return policy_named(self.policy)
