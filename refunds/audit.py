"""An audit of what refunds hold, by other means than the guards: for whoever could go around them.

Read-only and without locks: run it on a quiet desk, after a migration or a restore.
"""

from collections.abc import Iterator

from django.db.models import F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orders.domain.policy import POLICIES, Clock, DeadlineRule
from orders.domain.window import WINDOW
from orders.models import OrderLine, Payment, ShippingCharge
from refunds.domain.lifecycle import DEAD_PAYOUTS, DEAD_REFUNDS, RefundStatus
from refunds.models import Payout, Refund, RefundLine

FULLY_COVERED = [RefundStatus.REQUESTED, RefundStatus.APPROVED, RefundStatus.SUCCEEDED]
EXACT = [name for name, policy in POLICIES.items() if policy.rule is DeadlineRule.EXACT]
LODGED = [name for name, policy in POLICIES.items() if policy.clock is Clock.LODGED]


def differences() -> Iterator[str]:
    """Everything that does not agree, a sentence each: counters, frozen windows, totals. Money in minor units."""
    living_lines = RefundLine.objects.exclude(refund__status__in=DEAD_REFUNDS)
    living_payouts = Payout.objects.exclude(status__in=DEAD_PAYOUTS)
    line_counters = {"held_quantity": "quantity", "held_gross": "gross", "held_tax": "tax"}
    charge_counters = {"held_gross": "gross", "held_tax": "tax"}
    yield from _counters("Order line", OrderLine, line_counters, living_lines, "order_line")
    yield from _counters("Shipping charge", ShippingCharge, charge_counters, living_lines, "shipping_charge")
    yield from _counters("Payment", Payment, {"held": "amount"}, living_payouts, "payment")
    yield from _windows()
    yield from _totals(living_payouts)


def _counters[M: Model, T: Model](
    word: str, model: type[M], counters: dict[str, str], living: QuerySet[T], link: str
) -> Iterator[str]:
    """Rows whose counters are not the sums of what the living take."""
    of_row = living.filter(**{link: OuterRef("pk")})
    sums = {f"sum_{counter}": _sum(of_row, link, column) for counter, column in counters.items()}
    right = {counter: F(f"sum_{counter}") for counter in counters}
    found = model._default_manager.annotate(**sums).exclude(**right).order_by("pk")
    for row in found.values("pk", "reference", "order__reference", *counters, *sums).iterator():
        held = ", ".join(f"{counter} is {row[counter]} and should be {row[f'sum_{counter}']}" for counter in counters)
        yield f"{word} {row['reference']} (id {row['pk']}) of order {row['order__reference']}: {held}."


def _windows() -> Iterator[str]:
    """Refund lines that were judged outside of their window, or by a window that their policy does not give."""
    late = Q(window_begun=True) & (Q(window_closes_at=None) | Q(judged_at__gt=F("window_closes_at")))
    exact = Q(policy__in=EXACT) & ~Q(window_begun=True, window_closes_at=F("delivered_at") + WINDOW)
    other_moment = Q(judged_at__gt=F("refund__requested_at"))
    other_moment |= Q(policy__in=LODGED) & ~Q(judged_at=F("refund__requested_at"))
    not_yet_there = Q(delivered_at__gt=F("refund__requested_at"))
    other_policy = ~Q(policy=F("refund__order__policy"))
    for words, condition in (
        ("was judged after its window had closed", late),
        ("has another window than its policy gives", exact),
        ("was judged at another moment than its request", other_moment),
        ("was delivered after its request", not_yet_there),
        ("has another policy than its order", other_policy),
    ):
        for pk, refund in RefundLine.objects.filter(condition).order_by("pk").values_list("pk", "refund"):
            yield f"Refund line {pk} of R-{refund} {words}."


def _totals(living_payouts: QuerySet[Payout]) -> Iterator[str]:
    """Refunds whose total is not the sum of their lines, or not that of their payouts."""
    lines = RefundLine.objects.filter(refund=OuterRef("pk"))
    payouts = living_payouts.filter(refund=OuterRef("pk"))
    summed = Refund.objects.order_by("pk").annotate(
        sum_gross=_sum(lines, "refund", "gross"),
        sum_tax=_sum(lines, "refund", "tax"),
        sum_paid=_sum(payouts, "refund", "amount"),
    )
    for refund in summed.exclude(total=F("sum_gross"), tax=F("sum_tax")):
        yield (
            f"{refund}: total is {refund.total} with tax {refund.tax},"
            f" and its lines come to {refund.sum_gross} with tax {refund.sum_tax}."
        )
    short = Q(status__in=FULLY_COVERED) & ~Q(sum_paid=F("total"))
    over = Q(sum_paid__gt=F("total")) | Q(status__in=DEAD_REFUNDS, sum_paid__gt=0)
    for refund in summed.filter(short | over):
        yield f"{refund}: {refund.status}, its total is {refund.total}, its living payouts come to {refund.sum_paid}."


def _sum[T: Model](rows: QuerySet[T], link: str, column: str) -> Coalesce:
    total = rows.order_by().values(link).annotate(sum=Sum(column)).values("sum")
    return Coalesce(Subquery(total), 0, output_field=IntegerField())
