"""How a status may move: one table per thing, one verdict for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accounts.domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class MoveVerdict:
    """Whether a move may happen. `stale` marks what is already there or behind: a repeated or late message, a no-op."""

    seen: str
    wanted: str
    allowed: bool
    stale: bool = False
    code: str | None = None

    def require(self) -> None:
        """Pass, or refuse with the code and both states."""
        if self.code is not None:
            raise Refused(self.code, seen=self.seen, wanted=self.wanted)


def move_verdict[S: StrEnum](moves: Mapping[S, frozenset[S]], seen: S, wanted: S) -> MoveVerdict:
    """Judge one move by its table. Whatever is not in the table is an `illegal_move`, also when it is only stale."""
    if wanted in moves[seen]:
        return MoveVerdict(seen, wanted, allowed=True)
    stale = seen == wanted or seen in _reachable(moves, wanted)
    return MoveVerdict(seen, wanted, allowed=False, stale=stale, code="illegal_move")


def _reachable[S: StrEnum](moves: Mapping[S, frozenset[S]], start: S) -> frozenset[S]:
    """Every state that can follow, in however many moves."""
    found: set[S] = set()
    waiting = [start]
    while waiting:
        fresh = moves[waiting.pop()] - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(found)
