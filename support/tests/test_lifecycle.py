"""Cases move by one table, and a customer's message moves them too."""

from itertools import product

import pytest

from accounts.domain.refusal import Refused
from support.domain.lifecycle import CASE_MOVES, CaseStatus, MessageEffect, after_customer_message, case_move

EDGES = {
    *{("open", "pending"), ("open", "on_hold"), ("open", "solved")},
    *{("pending", "open"), ("pending", "on_hold"), ("pending", "solved")},
    *{("on_hold", "open"), ("on_hold", "pending"), ("on_hold", "solved")},
    *{("solved", "open"), ("solved", "closed")},
}


@pytest.mark.parametrize(("seen", "wanted"), list(product(CaseStatus, repeat=2)))
def test_a_case_moves_as_the_table_says_and_no_other_way(seen: CaseStatus, wanted: CaseStatus) -> None:
    verdict = case_move(seen, wanted)
    assert verdict.allowed == ((seen, wanted) in EDGES)
    assert verdict.code == (None if verdict.allowed else "illegal_move")


def test_every_status_has_its_moves_and_nobody_can_change_them() -> None:
    assert set(CASE_MOVES) == set(CaseStatus)
    with pytest.raises(TypeError):
        CASE_MOVES[CaseStatus.CLOSED] = frozenset(CaseStatus)


def test_an_illegal_move_is_refused_with_both_states() -> None:
    with pytest.raises(Refused) as caught:
        case_move(CaseStatus.CLOSED, CaseStatus.OPEN).require()
    assert (caught.value.code, caught.value.parameters) == ("illegal_move", {"seen": "closed", "wanted": "open"})


def test_a_case_with_an_undecided_refund_cannot_be_closed() -> None:
    verdict = case_move(CaseStatus.SOLVED, CaseStatus.CLOSED, holds=1)
    assert (verdict.allowed, verdict.code) == (False, "case_held")
    with pytest.raises(Refused, match="case_held"):
        verdict.require()


@pytest.mark.parametrize(("seen", "wanted"), sorted(EDGES - {("solved", "closed")}))
def test_an_undecided_refund_stops_no_other_move(seen: str, wanted: str) -> None:
    assert case_move(CaseStatus(seen), CaseStatus(wanted), holds=2).allowed


def test_a_case_that_nothing_holds_is_closed() -> None:
    case_move(CaseStatus.SOLVED, CaseStatus.CLOSED, holds=0).require()


def test_a_held_case_that_could_not_be_closed_anyway_says_so() -> None:
    assert case_move(CaseStatus.OPEN, CaseStatus.CLOSED, holds=1).code == "illegal_move"


@pytest.mark.parametrize(
    ("status", "effect"),
    [
        ("open", MessageEffect(CaseStatus.OPEN)),
        ("pending", MessageEffect(CaseStatus.OPEN, reopens=True)),
        ("on_hold", MessageEffect(CaseStatus.OPEN, reopens=True)),
        ("solved", MessageEffect(CaseStatus.OPEN, reopens=True)),
        ("closed", MessageEffect(CaseStatus.CLOSED, follow_up=True)),
    ],
)
def test_a_customers_message_reopens_a_case_or_starts_a_follow_up(status: str, effect: MessageEffect) -> None:
    assert after_customer_message(CaseStatus(status)) == effect
