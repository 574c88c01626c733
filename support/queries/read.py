"""What programs read of cases: what each is about and whose it is, and the story of one."""

from django.db.models import Prefetch

from accounts.models import User
from orders.models import OrderLine
from support.models import Case, CaseQuerySet, Entry

NAMED = (
    *("subject", "status", "category", "priority", "channel", "holds", "version", "opened_at", "updated_at"),
    *("shop__reference", "order__reference", "team__name", "assignee__username", "assignee__name"),
    *("customer__reference", "customer__name", "customer__email"),
)
"""What programs read of a case, apart from its story."""
TOLD = ("case", "kind", "body", "verb", "details", "recorded_at", "author__name", "author__kind")
"""What they read of an entry."""


def with_names(cases: CaseQuerySet, *more: str) -> CaseQuerySet:
    """Each with the names of what it is about and of whoever has it, and nothing else but these fields."""
    return cases.select_related("shop", "order", "customer", "team", "assignee").only(*NAMED, *more)


def with_story(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    """Each with all that there is to read of it; of the cases it is linked to, those that the person may see."""
    linked = Case.objects.visible_to(user).only("pk", "follows")
    story = Entry.objects.select_related("author").only(*TOLD)
    return with_names(cases, "follows").prefetch_related(
        Prefetch("entries", story),
        Prefetch("lines", OrderLine.objects.only("reference")),
        Prefetch("follows", linked),
        Prefetch("follow_ups", linked.order_by("pk")),
    )
