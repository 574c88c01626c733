"""The overview: which cases a person looks at, in which order, and how many there are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from orders.models import OrderLine
from orders.paging import PAGE_SIZE, Page, SortKey, page_of
from orders.queries import CLOSING
from support.domain.lifecycle import CaseStatus
from support.models import Case, CaseQuerySet
from support.queries.read import with_names

UNFINISHED = Q(status__in=[CaseStatus.OPEN, CaseStatus.PENDING, CaseStatus.ON_HOLD])
NUMBER = re.compile(r"\s*[cC]-([1-9][0-9]{0,17})\s*")
DIGITS = re.compile(r"[1-9][0-9]{0,17}")

SORTS: Mapping[str, tuple[SortKey, ...]] = {
    "updated": (SortKey("updated_at"),),
    "clock": (SortKey("closes_at", descending=False, nullable=True),),
    "age": (SortKey("opened_at", descending=False),),
    "value": (SortKey("order_total", nullable=True),),
    "priority": (SortKey("priority"), SortKey("updated_at")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks the overview for; everything of it stands in the page's address."""

    tab: str = "open"
    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = "updated"
    backward: bool = False
    cursor: str = ""
    size: int = PAGE_SIZE


def number_in(words: str) -> int | None:
    """The case that the words name outright, such as C-12."""
    found = NUMBER.fullmatch(words)
    return int(found[1]) if found else None


def overview(user: User, asked: Asked, now: datetime) -> Page[Case]:
    """One page of the cases asked for, each with its clock. Refusals: bad_cursor."""
    keys = SORTS[asked.sort]
    if asked.backward:
        keys = tuple(replace(key, descending=not key.descending) for key in keys)
    return page_of(_with_clock(_asked_for(user, asked, now), now), by=keys, cursor=asked.cursor, size=asked.size)


def latest_cases(user: User, asked: Asked, now: datetime) -> Page[Case]:
    """One page of the cases asked for, the last changed first, with what each names and no clock.

    Refusals: bad_cursor.
    """
    cases = with_names(_asked_for(user, asked, now))
    return page_of(cases, by=SORTS["updated"], cursor=asked.cursor, size=asked.size)


def case_counts(user: User, now: datetime) -> dict[str, int]:
    """How many cases each tab holds for this person, and how many refunds wait for a decision."""
    tabs = {name: Count("pk", filter=tab(user, now)) for name, tab in TABS.items()}
    return Case.objects.visible_to(user).aggregate(**tabs, waiting_refunds=Sum("holds", default=0))


def _asked_for(user: User, asked: Asked, now: datetime) -> CaseQuerySet:
    cases = Case.objects.visible_to(user).filter(_tab(asked.tab, user, now))
    for name, value in asked.filters.items():
        cases = cases.filter(FILTERS[name](value, user, now))
    return cases.filter(_matching(asked.words)) if asked.words else cases


def _closing_within(now: datetime, span: timedelta | None) -> Q:
    """Cases with units that can still go back, and a deadline ahead."""
    lines = OrderLine.objects.filter(order=OuterRef("order")).refundable().filter(window_closes_at__gte=now)
    return Q(Exists(lines.filter(window_closes_at__lte=now + span) if span else lines))


def _open_window(now: datetime) -> Q:
    return Q(Exists(OrderLine.objects.filter(order=OuterRef("order")).refundable().open_at(now)))


def _delivered() -> Q:
    return Q(Exists(OrderLine.objects.filter(order=OuterRef("order"), delivered_at__isnull=False)))


def _assignee(value: str, user: User, now: datetime) -> Q:
    return {"me": Q(assignee=user), "nobody": Q(assignee=None)}.get(value) or Q(assignee=value)


def _window(value: str, user: User, now: datetime) -> Q:
    if value == "soon":
        return _closing_within(now, CLOSING)
    if value == "open":
        return _open_window(now)
    if value == "shut":
        return _delivered() & ~_open_window(now)
    return ~_delivered() & Q(order__isnull=False)


TABS: Mapping[str, Callable[[User, datetime], Q]] = {
    "mine": lambda user, now: UNFINISHED & Q(assignee=user),
    "unassigned": lambda user, now: UNFINISHED & Q(assignee=None),
    "open": lambda user, now: UNFINISHED,
    "waiting": lambda user, now: Q(status__in=[CaseStatus.PENDING, CaseStatus.ON_HOLD]),
    "closing": lambda user, now: UNFINISHED & _closing_within(now, CLOSING),
    "refunds": lambda user, now: Q(holds__gt=0),
    "solved": lambda user, now: ~UNFINISHED,
}

FILTERS: Mapping[str, Callable[[str, User, datetime], Q]] = {
    "status": lambda value, user, now: Q(status=value),
    "assignee": _assignee,
    "assignee_email": lambda value, user, now: Q(assignee__username=value),
    "team": lambda value, user, now: Q(team__name=value),
    "order": lambda value, user, now: Q(order__reference=value),
    "category": lambda value, user, now: Q(category=value),
    "priority": lambda value, user, now: Q(priority=value),
    "shop": lambda value, user, now: Q(shop__reference=value),
    "window": _window,
}


def _tab(name: str, user: User, now: datetime) -> Q:
    return TABS[name](user, now) if name in TABS else Q()


def _matching(words: str) -> Q:
    """By number, the beginning of an order's reference, a customer's name or address, or every word of the subject."""
    in_subject = Q()
    for word in words.split():
        in_subject &= Q(subject__icontains=word)
    found = in_subject | Q(order__reference__istartswith=words)
    found |= Q(customer__name__istartswith=words) | Q(customer__email__istartswith=words)
    number = int(words) if DIGITS.fullmatch(words) else number_in(words)
    return found | Q(pk=number) if number else found


def _with_clock(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """With the earliest deadline ahead among units that could go back, else the latest; and what the order holds."""
    lines = OrderLine.objects.filter(order=OuterRef("order"))
    ends = lines.refundable().filter(window_closes_at__isnull=False).values("window_closes_at")
    ahead = ends.filter(window_closes_at__gte=now).order_by("window_closes_at")[:1]
    return cases.select_related("shop", "order", "customer", "assignee").annotate(
        closes_at=Coalesce(
            Subquery(ahead), Subquery(ends.order_by("-window_closes_at")[:1]), output_field=DateTimeField(null=True)
        ),
        units_left=Exists(lines.refundable()),
        delivered_at=Subquery(lines.filter(delivered_at__isnull=False).values("delivered_at")[:1]),
        order_total=F("order__total"),
    )
