"""Three policies, and nobody can bend them."""

from dataclasses import FrozenInstanceError

import pytest

from accounts.domain.refusal import Refused
from orders.domain.policy import EEA, POLICIES, Basis, Clock, DeadlineRule, cuts_statutory_period, policy_named


@pytest.mark.parametrize(
    ("name", "rule", "basis", "clock", "fees"),
    [
        ("strict", DeadlineRule.EXACT, Basis.LINE, Clock.LODGED, True),
        ("uk", DeadlineRule.CALENDAR, Basis.ORDER_LAST, Clock.CUSTOMER, False),
        ("eu", DeadlineRule.EU_1182, Basis.ORDER_LAST, Clock.CUSTOMER, False),
    ],
)
def test_a_policy_says_rule_basis_clock_and_fees(
    name: str, rule: DeadlineRule, basis: Basis, clock: Clock, fees: bool
) -> None:
    policy = policy_named(name)
    assert (policy.name, policy.rule, policy.basis, policy.clock, policy.fees_allowed) == (
        name,
        rule,
        basis,
        clock,
        fees,
    )


def test_there_are_three() -> None:
    assert list(POLICIES) == ["strict", "uk", "eu"]


@pytest.mark.parametrize("name", ["", "EU", "lenient"])
def test_an_unknown_policy_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        policy_named(name)
    assert (caught.value.code, caught.value.parameters) == ("policy_unknown", {"policy": name})


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        policy_named("strict").rule = DeadlineRule.CALENDAR
    with pytest.raises(TypeError):
        POLICIES["strict"] = policy_named("eu")


@pytest.mark.parametrize(
    ("name", "country", "cuts"),
    [("strict", "DE", True), ("strict", "IS", True), ("strict", "GB", False), ("eu", "DE", False), ("uk", "DE", False)],
)
def test_only_strict_in_the_eea_gives_less_than_the_law(name: str, country: str, cuts: bool) -> None:
    assert cuts_statutory_period(policy_named(name), country) is cuts


def test_the_eea_has_thirty_countries() -> None:
    assert len(EEA) == 30


def test_the_words_are_those_that_are_stored() -> None:
    assert [*DeadlineRule] == ["exact", "calendar", "eu_1182"]
    assert [*Basis] == ["line", "order_last"]
    assert [*Clock] == ["lodged", "customer"]
