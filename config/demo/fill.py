"""Filling an empty desk with the demo, whole or not at all."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from config.demo.cast import PEOPLE, SHOP, Cast, bring_in_cast, username_of
from config.demo.orders import clash_with, order_bodies
from config.demo.play import play
from config.demo.stories import stories
from orders.domain.body import parse_order
from orders.use_cases import mirror_order

SHOWN_FIRST = "518447"


@transaction.atomic
def fill_desk(*, now: datetime) -> bool:
    """Fill the desk as if everything had led up to `now`; a demo that is there already stays, and the answer is False.

    Refusals: desk_not_empty.
    """
    if demo_is_here():
        return False
    if User.objects.exists() or Shop.objects.exists():
        raise Refused("desk_not_empty")
    cast = bring_in_cast()
    _mirror(cast, now)
    play(stories(), cast, now)
    return True


def demo_is_here() -> bool:
    """Whether the demo's shop and its people are on this desk."""
    names = [username_of(name) for name in PEOPLE]
    return Shop.objects.filter(reference=SHOP).exists() and User.objects.filter(username__in=names).exists()


def _mirror(cast: Cast, now: datetime) -> None:
    """Mirror every order; what clashes with it is refused and kept."""
    for reference, body in order_bodies(now):
        mirror_order(shop=cast.shop, reference=reference, body=parse_order(body), now=now)
        clash = clash_with(reference, body, now)
        if clash is not None:
            with suppress(Refused):
                mirror_order(shop=cast.shop, reference=reference, body=parse_order(clash), now=now)
