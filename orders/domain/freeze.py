"""What a newer version of an order may no longer change."""

from collections.abc import Hashable
from datetime import datetime

from accounts.domain.refusal import Refused
from orders.domain.money import to_decimal


def require_newer(seen: datetime, sent: datetime) -> None:
    """The shop's clock orders its versions: only a later one may bring other content. Refuses version_conflict."""
    if sent <= seen:
        raise Refused("version_conflict", seen=seen, sent=sent)


def is_newest(sent: datetime, newest: datetime | None) -> bool:
    """Whether no other order of a customer is newer than this one, which then says the customer's name."""
    return newest is None or sent >= newest


def require_same_currency(seen: str, sent: str) -> None:
    """An order keeps its currency for life. Refuses currency_frozen."""
    if sent != seen:
        raise Refused("currency_frozen", seen=seen, sent=sent)


def require_unfrozen(line: str, *, held: bool, seen: Hashable, sent: Hashable) -> None:
    """What refunds hold of a line was computed from what was paid for it. Refuses line_frozen.

    `seen` and `sent` are what the amounts come from (quantity, gross, tax); nothing is sent of a line that goes.
    """
    if held and sent != seen:
        raise Refused("line_frozen", line=line)


def require_delivered_stays(line: str, *, delivered: int, seen: int, sent: int | None) -> None:
    """What has arrived keeps its line and its window. Refuses line_delivered.

    A line of which units were delivered does not go (it could come back with a window of its own), and one that was
    delivered in full does not grow (a unit that is sent later would open the window of all the others again).
    `seen` and `sent` are quantities; nothing is sent of a line that goes.
    """
    if delivered and (sent is None or (delivered >= seen and sent > seen)):
        raise Refused("line_delivered", line=line)


def require_covered(payment: str, *, held: int, captured: int, currency: str) -> None:
    """A payment, in minor units, still covers what payouts hold of it. Refuses captured_below_held."""
    if captured < held:
        raise Refused("captured_below_held", payment=payment, held=f"{to_decimal(held, currency)} {currency}")


def require_same_gateway(payment: str, *, held: int, seen: str, sent: str) -> None:
    """Money that payouts hold stays where it was captured. Refuses payment_in_use."""
    if held and sent != seen:
        raise Refused("payment_in_use", payment=payment)
