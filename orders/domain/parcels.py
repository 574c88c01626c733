"""What the mirror takes of deliveries: what arrived stands, may turn out earlier, or came back and was sent again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.domain.refusal import Refused
from orders.domain.policy import RefundPolicy
from orders.domain.window import Window, charge_window, closes_at, line_window

AHEAD = timedelta(minutes=5)
"""How far the shop's clock may run before ours."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery: when it arrived, its units by line reference, whether it came back, and what it replaces."""

    reference: str
    delivered_at: datetime
    units: Mapping[str, int]
    returned_at: datetime | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules an order was stamped with when it was first mirrored."""

    policy: RefundPolicy
    zone: str
    country: str

    def closes_at(self, delivered_at: datetime) -> datetime:
        """The last instant of a window that counts from this delivery."""
        return closes_at(self.policy, delivered_at, self.zone, self.country)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has arrived of an order: units and window of each line (by reference), and the window of its shipping."""

    units: Mapping[str, int]
    windows: Mapping[str, Window]
    shipping: Window


def receive(recorded: Mapping[str, Parcel], sent: Iterable[Parcel], terms: Terms, now: datetime) -> dict[str, Parcel]:
    """The order's parcels after the shop's news. A recorded parcel stays, also when the news leave it out.

    Refuses delivered_in_future, delivered_later, delivery_changed, returned_in_future, returned_before_delivered,
    replaced_unknown, replaced_twice, replaced_not_returned, returned_too_late and redelivered_too_early.
    """
    news = list(sent)
    parcels = dict(recorded)
    replaced = {parcel.replaces for parcel in recorded.values()}
    for parcel in news:
        known = recorded.get(parcel.reference)
        _require_return_sane(parcel, now)
        parcels[parcel.reference] = _corrected(known, parcel, replaced) if known else _arrived(parcel, now)
    for parcel in news:
        if parcel.replaces is not None and parcel.reference not in recorded:
            _require_redelivery(parcel, parcels, terms)
    return parcels


def standing(parcels: Iterable[Parcel]) -> list[Parcel]:
    """The parcels that no other replaces."""
    every = list(parcels)
    replaced = {parcel.replaces for parcel in every}
    return [parcel for parcel in every if parcel.reference not in replaced]


def arrived(parcels: Iterable[Parcel], quantities: Mapping[str, int], held: Mapping[str, int], terms: Terms) -> Arrived:
    """What has arrived of lines with these quantities (by reference), of which these are held.

    Refuses line_unknown, already_delivered (another delivery of the same units) and delivered_below_held.
    """
    counted = standing(parcels)
    units = dict.fromkeys(quantities, 0)
    moments: dict[str, list[datetime]] = {reference: [] for reference in quantities}
    for parcel in counted:
        for line, brought in parcel.units.items():
            if line not in units:
                raise Refused("line_unknown", line=line)
            units[line] += brought
            moments[line].append(parcel.delivered_at)
            if units[line] > quantities[line]:
                raise Refused("already_delivered", line=line, delivery=parcel.reference, maximum=quantities[line])
    for line, taken in held.items():
        if units.get(line, 0) < taken:
            raise Refused("delivered_below_held", line=line, held=taken)
    windows = _windows(moments, units == quantities, terms)
    return Arrived(units, windows, charge_window(windows.values()))


def _windows(moments: Mapping[str, list[datetime]], complete: bool, terms: Terms) -> dict[str, Window]:
    """The window of each line; parcels of equal moments share the calculation, since an order has many lines."""
    every = [moment for of_line in moments.values() for moment in of_line]
    known: dict[tuple[datetime, ...], Window] = {}
    windows = {}
    for line, of_line in moments.items():
        key = tuple(of_line)
        if key not in known:
            known[key] = line_window(
                terms.policy,
                of_line,
                order_parcels=every,
                complete=complete,
                zone=terms.zone,
                country=terms.country,
            )
        windows[line] = known[key]
    return windows


def _arrived(parcel: Parcel, now: datetime) -> Parcel:
    if parcel.delivered_at > now + AHEAD:
        raise Refused("delivered_in_future", delivery=parcel.reference)
    return parcel


def _corrected(known: Parcel, sent: Parcel, replaced: set[str | None]) -> Parcel:
    """A recorded parcel may gain units and turn out to be earlier; nothing that was delivered is taken back."""
    if sent.delivered_at > known.delivered_at:
        raise Refused("delivered_later", delivery=sent.reference)
    taken_back = any(sent.units.get(line, 0) < brought for line, brought in known.units.items())
    reopened = sent.returned_at != known.returned_at and known.reference in replaced
    if sent.replaces != known.replaces or taken_back or reopened:
        raise Refused("delivery_changed", delivery=sent.reference)
    return sent


def _require_return_sane(parcel: Parcel, now: datetime) -> None:
    if parcel.returned_at is None:
        return
    if parcel.returned_at > now + AHEAD:
        raise Refused("returned_in_future", delivery=parcel.reference)
    if parcel.returned_at < parcel.delivered_at:
        raise Refused("returned_before_delivered", delivery=parcel.reference)


def _require_redelivery(parcel: Parcel, parcels: Mapping[str, Parcel], terms: Terms) -> None:
    """The one it replaces must be there, be replaced by no other, and have come back before its deadline."""
    names = {"delivery": parcel.reference, "replaces": parcel.replaces}
    replaced = parcels.get(parcel.replaces or "")
    if replaced is None or replaced is parcel:
        raise Refused("replaced_unknown", **names)
    if sum(each.replaces == parcel.replaces for each in parcels.values()) > 1:
        raise Refused("replaced_twice", **names)
    if replaced.returned_at is None:
        raise Refused("replaced_not_returned", **names)
    if replaced.returned_at > terms.closes_at(replaced.delivered_at):
        raise Refused("returned_too_late", **names, window_closes_at=terms.closes_at(replaced.delivered_at))
    if parcel.delivered_at <= replaced.delivered_at:
        raise Refused("redelivered_too_early", **names)
