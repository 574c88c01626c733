"""Cases: one customer's trouble each, with an owner and a story that is only ever added to."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import ACCESS_SHOP, Shop, ShopGroupPermission, User
from orders.constraints import instants, integers
from orders.models import Customer, Order, OrderLine
from support.domain.lifecycle import CaseStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

STATUS_CHOICES = [
    (CaseStatus.OPEN.value, _("open")),
    (CaseStatus.PENDING.value, _("pending")),
    (CaseStatus.ON_HOLD.value, _("on hold")),
    (CaseStatus.SOLVED.value, _("solved")),
    (CaseStatus.CLOSED.value, _("closed")),
]


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams as people ask for them."""

    def working_in(self, shop: Shop) -> Self:
        """The teams that were granted the shop."""
        grants = ShopGroupPermission.objects.filter(content_object=shop, permission__codename=ACCESS_SHOP)
        return self.filter(group__in=grants.values("group"))


class Team(models.Model):
    """Agents who share a queue of cases; its group carries the members and the grants on shops."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="team")

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases as people ask for them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Cases of the person's shops; agents see those of their own teams, those of no team and their own."""
        cases = self.filter(shop__in=Shop.objects.visible_to(user))
        if user.has_perm("support.view_every_case"):
            return cases
        return cases.filter(Q(team=None) | Q(team__group__in=user.groups.all()) | Q(assignee=user.pk))

    def unfinished(self) -> Self:
        """Cases that still need somebody: open, pending or on hold."""
        return self.exclude(status__in=[CaseStatus.SOLVED, CaseStatus.CLOSED])


class Case(models.Model):
    """One customer's trouble, with a number, a status, an owner and a story."""

    class Category(models.TextChoices):
        DAMAGED = "damaged", _("damaged")
        WRONG_ITEM = "wrong_item", _("wrong item")
        MISSING_ITEM = "missing_item", _("missing item")
        NOT_AS_DESCRIBED = "not_as_described", _("not as described")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        LATE = "late", _("late")
        OTHER = "other", _("other")

    class Priority(models.IntegerChoices):
        LOW = 1, _("low")
        NORMAL = 2, _("normal")
        HIGH = 3, _("high")
        URGENT = 4, _("urgent")

    class Channel(models.TextChoices):
        DESK = "desk", _("desk")
        EMAIL = "email", _("e-mail")
        API = "api", _("API")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="cases")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    lines = models.ManyToManyField(OrderLine, blank=True, related_name="cases", verbose_name=_("lines"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("follows")
    )
    subject = models.CharField(_("subject"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=STATUS_CHOICES, default=CaseStatus.OPEN.value)
    category = models.CharField(_("category"), max_length=20, choices=Category, default=Category.OTHER)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.DESK)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_cases")
    holds = models.PositiveIntegerField(_("holds"), default=0, editable=False)
    preview = models.CharField(_("last customer words"), max_length=160, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    opened_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField(_("updated"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        permissions: ClassVar = [
            ("work_case", "Can reply, note, assign and change cases"),
            ("view_every_case", "Can see the cases of every team"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in CaseStatus]), name="case_status_known"),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.CLOSED.value) | Q(holds=0), name="closed_has_no_hold"
            ),
            models.CheckConstraint(
                condition=Q(holds__gte=0) & integers("holds", "version", "priority"), name="case_integers"
            ),
            models.CheckConstraint(condition=instants("opened_at", "updated_at"), name="case_instants"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-updated_at", "-id"]),
            models.Index(fields=["status", "-updated_at", "-id"]),
            models.Index(fields=["shop", "status", "-updated_at", "-id"]),
            models.Index(fields=["assignee", "status"]),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The case's own page."""
        return reverse("case", args=[self.number])

    @property
    def number(self) -> str:
        """The name people call it by, such as C-1042."""
        return f"C-{self.pk}"

    @property
    def priority_word(self) -> str:
        """The priority as programs say it."""
        return Case.Priority(self.priority).name.lower()


class Entry(models.Model):
    """One thing in a case's story; never changed, never taken away."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("customer message")
        REPLY = "reply", _("public reply")
        NOTE = "note", _("internal note")
        EVENT = "event", _("event")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    body = models.TextField(_("text"), blank=True)
    verb = models.CharField(_("event"), max_length=40, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering: ClassVar = ["recorded_at", "pk"]
        verbose_name_plural = _("entries")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["customer", "reply", "note", "event"]), name="entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="event", body="") & ~Q(verb="") | ~Q(kind="event") & ~Q(body=""),
                name="entry_says_something",
            ),
            models.CheckConstraint(condition=instants("recorded_at"), name="entry_instants"),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "recorded_at", "id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.case}"

    @property
    def event(self) -> "Entry | None":
        """Itself, where it tells of something that happened and not of what somebody wrote."""
        return self if self.kind == self.Kind.EVENT else None
