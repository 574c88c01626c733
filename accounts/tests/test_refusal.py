"""One "no" for every door."""

import copy
from collections.abc import Callable

import pytest

from accounts.domain.refusal import Refused


def test_a_refusal_without_values_reads_as_its_code() -> None:
    assert str(Refused("not_delivered")) == "not_delivered"


def test_a_refusal_tells_its_values_in_the_order_given() -> None:
    refused = Refused("quantity_exceeds_refundable", maximum=2, line="L1")
    assert str(refused) == "quantity_exceeds_refundable (maximum=2, line=L1)"
    assert refused.code == "quantity_exceeds_refundable"
    assert refused.parameters == {"maximum": 2, "line": "L1"}


def test_a_refusal_is_an_exception_that_can_be_caught_by_code() -> None:
    with pytest.raises(Refused, match="window_closed") as caught:
        raise Refused("window_closed")
    assert caught.value.parameters == {}


@pytest.mark.parametrize("journey", [copy.copy, copy.deepcopy])
def test_a_refusal_can_be_copied_as_a_process_pool_does(journey: Callable[[Refused], Refused]) -> None:
    arrived = journey(Refused("line_frozen", line="L1"))
    assert (arrived.code, arrived.parameters) == ("line_frozen", {"line": "L1"})
