"""Finding what a call names: orders, cases and refunds, as far as the caller sees them. What they do not is missing."""

from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from orders.models import Order
from orders.paging import PAGE_SIZE, Page, SortKey, page_of
from refunds.models import Payout, Refund, RefundLine, RefundQuerySet
from support.models import Case

NEWEST_FIRST = (SortKey("requested_at"),)


@dataclass(frozen=True, slots=True)
class AskedRefunds:
    """What a list of refunds is asked for."""

    shop: str = ""
    order: str = ""
    case: int | None = None
    status: str = ""
    cursor: str = ""
    size: int = PAGE_SIZE


def refund_list(user: User, asked: AskedRefunds) -> Page[Refund]:
    """One page of the refunds asked for, the newest first. Refusals: bad_cursor."""
    named = {
        "order__shop__reference": asked.shop,
        "order__reference": asked.order,
        "case": asked.case,
        "status": asked.status,
    }
    wanted = {name: value for name, value in named.items() if value}
    return page_of(_whole(user).filter(**wanted), by=NEWEST_FIRST, cursor=asked.cursor, size=asked.size)


def refund_seen(user: User, number: int) -> Refund:
    """The refund with its lines and payouts. Raises Refund.DoesNotExist."""
    return _whole(user).get(pk=number)


def refund_to_decide(user: User, number: int) -> Refund:
    """A refund that a person may come to decide: of a case they see; a client, of those it sees.

    Raises Refund.DoesNotExist.
    """
    refunds = Refund.objects.visible_to(user)
    return (refunds.filter(case__in=Case.objects.visible_to(user)) if user.is_person else refunds).get(pk=number)


def refund_to_cancel(user: User, number: int) -> Refund:
    """One's own refund, also when its case has gone to another team; else as to decide. Raises Refund.DoesNotExist."""
    own = Refund.objects.visible_to(user).filter(pk=number, requested_by=user).first()
    return own or refund_to_decide(user, number)


def order_to_refund(user: User, *, shop: str, reference: str) -> Order:
    """The order of one of the caller's shops. Raises Order.DoesNotExist."""
    orders = Order.objects.visible_to(user).select_related("shop")
    return orders.get(shop__reference=shop, reference=reference)


def lock_order_to_refund(user: User, *, shop: str, reference: str) -> Order:
    """The same, locked until the transaction ends. Raises Order.DoesNotExist."""
    orders = Order.objects.visible_to(user).select_related("shop").select_for_update(no_key=True, of=("self",))
    return orders.get(shop__reference=shop, reference=reference)


def lock_case_to_refund(user: User, number: int, order: Order) -> Case:
    """A case of the order's shop, locked: a person's own view of cases counts, and for a client all of the shop.

    Raises Case.DoesNotExist.
    """
    cases = Case.objects.visible_to(user) if user.is_person else Case.objects.all()
    return cases.select_for_update(no_key=True, of=("self",)).get(pk=number, shop=order.shop_id)


def _whole(user: User) -> RefundQuerySet:
    """With everything that an answer tells, in three queries."""
    lines = RefundLine.objects.select_related("order_line", "shipping_charge")
    payouts = Payout.objects.select_related("payment")
    refunds = Refund.objects.visible_to(user).select_related("order__shop", "decided_by")
    return refunds.prefetch_related(Prefetch("lines", lines), Prefetch("payouts", payouts))
