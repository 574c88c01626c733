"""The refund window: when it closes, and whether a request is in time. Strict, in UTC, with aware datetimes only."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as holidays_package

from accounts.domain.refusal import Refused
from orders.domain.policy import Basis, Clock, DeadlineRule, RefundPolicy

WINDOW = timedelta(hours=336)
"""Fourteen days of 24 hours."""

WINDOW_DAYS = 14
MICROSECOND = timedelta(microseconds=1)
_SATURDAY = 5

type IsHoliday = Callable[[date], bool]


class NaiveDatetime(ValueError):
    """A datetime without a time zone: it names no instant, so no window can be judged by it."""


@dataclass(frozen=True, slots=True)
class Window:
    """What an order line freezes: when it arrived, whether its period has begun, and its last instant (in UTC)."""

    delivered_at: datetime | None
    begun: bool
    closes_at: datetime | None


NOT_DELIVERED = Window(delivered_at=None, begun=False, closes_at=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the window allows a refund, and if not, the code of the reason and the deadline."""

    allowed: bool
    code: str | None = None
    closes_at: datetime | None = None

    def refusal(self) -> Refused | None:
        """The same no as an exception to raise or to show; nothing when it is allowed."""
        if self.code is None:
            return None
        return Refused(self.code, window_closes_at=self.closes_at) if self.closes_at else Refused(self.code)


def closes_at(
    policy: RefundPolicy, delivered_at: datetime, zone: str, country: str, is_holiday: IsHoliday | None = None
) -> datetime:
    """The last instant (UTC) of a window that counts from this delivery.

    `exact`: 336 hours, inclusive. `calendar`: local midnight after day 14, less a microsecond. `eu_1182`: the same, but
    a last day on Saturday, Sunday or a public holiday rolls to the next working day (Regulation 1182/71 art. 3(4)).
    """
    _aware(delivered_at)
    if policy.rule is DeadlineRule.EXACT:
        return delivered_at.astimezone(UTC) + WINDOW
    local = _zone(zone)
    last_day = delivered_at.astimezone(local).date() + timedelta(days=WINDOW_DAYS)
    if policy.rule is DeadlineRule.EU_1182:
        last_day = _next_working_day(last_day, is_holiday or public_holidays(country))
    midnight = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=local)
    return midnight.astimezone(UTC) - MICROSECOND


def line_window(
    policy: RefundPolicy,
    parcels: Collection[datetime],
    *,
    order_parcels: Collection[datetime] = (),
    complete: bool = True,
    zone: str,
    country: str,
    is_holiday: IsHoliday | None = None,
) -> Window:
    """The window of one order line.

    `parcels`: when the standing (not replaced) deliveries of this line arrived; `order_parcels`: those of the whole
    order; `complete`: whether every unit of the order has arrived. A line counts from its last parcel, under
    `order_last` from the order's; there, while units are on the way, the period has not begun.
    """
    _aware(*parcels, *order_parcels)
    if not parcels:
        return NOT_DELIVERED
    arrived = max(parcels).astimezone(UTC)
    if policy.basis is Basis.LINE:
        return Window(arrived, True, closes_at(policy, arrived, zone, country, is_holiday))
    if not complete:
        return Window(arrived, False, None)
    last = max([arrived, *order_parcels])
    return Window(arrived, True, closes_at(policy, last, zone, country, is_holiday))


def charge_window(windows: Iterable[Window]) -> Window:
    """The window of a shipping charge: the latest among the order's lines; one that has not begun has no end."""
    arrived = [(window.delivered_at, window) for window in windows if window.delivered_at is not None]
    if not arrived:
        return NOT_DELIVERED
    last = max(moment for moment, _ in arrived)
    ends = [window.closes_at for _, window in arrived if window.closes_at is not None]
    if len(ends) < len(arrived):
        return Window(last, False, None)
    return Window(last, True, max(ends))


def judged_at(policy: RefundPolicy, requested_at: datetime, received_at: datetime | None = None) -> datetime:
    """The moment to judge: the request's; under the `customer` clock that of the named message, never a later one."""
    _aware(requested_at)
    if policy.clock is Clock.LODGED or received_at is None:
        return requested_at
    _aware(received_at)
    return min(received_at, requested_at)


def judge(window: Window, judged_at: datetime, now: datetime) -> Verdict:
    """Whether a request of that moment is in time.

    Refuses `not_delivered`, `delivered_in_future`, `requested_in_future` and `window_closed`. A message sent before the
    parcel arrived is in time.
    """
    _aware(judged_at, now)
    if window.delivered_at is None:
        return Verdict(False, "not_delivered")
    if window.delivered_at > now:
        return Verdict(False, "delivered_in_future", window.closes_at)
    if judged_at > now:
        return Verdict(False, "requested_in_future", window.closes_at)
    if window.begun and window.closes_at is not None and judged_at > window.closes_at:
        return Verdict(False, "window_closed", window.closes_at)
    return Verdict(True, closes_at=window.closes_at)


def pressing_deadline(deadlines: Iterable[datetime], now: datetime) -> datetime | None:
    """A case's clock: the earliest deadline not yet past, else the latest; none without deadlines."""
    known = sorted(deadlines)
    return next((deadline for deadline in known if deadline >= now), known[-1] if known else None)


def public_holidays(country: str) -> IsHoliday:
    """The public holidays of a country (ISO 3166-1 alpha-2). Asking about a day refuses `country_unknown`."""
    return lambda day: day in _holidays_of_year(country, day.year)


@lru_cache(maxsize=1024)
def _holidays_of_year(country: str, year: int) -> frozenset[date]:
    """One year at a time and never changed afterwards, so that threads can share it."""
    try:
        return frozenset(holidays_package.country_holidays(country, years=year, expand=False))
    except NotImplementedError:
        raise Refused("country_unknown", country=country) from None


def _next_working_day(day: date, is_holiday: IsHoliday) -> date:
    """This day, or the first after it that is neither weekend nor holiday."""
    while day.weekday() >= _SATURDAY or is_holiday(day):
        day += timedelta(days=1)
    return day


def _zone(name: str) -> ZoneInfo:
    """The IANA zone, or `zone_unknown`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused("zone_unknown", zone=name) from None


def _aware(*moments: datetime) -> None:
    """Refuse datetimes that name no instant."""
    if any(moment.utcoffset() is None for moment in moments):
        raise NaiveDatetime("a datetime has no time zone")
