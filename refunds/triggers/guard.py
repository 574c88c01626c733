"""What every guard is made of, and the lists that its SQL takes from the rules in Python."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from orders.domain.policy import POLICIES, Basis, Clock, DeadlineRule
from refunds.domain.lifecycle import (
    DEAD_PAYOUTS,
    DEAD_REFUNDS,
    IN_FLIGHT_PAYOUTS,
    PAYOUT_MOVES,
    REFUND_MOVES,
    PayoutStatus,
)


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say no with this code when the condition holds."""

    code: str
    when: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger: `keeps` says in a sentence what for; its steps are refusals and statements, in this order.

    In the SQL, `${at}` is where the tables are; `$same` and `$differs` compare and take NULL as a value.
    """

    name: str
    event: str
    table: str
    keeps: str
    steps: tuple[Refuse | str, ...]
    only_when: str = ""
    at_commit: bool = False


def written(sql: str, **engine: str) -> str:
    """The SQL with the lists and with the engine's own words filled in."""
    return Template(sql).substitute(LISTS, **engine)


def row(name: str, columns: Iterable[str]) -> str:
    """These columns of OLD or NEW, or of a table."""
    return f"({', '.join(f'{name}.{column}' for column in columns)})"


def changed(*columns: str) -> str:
    """True when the update changes one of these columns."""
    return f"{row('OLD', columns)} $differs {row('NEW', columns)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _edges[S: StrEnum](moves: Mapping[S, Collection[S]]) -> str:
    """A table of moves, each as 'from>to'."""
    return _listed(f"{seen}>{wanted}" for seen, following in moves.items() for wanted in following)


LISTS = {
    "closing_exactly": _listed(
        name for name, policy in POLICIES.items() if policy.rule is DeadlineRule.EXACT and policy.basis is Basis.LINE
    ),
    "dead_payouts": _listed(DEAD_PAYOUTS),
    "dead_refunds": _listed(DEAD_REFUNDS),
    "judged_when_lodged": _listed(name for name, policy in POLICIES.items() if policy.clock is Clock.LODGED),
    "paid_payouts": _listed(set(PayoutStatus) - DEAD_PAYOUTS - IN_FLIGHT_PAYOUTS),
    "payout_moves": _edges(PAYOUT_MOVES),
    "refund_moves": _edges(REFUND_MOVES),
}
