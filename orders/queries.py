"""The list of orders and the page of one: what a person finds, newest first, each with its clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Shop, User
from orders.models import Customer, Delivery, DeliveryLine, Order, OrderLine, OrderLineQuerySet, OrderQuerySet
from orders.paging import PAGE_SIZE, Page, SortKey, page_of

CLOSING = timedelta(hours=48)
PARTS = ("lines", "shipping", "payments")
NEWEST_FIRST = (SortKey("placed_at"),)


@dataclass(frozen=True, slots=True)
class AskedOrders:
    """What a person asks the list for; everything of it stands in the page's address."""

    words: str = ""
    shop: str = ""
    customer: int | None = None
    customer_reference: str = ""
    placed_after: datetime | None = None
    placed_before: datetime | None = None
    delivered_after: datetime | None = None
    window: str = ""
    cursor: str = ""
    size: int = PAGE_SIZE


def order_list(user: User | AnonymousUser, asked: AskedOrders, now: datetime) -> Page[Order]:
    """One page of the orders asked for, newest first. Refusals: bad_cursor."""
    orders = Order.objects.visible_to(user).placed_between(asked.placed_after, asked.placed_before)
    if asked.words:
        orders = orders.matching(asked.words)
    if asked.shop:
        orders = orders.filter(shop__reference=asked.shop)
    if asked.customer is not None:
        orders = orders.filter(customer=asked.customer)
    if asked.customer_reference:
        customers = Customer.objects.visible_to(user).filter(reference=asked.customer_reference)
        orders = orders.filter(customer__in=customers)
    if asked.delivered_after is not None:
        orders = orders.filter(Exists(_lines().filter(delivered_at__gte=asked.delivered_after)))
    if asked.window:
        orders = orders.filter(WINDOWS[asked.window](now))
    return page_of(with_clock(orders, now), by=NEWEST_FIRST, cursor=asked.cursor, size=asked.size)


def with_clock(orders: OrderQuerySet, now: datetime) -> OrderQuerySet:
    """With shop and customer, and the earliest deadline ahead among units that can go back, else the latest."""
    ends = _lines().refundable().filter(window_closes_at__isnull=False).values("window_closes_at")
    ahead = ends.filter(window_closes_at__gte=now).order_by("window_closes_at")[:1]
    return orders.select_related("shop", "customer").annotate(
        closes_at=Coalesce(
            Subquery(ahead), Subquery(ends.order_by("-window_closes_at")[:1]), output_field=DateTimeField(null=True)
        ),
        is_delivered=_delivered(),
    )


def order_seen(user: User | AnonymousUser, *, shop: str, reference: str) -> Order:
    """The order with all it consists of, if the person may see it. Raises Order.DoesNotExist."""
    parcels = Delivery.objects.select_related("replaces").prefetch_related(
        Prefetch("lines", DeliveryLine.objects.select_related("line"))
    )
    return _seen(user, shop, reference).prefetch_related(*PARTS, Prefetch("deliveries", parcels)).get()


def order_told(user: User | AnonymousUser, *, shop: str, reference: str) -> Order:
    """The same for those who find a parcel's lines, and what it replaces, by their keys among the order's own."""
    return _seen(user, shop, reference).prefetch_related(*PARTS, "deliveries__lines").get()


def shop_seen(user: User | AnonymousUser, reference: str) -> Shop:
    """The shop, if the person works there. Raises Shop.DoesNotExist."""
    if "\0" in reference:
        raise Shop.DoesNotExist
    return Shop.objects.visible_to(user).get(reference=reference)


def _seen(user: User | AnonymousUser, shop: str, reference: str) -> OrderQuerySet:
    if "\0" in shop + reference:  # no database keeps it, and PostgreSQL does not even look
        raise Order.DoesNotExist
    orders = Order.objects.visible_to(user).filter(shop__reference=shop, reference=reference)
    return orders.select_related("shop", "customer")


def _lines() -> OrderLineQuerySet:
    return OrderLine.objects.filter(order=OuterRef("pk"))


def _delivered() -> Exists:
    return Exists(_lines().filter(delivered_at__isnull=False))


def _open(now: datetime) -> Exists:
    return Exists(_lines().refundable().open_at(now))


def _closing(now: datetime) -> Exists:
    return Exists(_lines().refundable().filter(window_closes_at__range=(now, now + CLOSING)))


WINDOWS: Mapping[str, Callable[[datetime], Q]] = {
    "open": lambda now: Q(_open(now)),
    "closing": lambda now: Q(_closing(now)),
    "closed": lambda now: Q(_delivered()) & ~Q(_open(now)),
    "not_delivered": lambda now: ~Q(_delivered()),
}
"""What can still go back, what closes within 48 hours, what is past or all given back, and what has not arrived."""
