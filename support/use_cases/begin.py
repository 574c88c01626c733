"""Cases that the desk opens by itself, for a matter that begins with something else than words."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from orders.models import Order, OrderLine
from support.models import Case, Entry
from support.use_cases.story import event
from support.use_cases.wording import SUBJECT_LENGTH


def begin_case(
    *, order: Order, subject: str, category: str, lines: Iterable[OrderLine], now: datetime, held: bool
) -> Case:
    """Open a case about lines of an order, held from the first where something in it waits to be decided.

    Its story is begun by whoever opens it, with `beginning`, in the same transaction.
    """
    case = Case.objects.create(
        shop_id=order.shop_id,
        order=order,
        customer_id=order.customer_id,
        subject=subject[:SUBJECT_LENGTH],
        category=category,
        channel=Case.Channel.API,
        holds=int(held),
        opened_at=now,
        updated_at=now,
    )
    about = Case.lines.through
    about.objects.bulk_create(about(case_id=case.pk, orderline_id=line.pk) for line in lines)
    return case


def beginning(case: Case, *, by: User, note: str, now: datetime) -> list[Entry]:
    """The first entries of such a case: that it was opened, and a note of why."""
    why = Entry(case=case, kind=Entry.Kind.NOTE, author=by, body=note, recorded_at=now)
    return [event(case=case, verb="opened", by=by, now=now), why]
