"""The case page: each part asks for its own when it is shown, and only once."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Shop, User
from orders.models import Order, OrderLine, ShippingCharge
from support.models import Case, CaseQuerySet, Entry, Team
from support.queries.colleagues import colleagues

RELATED = 20
LINES_SHOWN = 6
FOLDED_FROM = 4
LEFT_UNFOLDED = 2


@dataclass(frozen=True, slots=True)
class Chapter:
    """A message or note of the story, or a run of events; of a long run only the last ones are unfolded."""

    entry: Entry | None = None
    events: list[Entry] = field(default_factory=list)
    folded: list[Entry] = field(default_factory=list)


class CasePage:
    """Everything that the page of one case shows to one person."""

    def __init__(self, case: Case, user: User) -> None:
        self.case = case
        self.user = user

    @cached_property
    def story(self) -> list[Chapter]:
        """Every entry from the first, with runs of events together."""
        chapters: list[Chapter] = []
        entries = self.case.entries.select_related("author")
        for is_event, group in groupby(entries, key=lambda entry: entry.kind == Entry.Kind.EVENT):
            run = list(group)
            chapters.extend([_events(run)] if is_event else [Chapter(entry=entry) for entry in run])
        return chapters

    @cached_property
    def lines(self) -> list[OrderLine]:
        """The order's lines, marked where the case is about them."""
        about = Case.lines.through.objects.filter(case=self.case, orderline=OuterRef("pk"))
        return list(OrderLine.objects.filter(order=self.case.order_id).annotate(of_case=Exists(about)))

    @property
    def lines_first(self) -> list[OrderLine]:
        """The lines that the case is about, or the few whose units can go back for longest."""
        return [line for line in self.lines if line.of_case] or sorted(self.lines, key=_how_late)[:LINES_SHOWN]

    @property
    def lines_more(self) -> list[OrderLine]:
        """The other lines."""
        first = {line.pk for line in self.lines_first}
        return [line for line in self.lines if line.pk not in first]

    @cached_property
    def charges(self) -> list[ShippingCharge]:
        """What the customer paid for the shipping."""
        return list(ShippingCharge.objects.filter(order=self.case.order_id))

    @cached_property
    def colleagues(self) -> list[User]:
        """Who could take the case."""
        return list(colleagues(Shop.objects.filter(pk=self.case.shop_id)))

    @cached_property
    def teams(self) -> list[Team]:
        """Where the case could go: the teams of its shop."""
        return list(Team.objects.working_in(self.case.shop))

    @cached_property
    def related(self) -> list[Case]:
        """Other cases of the order or the customer, and those that follow this one; the newest first."""
        same = Q(follows=self.case)
        if self.case.order_id:
            same |= Q(order=self.case.order_id)
        if self.case.customer_id:
            same |= Q(customer=self.case.customer_id)
        others = Case.objects.visible_to(self.user).filter(same).exclude(pk=self.case.pk)
        return list(others.order_by("-updated_at", "-pk")[:RELATED])


def cases_to_show(user: User) -> CaseQuerySet:
    """The cases that the person may see, each with what its page's head names."""
    related = ("shop", "order__shop", "customer", "team", "assignee", "follows")
    orders = Order.objects.filter(customer=OuterRef("customer")).order_by().values("customer")
    known = Coalesce(Subquery(orders.annotate(number=Count("pk")).values("number")), 0)
    return Case.objects.visible_to(user).select_related(*related).annotate(customer_orders=known)


def cases_of(order: Order, user: User) -> CaseQuerySet:
    """The order's cases that the person may see, the newest first."""
    return Case.objects.visible_to(user).filter(order=order).select_related("assignee").order_by("-updated_at", "-pk")


def cases_about(order: Order, user: User) -> CaseQuerySet:
    """Unfinished cases of the order with the lines they are about: what a second case should not repeat."""
    return cases_of(order, user).unfinished().prefetch_related("lines")


def _how_late(line: OrderLine) -> tuple[bool, float]:
    """Lines with units left before others, those whose window closes last before those where it shut."""
    closes_at = line.window_closes_at
    return line.refundable_quantity == 0, -closes_at.timestamp() if closes_at else 0.0


def _events(run: list[Entry]) -> Chapter:
    if len(run) < FOLDED_FROM:
        return Chapter(events=run)
    return Chapter(events=run[-LEFT_UNFOLDED:], folded=run[:-LEFT_UNFOLDED])
