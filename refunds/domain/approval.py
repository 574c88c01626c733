"""Who decides a refund: the rule, or a second person."""

from collections.abc import Hashable
from dataclasses import dataclass

from accounts.domain.refusal import Refused

REASONS = ("other_currency", "over_threshold", "over_daily_limit")
"""Why a second person decides."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Approved by rule, or the reasons why a second person decides."""

    because: tuple[str, ...] = ()

    @property
    def by_rule(self) -> bool:
        """Whether nobody else is needed."""
        return not self.because


def judge_approval(
    *,
    total: int,
    currency: str,
    shop_currency: str,
    threshold: int | None,
    order_recent: int,
    daily_limit: int | None,
    requester_recent: int,
) -> Approval:
    """Whether the rule approves a refund. Amounts in minor units of the shop's currency.

    `order_recent`: the order's other living refunds of the last 24 hours, against the shop's `threshold`;
    `requester_recent`: the requester's other living refunds of the last 24 hours, against their `daily_limit`. No
    threshold or no limit: nothing to exceed. Reasons: `other_currency`, `over_threshold`, `over_daily_limit`.
    """
    if currency != shop_currency:
        return Approval(("other_currency",))
    reasons = []
    if threshold is not None and total + order_recent > threshold:
        reasons.append("over_threshold")
    if daily_limit is not None and total + requester_recent > daily_limit:
        reasons.append("over_daily_limit")
    return Approval(tuple(reasons))


def judge_decider(
    *,
    requested_by: Hashable,
    decider: Hashable,
    is_client: bool,
    total: int,
    limit: int | None = None,
    same_currency: bool = True,
) -> Refused | None:
    """Whether this person may approve or reject, beyond having the right: nothing, or the refusal.

    `clients_never_decide`, `own_request` (a different person decides), `over_own_limit` (with the maximum): `limit` is
    what a senior agent may approve, in minor units of the shop's currency; none for supervisors.
    """
    if is_client:
        return Refused("clients_never_decide")
    if decider == requested_by:
        return Refused("own_request")
    if limit is not None and (total > limit or not same_currency):
        return Refused("over_own_limit", maximum=limit)
    return None
