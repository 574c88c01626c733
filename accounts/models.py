"""People, API clients and shops: who may knock, and where."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self, cast

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import get_objects_for_user

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ACCESS_SHOP = "access_shop"

reference_validator = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._~-]*\Z", _("Letters, digits, dots, dashes and underscores only.")
)


class User(AbstractUser):
    """A person, or an API client; people sign in with their e-mail address, clients only fetch tokens."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        CLIENT = "client", _("API client")

    first_name = None  # type: ignore[assignment]  # Django's way to leave a field out
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["person", "client"]), name="user_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(is_staff=False, is_superuser=False), name="client_is_no_staff"
            ),
        ]
        permissions: ClassVar = [("manage_people", "Can manage people, grants and API clients")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name that colleagues read."""
        return str(self)

    def get_short_name(self) -> str:
        """The first word of the name."""
        return str(self).split(" ")[0]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Names that people would read as the same are the same: one Unicode form, lower case."""
        return super().normalize_username(username).lower()

    @property
    def is_person(self) -> bool:
        """Whether a human being sits behind this account."""
        return self.kind == self.Kind.PERSON


class ShopQuerySet(models.QuerySet["Shop"]):
    """Shops as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The shops that the person was granted, by name or through a team; nobody sees all of them by rank."""
        if not user.is_active:
            return self.none()
        granted = get_objects_for_user(user, ACCESS_SHOP, self, accept_global_perms=False, with_superuser=False)
        return cast("Self", granted)


class Shop(models.Model):
    """One sales channel whose orders are mirrored, and the boundary of access."""

    reference = models.CharField(_("reference"), max_length=50, unique=True, validators=[reference_validator])
    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3, validators=[RegexValidator(r"\A[A-Z]{3}\Z")])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    country = models.CharField(_("country"), max_length=2, validators=[RegexValidator(r"\A[A-Z]{2}\Z")])
    refund_policy = models.CharField(_("refund policy"), max_length=20, default="strict")
    approval_threshold = models.BigIntegerField(
        _("approval threshold"), null=True, blank=True, help_text=_("Minor units of the shop's currency; empty: none.")
    )
    daily_limit = models.BigIntegerField(
        _("daily limit"), null=True, blank=True, help_text=_("Minor units that one person may give back in 24 hours.")
    )

    objects = ShopQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        permissions: ClassVar = [(ACCESS_SHOP, "Can work in this shop")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approval_threshold=None) | Q(approval_threshold__gte=0), name="threshold_not_negative"
            ),
            models.CheckConstraint(condition=Q(daily_limit=None) | Q(daily_limit__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class ShopUserPermission(UserObjectPermissionBase):
    """A person's grant on a shop."""

    content_object = models.ForeignKey(Shop, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class ShopGroupPermission(GroupObjectPermissionBase):
    """A team's grant on a shop."""

    content_object = models.ForeignKey(Shop, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
