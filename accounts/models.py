"""People, API clients and shops: who may knock, and where; and the tokens and tries that we keep count of."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ACCESS_SHOP = "access_shop"
GRANTED = """
    WITH here AS (
        SELECT auth_permission.id FROM auth_permission
        JOIN django_content_type ON django_content_type.id = auth_permission.content_type_id
        WHERE django_content_type.app_label = 'accounts' AND django_content_type.model = 'shop' AND codename = %s
    )
    SELECT content_object_id FROM accounts_shopuserpermission
    WHERE user_id = %s AND permission_id IN (SELECT id FROM here)
    UNION ALL
    SELECT content_object_id FROM accounts_shopgrouppermission
    JOIN accounts_user_groups ON accounts_user_groups.group_id = accounts_shopgrouppermission.group_id
    WHERE accounts_user_groups.user_id = %s AND permission_id IN (SELECT id FROM here)
"""
"""The shops that somebody was granted, by name or through a team: in SQL, since nearly every read asks for it, and the
ORM takes as long to write it as the database to answer."""

reference_validator = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._~-]*\Z", _("Letters, digits, dots, dashes and underscores only.")
)


def digest_of(secret: str) -> str:
    """What is stored of a secret of 256 random bits: nobody guesses those, so a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


class User(AbstractUser):
    """A person, or an API client; people sign in with their e-mail address, clients only fetch tokens."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        CLIENT = "client", _("API client")

    first_name = None  # type: ignore[assignment]  # Django's way to leave a field out
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    session_version = models.UUIDField(default=uuid4, editable=False)
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["person", "client"]), name="user_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(is_staff=False, is_superuser=False), name="client_is_no_staff"
            ),
            models.CheckConstraint(condition=Q(kind="client") | Q(secret_digest=""), name="person_has_no_secret"),
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

    def set_password(self, raw_password: str | None) -> None:
        """Another password; with the save, every session and token that stands ends."""
        super().set_password(raw_password)
        self.start_over()

    def set_unusable_password(self) -> None:
        """No password; with the save, every session and token that stands ends."""
        super().set_unusable_password()
        self.start_over()

    def set_secret(self, secret: str) -> None:
        """The secret of an API client; with the save, every token that stands ends."""
        self.set_unusable_password()
        self.secret_digest = digest_of(secret)

    def start_over(self) -> None:
        """Another version of what may be open; with the save, every session and token of the earlier one ends."""
        self.session_version = uuid4()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password (of a client: the secret). A better hash of the same password ends nothing."""
        if self.secret_digest:
            return self.has_secret(raw_password or "")

        def keep_better_hash(raw_password: str) -> None:
            self.password = make_password(raw_password)
            self.save(update_fields=["password"])

        return check_password(raw_password, self.password, keep_better_hash)

    def has_secret(self, secret: str) -> bool:
        """Whether this is the secret of the API client."""
        return bool(self.secret_digest) and constant_time_compare(self.secret_digest, digest_of(secret))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, which also ends with the version."""
        told = f"{self.password}{self.session_version}"
        return salted_hmac("accounts.session", told, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_person(self) -> bool:
        """Whether a human being sits behind this account."""
        return self.kind == self.Kind.PERSON


def granted_to(user: "User | AnonymousUser") -> RawSQL:
    """The primary keys of the shops that an active account was granted."""
    known = user.pk if user.is_active else None
    return RawSQL(GRANTED, [ACCESS_SHOP, known, known])  # noqa: S611 (no text of others)


class ShopQuerySet(models.QuerySet["Shop"]):
    """Shops as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The shops that the person was granted, by name or through a team; nobody sees all of them by rank."""
        return self.filter(pk__in=granted_to(user))


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


class RefreshFamilyQuerySet(models.QuerySet["RefreshFamily"]):
    """Families of tokens as the door asks for them."""

    def alive(self, now: datetime) -> Self:
        """Those whose tokens still count."""
        return self.filter(revoked_at=None, ends_at__gt=now)

    def revoke(self, now: datetime, why: "RefreshFamily.Why") -> int:
        """End those that still stand; return how many."""
        return self.filter(revoked_at=None).update(revoked_at=now, why=why)


class RefreshFamily(models.Model):
    """All tokens that follow from one sign-in at the API; they end together, after 30 days at the latest."""

    class Why(models.TextChoices):
        REUSED = "reused", _("a refresh token was used twice")
        REVOKED = "revoked", _("given up by its owner")
        EVERYTHING = "everything", _("everything of the account was ended")

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="families")
    started_at = models.DateTimeField(_("started"))
    fresh_until = models.DateTimeField(_("fresh until"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    why = models.CharField(_("why"), max_length=10, choices=Why, blank=True)

    objects = RefreshFamilyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, why="") | (Q(revoked_at__isnull=False) & ~Q(why="")),
                name="family_revoked_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class UsedToken(models.Model):
    """A refresh token that was used: whoever brings it again is not who it was made for, or not alone."""

    jti = models.UUIDField(primary_key=True, editable=False)
    family = models.ForeignKey(RefreshFamily, on_delete=models.CASCADE, related_name="used_tokens")
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    def __str__(self) -> str:
        return str(self.jti)


class Tally(models.Model):
    """How often something was done in the span of time that ends at `ends_at`; its key names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    counted = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(_("ends"), db_index=True)

    def __str__(self) -> str:
        return self.key
