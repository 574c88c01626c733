"""How a case moves, and what a customer's message does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from accounts.domain.moves import MoveVerdict, move_verdict


class CaseStatus(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


_S = CaseStatus
_UNSOLVED = frozenset({_S.OPEN, _S.PENDING, _S.ON_HOLD})

CASE_MOVES: Mapping[CaseStatus, frozenset[CaseStatus]] = MappingProxyType(
    {
        **{status: (_UNSOLVED - {status}) | {_S.SOLVED} for status in sorted(_UNSOLVED)},
        _S.SOLVED: frozenset({_S.OPEN, _S.CLOSED}),
        _S.CLOSED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class MessageEffect:
    """What a customer's message does: the status the case has afterwards, or a follow-up case linked to it."""

    status: CaseStatus
    reopens: bool = False
    follow_up: bool = False


def case_move(seen: CaseStatus, wanted: CaseStatus, *, holds: int = 0) -> MoveVerdict:
    """Judge a move of a case: `illegal_move`, or `case_held` for closing one that an undecided refund holds."""
    verdict = move_verdict(CASE_MOVES, seen, wanted)
    if verdict.allowed and wanted is _S.CLOSED and holds > 0:
        return replace(verdict, allowed=False, code="case_held")
    return verdict


def after_customer_message(status: CaseStatus) -> MessageEffect:
    """A customer's message reopens what is pending, on hold or solved; on a closed case it starts a follow-up."""
    if status is _S.CLOSED:
        return MessageEffect(status, follow_up=True)
    return MessageEffect(_S.OPEN, reopens=status is not _S.OPEN)
