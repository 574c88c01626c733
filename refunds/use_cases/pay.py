"""Paying by hand: a person paid at the bank and confirms it; above the threshold a second one confirms too."""

from datetime import datetime

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from orders.models import Payment
from refunds.domain.lifecycle import PayoutStatus, RefundStatus
from refunds.models import Payout, Refund
from refunds.use_cases.locking import lock_refund
from support.use_cases import record_event, touch_case
from support.use_cases.wording import require_wellformed

BANK_REFERENCE_LENGTH = 100


@guarded
@transaction.atomic
def confirm_payout(*, payout: Payout, by: User, bank_reference: str, now: datetime) -> Payout:
    """Say that the money of a manual payout has left the bank; the refund succeeds with its last payout.

    Refusals: gateway_not_manual, clients_never_decide, confirmed_own_request, confirmed_twice, refund_not_approved,
    payout_moved_on, bank_reference_missing, bank_reference_too_long, bank_reference_differs, bank_reference_used.
    """
    refund = lock_refund(payout.refund)
    payout = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    require_right_to_confirm(payout, refund, by)
    reference = _bank_reference(payout, bank_reference)
    if payout.status == PayoutStatus.RESERVED:
        _confirm(payout, refund, by=by, reference=reference, now=now)
    else:
        _countersign(payout, refund, by=by, now=now)
    _finish(refund, by=by, now=now)
    touch_case(case=refund.case, now=now)
    return payout


@guarded
@transaction.atomic
def correct_bank_reference(*, payout: Payout, by: User, bank_reference: str, now: datetime) -> Payout:
    """Correct the reference of a payout that waits for its second confirmation; whoever corrects it is now the first.

    Refusals: as `confirm_payout`, and payout_moved_on unless a first person has confirmed it.
    """
    refund = lock_refund(payout.refund)
    payout = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    require_right_to_correct(payout, refund, by)
    reference = _unused(payout, _wellformed(bank_reference))
    changed = {"provider_reference": reference, "confirmed_by": by, "confirmed_at": now}
    Payout.objects.filter(pk=payout.pk, status=PayoutStatus.PENDING).update(**changed)
    told = {**refund.told, "payment": payout.payment.reference, "amount": payout.amount, "bank_reference": reference}
    record_event(case=refund.case, verb="bank_reference_corrected", by=by, now=now, **told)
    touch_case(case=refund.case, now=now)
    return Payout.objects.get(pk=payout.pk)


def require_right_to_confirm(payout: Payout, refund: Refund, by: User) -> None:
    """Refuse whoever may not confirm this payout now; a page asks before it shows the button."""
    _require_right_to_pay(payout, refund, by)
    if payout.status not in (PayoutStatus.RESERVED, PayoutStatus.PENDING):
        raise Refused("payout_moved_on", status=payout.get_status_display())
    if payout.confirmed_by_id == by.pk:
        raise Refused("confirmed_twice")


def require_right_to_correct(payout: Payout, refund: Refund, by: User) -> None:
    """Refuse whoever may not correct the bank reference now; a page asks before it shows the button."""
    _require_right_to_pay(payout, refund, by)
    if payout.status != PayoutStatus.PENDING:
        raise Refused("payout_moved_on", status=payout.get_status_display())


def _require_right_to_pay(payout: Payout, refund: Refund, by: User) -> None:
    if payout.gateway != Payment.Gateway.MANUAL:
        raise Refused("gateway_not_manual")
    if not by.is_person:
        raise Refused("clients_never_decide")
    if not by.has_perm("refunds.confirm_payout"):
        raise Refused("not_allowed")
    if refund.requested_by_id == by.pk:
        raise Refused("confirmed_own_request")
    if refund.status not in (RefundStatus.APPROVED, RefundStatus.PROCESSING):
        raise Refused("refund_not_approved", status=refund.get_status_display())


def _bank_reference(payout: Payout, given: str) -> str:
    """The bank's reference as given; the second person types it again or leaves it out."""
    if payout.provider_reference is None:
        return _unused(payout, _wellformed(given))
    if given.strip() not in ("", payout.provider_reference):
        raise Refused("bank_reference_differs", reference=payout.provider_reference)
    return payout.provider_reference


def _wellformed(given: str) -> str:
    reference = given.strip()
    require_wellformed(reference, maximum=BANK_REFERENCE_LENGTH, too_long="bank_reference_too_long")
    if not reference:
        raise Refused("bank_reference_missing")
    return reference


def _unused(payout: Payout, reference: str) -> str:
    """The reference, which no other payout carries."""
    others = Payout.objects.exclude(pk=payout.pk)
    if others.filter(gateway=payout.gateway, provider_reference=reference).exists():
        raise Refused("bank_reference_used")
    return reference


def _confirm(payout: Payout, refund: Refund, *, by: User, reference: str, now: datetime) -> None:
    if refund.status == RefundStatus.APPROVED:
        refund.move_to(RefundStatus.PROCESSING)
    payout.move_to(PayoutStatus.SUBMITTED, provider_reference=reference, confirmed_by=by, confirmed_at=now)
    payout.move_to(PayoutStatus.PENDING)
    told = {**refund.told, "payment": payout.payment.reference, "amount": payout.amount, "bank_reference": reference}
    record_event(case=refund.case, verb="payout_confirmed", by=by, now=now, **told)
    if not refund.pays_with_two:
        payout.move_to(PayoutStatus.SUCCEEDED)


def _countersign(payout: Payout, refund: Refund, *, by: User, now: datetime) -> None:
    payout.move_to(PayoutStatus.SUCCEEDED, countersigned_by=by, countersigned_at=now)
    told = {**refund.told, "payment": payout.payment.reference, "amount": payout.amount}
    record_event(case=refund.case, verb="payout_countersigned", by=by, now=now, **told)


def _finish(refund: Refund, *, by: User, now: datetime) -> None:
    """The refund has succeeded when every payout has."""
    if refund.payouts.exclude(status=PayoutStatus.SUCCEEDED).exists():
        return
    refund.move_to(RefundStatus.SUCCEEDED)
    record_event(case=refund.case, verb="refund_succeeded", by=by, now=now, **refund.told)
