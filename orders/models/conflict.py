"""What the shop sent and the mirror could not take."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop
from orders.domain.body import REFERENCE_LENGTH
from orders.models.order import Order

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class MirrorConflictQuerySet(models.QuerySet["MirrorConflict"]):
    """Mirror conflicts as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The conflicts of the person's shops."""
        return self.filter(shop__in=Shop.objects.visible_to(user))


class MirrorConflict(models.Model):
    """Something that the shop sent and that could not be applied: kept with its reason, never dropped."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="mirror_conflicts")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, blank=True, related_name="conflicts")
    reference = models.CharField(_("order reference"), max_length=REFERENCE_LENGTH)
    code = models.CharField(_("code"), max_length=50)
    detail = models.TextField(_("reason"))
    body = models.JSONField(_("what the shop sent"))
    digest = models.CharField(_("digest"), max_length=64)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = MirrorConflictQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-last_seen_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "reference", "code", "digest"], name="conflict_once")
        ]

    def __str__(self) -> str:
        return self.reference
