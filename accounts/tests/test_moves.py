"""One verdict for every status that moves."""

from enum import StrEnum

import pytest

from accounts.domain.moves import move_verdict
from accounts.domain.refusal import Refused


class Light(StrEnum):
    """A light that can go round between two, and out for good."""

    RED = "red"
    GREEN = "green"
    AMBER = "amber"
    OUT = "out"


MOVES = {
    Light.RED: frozenset({Light.GREEN}),
    Light.GREEN: frozenset({Light.AMBER}),
    Light.AMBER: frozenset({Light.GREEN, Light.OUT}),
    Light.OUT: frozenset(),
}


def test_a_move_of_the_table_is_allowed() -> None:
    verdict = move_verdict(MOVES, Light.RED, Light.GREEN)
    assert (verdict.seen, verdict.wanted) == ("red", "green")
    assert (verdict.allowed, verdict.stale, verdict.code) == (True, False, None)
    verdict.require()


@pytest.mark.parametrize("wanted", [Light.OUT, Light.AMBER])
def test_a_move_that_leaps_ahead_is_illegal_and_not_stale(wanted: Light) -> None:
    verdict = move_verdict(MOVES, Light.RED, wanted)
    assert (verdict.allowed, verdict.stale, verdict.code) == (False, False, "illegal_move")


@pytest.mark.parametrize("wanted", [Light.OUT, Light.RED, Light.GREEN, Light.AMBER])
def test_what_is_already_there_or_behind_is_stale(wanted: Light) -> None:
    verdict = move_verdict(MOVES, Light.OUT, wanted)
    assert (verdict.allowed, verdict.stale, verdict.code) == (False, True, "illegal_move")


@pytest.mark.parametrize(("seen", "wanted"), [(Light.GREEN, Light.RED), (Light.AMBER, Light.RED)])
def test_what_has_moved_on_several_times_is_stale_for_all_it_passed(seen: Light, wanted: Light) -> None:
    assert move_verdict(MOVES, seen, wanted).stale


def test_a_way_back_in_the_table_is_a_move_and_not_stale() -> None:
    assert move_verdict(MOVES, Light.AMBER, Light.GREEN).allowed


def test_an_illegal_move_is_refused_with_both_states() -> None:
    with pytest.raises(Refused) as caught:
        move_verdict(MOVES, Light.RED, Light.OUT).require()
    assert caught.value.code == "illegal_move"
    assert caught.value.parameters == {"seen": "red", "wanted": "out"}
