"""What the supervisors' pages ask for: what waits for them, and why a person may not press a button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Prefetch, QuerySet, Sum

from accounts.domain.refusal import Refused
from accounts.models import User
from orders.models import Customer, MirrorConflict, Order
from refunds.domain.lifecycle import PayoutStatus, RefundStatus, refund_move
from refunds.models import Payout, PayoutQuerySet, Refund, RefundLine, RefundQuerySet
from refunds.use_cases.decide import require_right_to_cancel, require_right_to_decide
from refunds.use_cases.pay import require_right_to_confirm, require_right_to_correct

LISTED = 25
PAID = [PayoutStatus.SUCCEEDED, PayoutStatus.EXTERNAL]


@dataclass(frozen=True, slots=True)
class Waiting[Row]:
    """One list of the front page: its first rows, and how many there are."""

    rows: list[Row]
    count: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What waits in a person's shops."""

    refunds: Waiting[Refund]
    payouts: Waiting[Payout]
    conflicts: Waiting[MirrorConflict]


def front_page(user: User) -> FrontPage:
    """Refunds for a decision and payouts for a confirmation, oldest first; what the mirror could not apply."""
    return FrontPage(
        refunds=_first(waiting_refunds(user)),
        payouts=_first(waiting_payouts(user)),
        conflicts=_first(MirrorConflict.objects.visible_to(user).select_related("shop", "order")),
    )


def waiting_refunds(user: User) -> RefundQuerySet:
    """Refunds that nobody has decided, the longest waiting first, with the earliest deadline of their lines."""
    waiting = Refund.objects.visible_to(user).waiting().annotate(closes_at=Min("lines__window_closes_at"))
    return waiting.select_related("requested_by", "case", "order__shop").order_by("requested_at", "pk")


def waiting_payouts(user: User) -> PayoutQuerySet:
    """Payouts by hand that a person confirms next, the longest decided first."""
    waiting = Payout.objects.visible_to(user).to_confirm()
    related = ("refund__requested_by", "refund__case", "refund__order__shop", "payment", "confirmed_by")
    return waiting.select_related(*related).order_by("refund__decided_at", "pk")


def decision_refusal(refund: Refund, user: User, now: datetime) -> Refused | None:
    """Why this person may not approve or reject the refund; nothing when they may."""
    if not refund_move(RefundStatus(refund.status), RefundStatus.REJECTED).allowed:
        return Refused("refund_moved_on", status=refund.get_status_display())
    return _refusal(require_right_to_decide, refund, user, now)


def cancel_refusal(refund: Refund, user: User) -> Refused | None:
    """Why this person may not take the request back; nothing when they may."""
    if not refund_move(RefundStatus(refund.status), RefundStatus.CANCELLED).allowed:
        return Refused("refund_moved_on", status=refund.get_status_display())
    return _refusal(require_right_to_cancel, refund, user)


def confirmation_refusal(payout: Payout, user: User) -> Refused | None:
    """Why this person may not confirm the payout; nothing when they may."""
    return _refusal(require_right_to_confirm, payout, payout.refund, user)


def correction_refusal(payout: Payout, user: User) -> Refused | None:
    """Why this person may not correct the payout's bank reference; nothing when they may."""
    return _refusal(require_right_to_correct, payout, payout.refund, user)


def refunded_to(customer: Customer) -> list[tuple[int, str]]:
    """What was paid back to the customer, in minor units, by currency."""
    paid = Payout.objects.filter(refund__order__customer=customer, status__in=PAID)
    sums = paid.values_list("refund__currency").annotate(sum=Sum("amount")).order_by("refund__currency")
    return [(total, currency) for currency, total in sums]


def refunds_on(order: Order) -> list[Refund]:
    """Every refund of the order with its lines and payouts, the newest first."""
    related = ("case", "requested_by", "decided_by")
    lines = RefundLine.objects.select_related("order_line", "shipping_charge")
    payouts = Payout.objects.select_related("payment", "confirmed_by", "countersigned_by")
    found = Refund.objects.filter(order=order).select_related(*related).order_by("-requested_at", "-pk")
    refunds = list(found.prefetch_related(Prefetch("lines", lines), Prefetch("payouts", payouts)))
    for refund in refunds:
        refund.order = order  # the page has it already
    return refunds


def _first[Row: (Refund, Payout, MirrorConflict)](rows: QuerySet[Row]) -> Waiting[Row]:
    listed = list(rows[: LISTED + 1])
    return Waiting(listed[:LISTED], len(listed) if len(listed) <= LISTED else rows.count())


def _refusal(require: Callable[..., None], *about: Any) -> Refused | None:
    try:
        require(*about)
    except Refused as refusal:
        return refusal
    return None
