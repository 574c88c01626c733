"""The refund policies a shop can have: named values that nobody can bend."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from accounts.domain.refusal import Refused


class DeadlineRule(StrEnum):
    """How the last instant of a window is found."""

    EXACT = "exact"
    CALENDAR = "calendar"
    EU_1182 = "eu_1182"


class Basis(StrEnum):
    """Which delivery a window counts from."""

    LINE = "line"
    ORDER_LAST = "order_last"


class Clock(StrEnum):
    """Which moment is judged: when the request was recorded, or when the customer's message was."""

    LODGED = "lodged"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """A named set of rules; stamped on the order when it is first mirrored."""

    name: str
    rule: DeadlineRule
    basis: Basis
    clock: Clock
    fees_allowed: bool = True
    """Whether a return label or restocking may be taken off (Directive 2011/83 art. 14(1) says no)."""


POLICIES: Mapping[str, RefundPolicy] = MappingProxyType(
    {
        "strict": RefundPolicy("strict", DeadlineRule.EXACT, Basis.LINE, Clock.LODGED),
        "uk": RefundPolicy("uk", DeadlineRule.CALENDAR, Basis.ORDER_LAST, Clock.CUSTOMER, fees_allowed=False),
        "eu": RefundPolicy("eu", DeadlineRule.EU_1182, Basis.ORDER_LAST, Clock.CUSTOMER, fees_allowed=False),
    }
)

_EEA = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IS IT LI LV LT LU MT NL NO PL PT RO SK SI ES SE"
EEA = frozenset(_EEA.split())
"""The European Economic Area (ISO 3166-1), where the statutory period ends with a day, not with an hour."""


def policy_named(name: str) -> RefundPolicy:
    """The policy of that name. Refuses `policy_unknown`."""
    policy = POLICIES.get(name)
    if policy is None:
        raise Refused("policy_unknown", policy=name)
    return policy


def cuts_statutory_period(policy: RefundPolicy, country: str) -> bool:
    """Whether a shop of that country gives less than the law: `exact` cuts up to a day off the last day in the EEA."""
    return policy.rule is DeadlineRule.EXACT and country in EEA
