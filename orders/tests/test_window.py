"""The window: strict to the microsecond, by three rules, in every zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from orders.domain.policy import POLICIES, Basis, Clock, DeadlineRule, RefundPolicy, policy_named
from orders.domain.window import (
    MICROSECOND,
    NOT_DELIVERED,
    WINDOW,
    NaiveDatetime,
    Verdict,
    Window,
    charge_window,
    closes_at,
    judge,
    judged_at,
    line_window,
    pressing_deadline,
    public_holidays,
)

STRICT, UK, EU = POLICIES["strict"], POLICIES["uk"], POLICIES["eu"]
BY_ORDER = RefundPolicy("by order", DeadlineRule.EXACT, Basis.ORDER_LAST, Clock.LODGED)
DELIVERED = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe"]
moments = st.datetimes(
    datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2060-01-01"), timezones=st.just(UTC)
)


def utc(text: str) -> datetime:
    """A moment of UTC, as people write it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def no_holidays(day: date) -> bool:
    """Work, work."""
    return False


def window_of(
    policy: RefundPolicy, *parcels: datetime, others: tuple[datetime, ...] = (), complete: bool = True
) -> Window:
    """The window of a line in Paris."""
    return line_window(
        policy, parcels, order_parcels=(*parcels, *others), complete=complete, zone="Europe/Paris", country="FR"
    )


# The last instant


def test_the_exact_rule_ends_after_336_hours() -> None:
    assert timedelta(days=14) == WINDOW
    assert closes_at(STRICT, DELIVERED, "Europe/Paris", "FR") == utc("2026-02-24 09:15")


def test_the_calendar_rule_ends_a_microsecond_before_local_midnight_of_day_fifteen() -> None:
    assert closes_at(UK, DELIVERED, "Europe/Paris", "FR") == utc("2026-02-24 22:59:59.999999")


@pytest.mark.parametrize("policy", [STRICT, UK, EU])
def test_every_deadline_is_in_utc(policy: RefundPolicy) -> None:
    local = DELIVERED.astimezone(ZoneInfo("Asia/Tokyo"))
    assert closes_at(policy, local, "Asia/Tokyo", "JP").tzinfo is UTC
    assert closes_at(policy, local, "Asia/Tokyo", "JP") == closes_at(policy, DELIVERED, "Asia/Tokyo", "JP")


@pytest.mark.parametrize(
    ("zone", "delivered", "exact", "calendar"),
    [
        # clocks go forward: 336 hours end an hour later on the wall, after the calendar's last day
        ("Europe/Berlin", "2026-03-20 22:30", "2026-04-03 22:30", "2026-04-03 21:59:59.999999"),
        # clocks go back
        ("Europe/Berlin", "2026-10-18 08:00", "2026-11-01 08:00", "2026-11-01 22:59:59.999999"),
        # the hour that comes twice
        ("Europe/Berlin", "2026-10-25 00:30", "2026-11-08 00:30", "2026-11-08 22:59:59.999999"),
        ("Europe/Berlin", "2026-10-25 01:30", "2026-11-08 01:30", "2026-11-08 22:59:59.999999"),
        # a day whose midnight does not exist, and one that does not exist at all
        ("Asia/Beirut", "2026-03-14 10:00", "2026-03-28 10:00", "2026-03-28 21:59:59.999999"),
        ("Pacific/Apia", "2011-12-15 22:00", "2011-12-29 22:00", "2011-12-30 09:59:59.999999"),
        # half an hour
        ("Australia/Lord_Howe", "2026-03-28 12:45", "2026-04-11 12:45", "2026-04-11 13:29:59.999999"),
        # leap day, month end, year end
        ("UTC", "2028-02-15 12:00", "2028-02-29 12:00", "2028-02-29 23:59:59.999999"),
        ("UTC", "2027-02-15 12:00", "2027-03-01 12:00", "2027-03-01 23:59:59.999999"),
        ("UTC", "2026-12-20 00:00", "2027-01-03 00:00", "2027-01-03 23:59:59.999999"),
        # far from Greenwich
        ("Pacific/Kiritimati", "2026-05-03 10:10", "2026-05-17 10:10", "2026-05-18 09:59:59.999999"),
        ("Pacific/Pago_Pago", "2026-05-05 10:50", "2026-05-19 10:50", "2026-05-19 10:59:59.999999"),
    ],
)
def test_a_deadline_holds_where_clocks_and_calendars_jump(zone: str, delivered: str, exact: str, calendar: str) -> None:
    assert closes_at(STRICT, utc(delivered), zone, "") == utc(exact)
    assert closes_at(UK, utc(delivered), zone, "") == utc(calendar)


@pytest.mark.parametrize(
    ("delivered", "last_day"),
    [
        ("2026-06-03", "2026-06-17"),  # Wednesday
        ("2026-06-05", "2026-06-19"),  # Friday
        ("2026-06-06", "2026-06-22"),  # Saturday, to Monday
        ("2026-06-07", "2026-06-22"),  # Sunday, to Monday
        ("2026-06-08", "2026-06-22"),  # Monday
    ],
)
def test_the_eu_rule_rolls_a_weekend_to_monday(delivered: str, last_day: str) -> None:
    end = closes_at(EU, utc(delivered), "UTC", "", no_holidays)
    assert end == utc(last_day) + timedelta(days=1) - MICROSECOND


def test_the_eu_rule_rolls_over_holidays_and_weekends_in_a_row() -> None:
    easter = {date(2026, 4, 3), date(2026, 4, 6)}
    end = closes_at(EU, utc("2026-03-20 10:00"), "UTC", "", easter.__contains__)
    assert end == utc("2026-04-07 23:59:59.999999")


@pytest.mark.parametrize(
    ("delivered", "country", "last_day"),
    [
        ("2026-04-17", "ES", "2026-05-04"),  # 1 May, a Friday
        ("2026-12-11", "DE", "2026-12-28"),  # Christmas, a Friday
        ("2026-06-30", "FR", "2026-07-15"),  # 14 July, a Tuesday, in France
        ("2026-06-30", "DE", "2026-07-14"),  # and an ordinary one in Germany
    ],
)
def test_the_eu_rule_knows_the_holidays_of_the_country(delivered: str, country: str, last_day: str) -> None:
    assert closes_at(EU, utc(delivered), "UTC", country) == utc(last_day) + timedelta(days=1) - MICROSECOND


def test_only_the_eu_rule_asks_for_holidays() -> None:
    asked: list[date] = []
    for policy in (STRICT, UK):
        assert closes_at(policy, DELIVERED, "UTC", "nowhere", asked.append) > DELIVERED
    assert asked == []


def test_an_unknown_country_is_refused_where_holidays_count() -> None:
    with pytest.raises(Refused) as caught:
        closes_at(EU, DELIVERED, "UTC", "nowhere")
    assert (caught.value.code, caught.value.parameters) == ("country_unknown", {"country": "nowhere"})


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(Refused) as caught:
        closes_at(UK, DELIVERED, zone, "FR")
    assert (caught.value.code, caught.value.parameters) == ("zone_unknown", {"zone": zone})


def test_public_holidays_are_those_of_each_year() -> None:
    is_holiday = public_holidays("FR")
    assert is_holiday(date(2026, 7, 14))
    assert is_holiday(date(2031, 7, 14))
    assert not is_holiday(date(2026, 7, 15))


@settings(deadline=None)
@given(
    moments, st.timedeltas(timedelta(0), timedelta(days=40)), st.sampled_from(ZONES), st.sampled_from([STRICT, UK, EU])
)
def test_a_later_delivery_never_closes_earlier(
    delivered: datetime, later: timedelta, zone: str, policy: RefundPolicy
) -> None:
    first = closes_at(policy, delivered, zone, "", no_holidays)
    assert first <= closes_at(policy, delivered + later, zone, "", no_holidays)


@settings(deadline=None)
@given(moments, st.sampled_from(ZONES))
def test_the_eu_rule_is_never_stricter_than_the_calendar_and_ends_on_a_working_day(
    delivered: datetime, zone: str
) -> None:
    calendar, eu = (closes_at(policy, delivered, zone, "", no_holidays) for policy in (UK, EU))
    assert calendar <= eu <= calendar + timedelta(days=2, hours=1)
    assert eu.astimezone(ZoneInfo(zone)).weekday() < 5


@settings(deadline=None)
@given(moments, st.sampled_from(ZONES))
def test_the_calendar_rule_ends_with_a_local_day(delivered: datetime, zone: str) -> None:
    end = closes_at(UK, delivered, zone, "")
    local, after = (moment.astimezone(ZoneInfo(zone)) for moment in (end, end + MICROSECOND))
    assert local.date() < after.date()
    assert timedelta(days=13) < end - delivered < timedelta(days=16)


# The window of a line


def test_a_line_that_has_not_arrived_has_no_window() -> None:
    assert window_of(STRICT) == NOT_DELIVERED == Window(None, False, None)
    assert line_window(UK, [], order_parcels=[DELIVERED], zone="UTC", country="GB") == NOT_DELIVERED


def test_by_line_its_own_last_parcel_counts() -> None:
    later = DELIVERED + timedelta(days=3)
    window = window_of(STRICT, later, DELIVERED, others=(DELIVERED + timedelta(days=9),), complete=False)
    assert window == Window(later, True, later + WINDOW)


def test_by_order_the_last_parcel_of_the_order_counts() -> None:
    last = DELIVERED + timedelta(days=9)
    assert window_of(BY_ORDER, DELIVERED, others=(last,)) == Window(DELIVERED, True, last + WINDOW)


def test_by_order_its_own_parcel_may_be_the_last() -> None:
    assert window_of(BY_ORDER, DELIVERED, others=(DELIVERED - timedelta(days=2),)).closes_at == DELIVERED + WINDOW
    assert line_window(BY_ORDER, [DELIVERED], zone="UTC", country="FR") == Window(DELIVERED, True, DELIVERED + WINDOW)


def test_by_order_the_period_has_not_begun_while_units_are_on_the_way() -> None:
    assert window_of(UK, DELIVERED, others=(DELIVERED,), complete=False) == Window(DELIVERED, False, None)


def test_a_window_tells_the_delivery_in_utc() -> None:
    local = DELIVERED.astimezone(timezone(timedelta(hours=14)))
    for policy, complete in ((STRICT, True), (UK, True), (UK, False)):
        arrived = window_of(policy, local, complete=complete).delivered_at
        assert arrived == DELIVERED
        assert arrived is not None
        assert arrived.tzinfo is UTC


def test_a_line_window_rolls_by_the_holidays_it_is_given() -> None:
    wednesday = utc("2026-02-25")
    window = line_window(EU, [DELIVERED], zone="UTC", country="", is_holiday={date(2026, 2, 24)}.__contains__)
    assert window.closes_at == wednesday + timedelta(days=1) - MICROSECOND
    by_line = RefundPolicy("by line", DeadlineRule.EU_1182, Basis.LINE, Clock.LODGED)
    assert (
        line_window(by_line, [DELIVERED], zone="UTC", country="", is_holiday={date(2026, 2, 24)}.__contains__) == window
    )


@pytest.mark.parametrize("basis", list(Basis))
def test_a_line_window_knows_the_holidays_of_the_country(basis: Basis) -> None:
    policy = RefundPolicy("rolls", DeadlineRule.EU_1182, basis, Clock.LODGED)
    window = line_window(policy, [utc("2026-06-30 10:00")], zone="UTC", country="FR")
    assert window.closes_at == utc("2026-07-15 23:59:59.999999")


# The window of a shipping charge


def test_a_charge_has_the_latest_window_of_the_lines() -> None:
    early = Window(DELIVERED, True, DELIVERED + WINDOW)
    late = Window(DELIVERED + timedelta(days=2), True, DELIVERED + timedelta(days=2) + WINDOW)
    assert charge_window([late, early, NOT_DELIVERED]) == late
    assert charge_window([early, late]) == late


def test_a_charge_of_an_order_that_has_not_arrived_has_no_window() -> None:
    assert charge_window([]) == NOT_DELIVERED
    assert charge_window([NOT_DELIVERED, NOT_DELIVERED]) == NOT_DELIVERED


def test_a_charge_has_no_deadline_while_a_period_has_not_begun() -> None:
    begun = Window(DELIVERED, True, DELIVERED + WINDOW)
    waiting = Window(DELIVERED + timedelta(days=1), False, None)
    assert charge_window([begun, waiting]) == Window(DELIVERED + timedelta(days=1), False, None)


# The judgement

SHUT = Window(DELIVERED, True, DELIVERED + WINDOW)


@pytest.mark.parametrize(
    ("window", "asked", "now", "code"),
    [
        (SHUT, DELIVERED, DELIVERED, None),
        (SHUT, DELIVERED + WINDOW, DELIVERED + WINDOW, None),
        (SHUT, DELIVERED + WINDOW + MICROSECOND, DELIVERED + WINDOW + MICROSECOND, "window_closed"),
        (SHUT, DELIVERED + WINDOW, DELIVERED + timedelta(days=300), None),
        (SHUT, DELIVERED - timedelta(days=9), DELIVERED, None),
        (SHUT, DELIVERED - MICROSECOND, DELIVERED - MICROSECOND, "delivered_in_future"),
        (SHUT, DELIVERED + MICROSECOND, DELIVERED, "requested_in_future"),
        (SHUT, DELIVERED + MICROSECOND, DELIVERED - MICROSECOND, "delivered_in_future"),
        (SHUT, DELIVERED + timedelta(days=99), DELIVERED, "requested_in_future"),
        (NOT_DELIVERED, DELIVERED, DELIVERED - MICROSECOND, "not_delivered"),
        (Window(DELIVERED, False, None), DELIVERED + timedelta(days=99), DELIVERED + timedelta(days=99), None),
        (Window(DELIVERED, False, None), DELIVERED, DELIVERED - MICROSECOND, "delivered_in_future"),
    ],
)
def test_a_request_is_judged_to_the_microsecond(
    window: Window, asked: datetime, now: datetime, code: str | None
) -> None:
    assert judge(window, asked, now) == Verdict(code is None, code, window.closes_at)


def test_a_period_that_has_not_begun_has_no_end_to_miss() -> None:
    assert judge(Window(DELIVERED, False, DELIVERED), DELIVERED + WINDOW, DELIVERED + WINDOW).allowed


def test_a_refusal_carries_the_deadline() -> None:
    verdict = judge(SHUT, DELIVERED + WINDOW * 2, DELIVERED + WINDOW * 2)
    refusal = verdict.refusal()
    assert refusal is not None
    assert (refusal.code, refusal.parameters) == ("window_closed", {"window_closes_at": DELIVERED + WINDOW})


def test_a_refusal_without_a_deadline_has_no_values() -> None:
    refusal = judge(NOT_DELIVERED, DELIVERED, DELIVERED).refusal()
    assert refusal is not None
    assert (refusal.code, refusal.parameters) == ("not_delivered", {})


def test_what_is_allowed_is_no_refusal() -> None:
    assert judge(SHUT, DELIVERED, DELIVERED).refusal() is None


@settings(deadline=None)
@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_nothing_is_refundable_after_336_hours(delivered: datetime, after: timedelta) -> None:
    asked = delivered + after
    verdict = judge(Window(delivered, True, closes_at(STRICT, delivered, "UTC", "")), asked, asked)
    assert verdict.allowed == (after <= timedelta(hours=336))


# The moment that is judged


def test_the_lodged_clock_is_the_request_whatever_a_message_says() -> None:
    assert judged_at(STRICT, DELIVERED, DELIVERED - timedelta(days=3)) == DELIVERED


@pytest.mark.parametrize("policy", [UK, EU])
def test_the_customer_clock_is_the_message_and_never_later_than_the_request(policy: RefundPolicy) -> None:
    before, after = DELIVERED - timedelta(days=3), DELIVERED + timedelta(days=3)
    assert judged_at(policy, DELIVERED, before) == before
    assert judged_at(policy, DELIVERED, after) == DELIVERED
    assert judged_at(policy, DELIVERED) == DELIVERED


# No instant, no judgement

NAIVE = DELIVERED.replace(tzinfo=None)


@pytest.mark.parametrize("policy", [policy_named(name) for name in POLICIES])
def test_a_deadline_is_not_counted_from_a_naive_datetime(policy: RefundPolicy) -> None:
    with pytest.raises(NaiveDatetime):
        closes_at(policy, NAIVE, "Europe/Paris", "FR")
    with pytest.raises(NaiveDatetime):
        line_window(policy, [DELIVERED, NAIVE], zone="Europe/Paris", country="FR")
    with pytest.raises(NaiveDatetime):
        line_window(policy, [], order_parcels=[NAIVE], zone="Europe/Paris", country="FR")
    with pytest.raises(NaiveDatetime):
        judged_at(policy, NAIVE, DELIVERED)


def test_a_naive_datetime_is_a_value_error_and_says_so() -> None:
    for asked, now in ((NAIVE, DELIVERED), (DELIVERED, NAIVE)):
        with pytest.raises(ValueError, match="no time zone"):
            judge(NOT_DELIVERED, asked, now)
    with pytest.raises(ValueError, match="no time zone"):
        judged_at(EU, DELIVERED, NAIVE)


# A case's clock


def test_a_case_is_pressed_by_its_earliest_deadline_not_yet_past() -> None:
    first, second, third = (DELIVERED + timedelta(days=days) for days in (1, 2, 3))
    assert pressing_deadline([third, first, second], DELIVERED) == first
    assert pressing_deadline([third, first, second], first) == first
    assert pressing_deadline([third, first, second], first + MICROSECOND) == second


def test_a_case_whose_deadlines_are_past_shows_the_latest() -> None:
    past = [DELIVERED - MICROSECOND, DELIVERED - WINDOW, DELIVERED - WINDOW * 2]
    assert pressing_deadline(past, DELIVERED) == DELIVERED - MICROSECOND


def test_a_case_without_deadlines_has_no_clock() -> None:
    assert pressing_deadline([], DELIVERED) is None
