"""What the mirror takes of deliveries, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.refusal import Refused
from orders.domain.parcels import AHEAD, Parcel, Terms, arrived, receive, standing
from orders.domain.policy import policy_named
from orders.domain.window import WINDOW, Window

DAY = timedelta(days=1)
MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOW = MOMENT + 30 * DAY
STRICT = Terms(policy_named("strict"), "Europe/London", "GB")
EU = Terms(policy_named("eu"), "Europe/Berlin", "DE")


def parcel(
    reference: str = "D1",
    at: datetime = MOMENT,
    returned: datetime | None = None,
    replaces: str | None = None,
    **units: int,
) -> Parcel:
    return Parcel(reference, at, units or {"L1": 2}, returned, replaces)


def received(recorded: list[Parcel], *sent: Parcel, now: datetime = NOW) -> dict[str, Parcel]:
    return receive({each.reference: each for each in recorded}, sent, STRICT, now)


def refusal(recorded: list[Parcel], *sent: Parcel, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        received(recorded, *sent, now=now)
    return refused.value.code


def test_a_new_parcel_is_taken() -> None:
    assert received([], parcel()) == {"D1": parcel()}


def test_the_same_parcel_again_changes_nothing() -> None:
    assert received([parcel()], parcel()) == {"D1": parcel()}


def test_a_recorded_parcel_stays_when_the_news_leave_it_out() -> None:
    assert received([parcel()], parcel("D2", L2=1)) == {"D1": parcel(), "D2": parcel("D2", L2=1)}


def test_a_clock_that_runs_five_minutes_ahead_is_forgiven() -> None:
    assert received([], parcel(at=NOW + AHEAD))
    assert refusal([], parcel(at=NOW + AHEAD + timedelta(microseconds=1))) == "delivered_in_future"


def test_an_arrival_may_turn_out_earlier_but_never_later() -> None:
    assert received([parcel()], parcel(at=MOMENT - DAY))["D1"].delivered_at == MOMENT - DAY
    assert refusal([parcel()], parcel(at=MOMENT + timedelta(microseconds=1))) == "delivered_later"


def test_a_recorded_parcel_may_gain_units_but_never_lose_them() -> None:
    assert received([parcel()], parcel(L1=3, L2=1))["D1"].units == {"L1": 3, "L2": 1}
    assert refusal([parcel()], parcel(L1=1)) == "delivery_changed"
    assert refusal([parcel(L1=1, L2=1)], parcel(L1=1)) == "delivery_changed"


def test_a_recorded_parcel_keeps_what_it_replaces() -> None:
    back = parcel(returned=MOMENT + DAY)
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1")
    assert refusal([back, parcel("D2", MOMENT + 2 * DAY)], again) == "delivery_changed"
    assert refusal([back, again], parcel("D2", MOMENT + 2 * DAY)) == "delivery_changed"


def test_a_return_may_be_told_later_and_corrected_while_nothing_relies_on_it() -> None:
    back = parcel(returned=MOMENT + DAY)
    assert received([parcel()], back) == {"D1": back}
    assert received([back], parcel(returned=MOMENT + 2 * DAY))["D1"].returned_at == MOMENT + 2 * DAY
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1")
    assert refusal([back, again], parcel()) == "delivery_changed"


def test_nothing_comes_back_in_the_future_or_before_it_arrived() -> None:
    assert refusal([], parcel(returned=NOW + AHEAD + timedelta(seconds=1))) == "returned_in_future"
    assert refusal([], parcel(returned=MOMENT - timedelta(seconds=1))) == "returned_before_delivered"


def test_what_came_back_in_time_may_be_sent_again() -> None:
    again = parcel("D2", MOMENT + 20 * DAY, replaces="D1")
    both = received([parcel(returned=MOMENT + WINDOW)], again)
    assert standing(both.values()) == [again]


def test_a_redelivery_may_be_told_together_with_the_return_in_any_order() -> None:
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1")
    assert standing(received([parcel()], again, parcel(returned=MOMENT + DAY)).values()) == [again]


def test_a_redelivery_of_a_redelivery_is_possible() -> None:
    second = parcel("D2", MOMENT + 2 * DAY, returned=MOMENT + 3 * DAY, replaces="D1")
    third = parcel("D3", MOMENT + 4 * DAY, replaces="D2")
    assert standing(received([parcel(returned=MOMENT + DAY), second], third).values()) == [third]


def test_a_redelivery_names_a_parcel_of_the_order() -> None:
    assert refusal([parcel()], parcel("D2", MOMENT + DAY, replaces="D9")) == "replaced_unknown"
    assert refusal([], parcel("D1", returned=MOMENT, replaces="D1")) == "replaced_unknown"


def test_a_redelivery_of_what_never_came_back_is_refused() -> None:
    assert refusal([parcel()], parcel("D2", MOMENT + DAY, replaces="D1")) == "replaced_not_returned"


def test_a_redelivery_of_what_came_back_after_its_deadline_is_refused() -> None:
    back = parcel(returned=MOMENT + WINDOW + timedelta(microseconds=1))
    assert refusal([back], parcel("D2", MOMENT + 20 * DAY, replaces="D1")) == "returned_too_late"


def test_a_parcel_is_replaced_once() -> None:
    back = parcel(returned=MOMENT + DAY)
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1")
    assert refusal([back, again], parcel("D3", MOMENT + 3 * DAY, replaces="D1")) == "replaced_twice"


def test_parcels_never_replace_each_other_in_a_circle() -> None:
    one = parcel("D1", returned=MOMENT + DAY, replaces="D2")
    other = parcel("D2", returned=MOMENT + DAY, replaces="D1")
    assert refusal([], one, other) == "redelivered_too_early"


def test_a_line_counts_from_its_last_parcel() -> None:
    parcels = [parcel(L1=1), parcel("D2", MOMENT + DAY, L1=1), parcel("D3", MOMENT - DAY, L2=1)]
    state = arrived(parcels, {"L1": 3, "L2": 1, "L3": 1}, {}, STRICT)
    assert state.units == {"L1": 2, "L2": 1, "L3": 0}
    assert state.windows["L1"] == Window(MOMENT + DAY, True, MOMENT + DAY + WINDOW)
    assert state.windows["L2"] == Window(MOMENT - DAY, True, MOMENT - DAY + WINDOW)
    assert state.windows["L3"] == Window(None, False, None)
    assert state.shipping == state.windows["L1"]


def test_under_order_last_nothing_begins_while_units_are_on_the_way() -> None:
    on_the_way = arrived([parcel()], {"L1": 2, "L2": 1}, {}, EU)
    assert on_the_way.windows["L1"] == Window(MOMENT, False, None)
    complete = arrived([parcel(), parcel("D2", MOMENT + DAY, L2=1)], {"L1": 2, "L2": 1}, {}, EU)
    assert complete.windows["L1"].closes_at == complete.windows["L2"].closes_at
    assert complete.windows["L1"].begun


def test_replaced_parcels_do_not_count() -> None:
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1")
    state = arrived([parcel(returned=MOMENT + DAY), again], {"L1": 2}, {"L1": 2}, STRICT)
    assert state.units == {"L1": 2}
    assert state.windows["L1"].delivered_at == MOMENT + 2 * DAY


def test_units_arrive_once() -> None:
    with pytest.raises(Refused) as refused:
        arrived([parcel(), parcel("D2", MOMENT + DAY, L1=1)], {"L1": 2}, {}, STRICT)
    assert refused.value.code == "already_delivered"
    assert refused.value.parameters == {"line": "L1", "delivery": "D2", "maximum": 2}


def test_what_refunds_hold_stays_delivered() -> None:
    again = parcel("D2", MOMENT + 2 * DAY, replaces="D1", L1=1)
    with pytest.raises(Refused) as refused:
        arrived([parcel(returned=MOMENT + DAY), again], {"L1": 2}, {"L1": 2}, STRICT)
    assert refused.value.code == "delivered_below_held"


def test_a_line_that_the_order_does_not_have_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        arrived([parcel(L9=1)], {"L1": 2}, {}, STRICT)
    assert refused.value.code == "line_unknown"
