"""Deciding about a request: approved by a different person, rejected with a reason, or cancelled before it is sent."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from refunds.domain.approval import judge_decider
from refunds.domain.lifecycle import PayoutStatus, RefundStatus
from refunds.models import Payout, Refund
from refunds.use_cases.lately import approved_lately
from refunds.use_cases.locking import lock_refund
from support.use_cases import record_event, release_case, touch_case
from support.use_cases.wording import require_wellformed

REASON_LENGTH = 2000


@guarded
@transaction.atomic
def approve_refund(*, refund: Refund, by: User, now: datetime, reason: str = "") -> Refund:
    """Approve a waiting refund; its payouts may then be paid.

    Refusals: clients_never_decide, not_allowed, own_request, over_own_limit, refund_moved_on, text_too_long.
    """
    refund = lock_refund(refund)
    require_right_to_decide(refund, by, now)
    _move(refund, RefundStatus.APPROVED, by=by, now=now, reason=reason, approver=by)
    _tell(refund, "refund_approved", by=by, now=now, reason=reason)
    release_case(case=refund.case)
    return refund


@guarded
@transaction.atomic
def reject_refund(*, refund: Refund, by: User, reason: str, now: datetime) -> Refund:
    """Say no to a refund that waits or was not sent yet, with a reason; what it held is free again.

    Refusals: reason_missing, clients_never_decide, not_allowed, own_request, over_own_limit, refund_moved_on,
    text_too_long.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    refund = lock_refund(refund)
    require_right_to_decide(refund, by, now)
    _give_up(refund, RefundStatus.REJECTED, verb="refund_rejected", by=by, now=now, reason=reason)
    return refund


@guarded
@transaction.atomic
def cancel_refund(*, refund: Refund, by: User, now: datetime, reason: str = "") -> Refund:
    """Take a request back before any of its money was sent: one's own, or as a supervisor anybody's.

    Refusals: not_allowed, refund_moved_on, text_too_long.
    """
    refund = lock_refund(refund)
    require_right_to_cancel(refund, by)
    _give_up(refund, RefundStatus.CANCELLED, verb="refund_cancelled", by=by, now=now, reason=reason)
    return refund


def require_right_to_decide(refund: Refund, by: User, now: datetime) -> None:
    """Refuse whoever may not approve or reject this refund; a page asks before it shows the buttons.

    A senior agent's own limit is the shop's daily limit, over all that they approved in 24 hours; without one, nothing.
    """
    shop, supervises = refund.order.shop, by.has_perm("refunds.approve_refund")
    if by.is_person and not supervises and not by.has_perm("refunds.approve_refund_in_limit"):
        raise Refused("not_allowed")
    refusal = judge_decider(
        requested_by=refund.requested_by_id,
        decider=by.pk,
        is_client=not by.is_person,
        total=refund.total + (0 if supervises else approved_lately(by, refund, now)),
        limit=None if supervises else (shop.daily_limit or 0),
        same_currency=refund.currency == shop.currency,
    )
    if refusal:
        raise Refused(refusal.code, **refusal.parameters, currency=shop.currency)


def require_right_to_cancel(refund: Refund, by: User) -> None:
    """Refuse whoever may not take this refund back; a page asks before it shows the button."""
    own = refund.requested_by_id == by.pk and by.has_perm("refunds.cancel_own_refund")
    if not own and not by.has_perm("refunds.cancel_refund"):
        raise Refused("not_allowed")


def _give_up(refund: Refund, status: RefundStatus, *, verb: str, by: User, now: datetime, reason: str) -> None:
    """End the payouts first, since no refund dies while one of them lives; the database then frees what was held."""
    waited = refund.status == RefundStatus.REQUESTED
    Payout.objects.filter(refund=refund, status=PayoutStatus.RESERVED).update(status=PayoutStatus.CANCELLED.value)
    _move(refund, status, by=by, now=now, reason=reason)
    _tell(refund, verb, by=by, now=now, reason=reason)
    if waited:
        release_case(case=refund.case)


def _move(refund: Refund, status: RefundStatus, *, by: User, now: datetime, reason: str, **fields: Any) -> None:
    """Compare-and-set on the status that was seen, so that two people make one decision."""
    require_wellformed(reason, maximum=REASON_LENGTH)
    decision = {"decided_by": by, "decided_at": now, "decision_reason": reason.strip(), **fields}
    refund.move_to(status, **decision)


def _tell(refund: Refund, verb: str, *, by: User, now: datetime, reason: str) -> None:
    record_event(case=refund.case, verb=verb, by=by, now=now, **refund.told, reason=reason.strip())
    touch_case(case=refund.case, now=now)
