"""Made-up things in every state, for the styleguide; none of them is stored."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Shop, User
from orders.domain.window import WINDOW, Window
from orders.filters import Filter
from orders.models import Customer, Order, OrderLine
from refunds.forms import fresh_draft
from refunds.models import PAYOUT_STATUS_CHOICES, REFUND_STATUS_CHOICES, Payout, Refund
from support.forms import WINDOWS
from support.models import STATUS_CHOICES, Case, Entry
from support.queries.case import Chapter


def samples(now: datetime) -> dict[str, Any]:
    """What the styleguide shows."""
    shop = Shop(reference="sample", name="Sample shop", currency="EUR", time_zone="Europe/Berlin", country="DE")
    customer = Customer(shop=shop, reference="K-7", name="Mina Sample", email="mina@example.test")
    order = Order(shop=shop, reference="A-1001", customer=customer, currency="EUR", total=17_400)
    case = Case(pk=12, shop=shop, order=order, customer=customer, subject="Two of three cups are cracked")
    return {
        "now": now,
        "case": case,
        "draft": fresh_draft(case),
        "order": order,
        "windows": [_closing(now, span) for span in SPANS] + [Window(now, False, None), Window(None, False, None)],
        "cases": [Case(pk=pk, status=status) for pk, (status, _name) in enumerate(STATUS_CHOICES, 1)],
        "priorities": [Case(pk=1, priority=level) for level in Case.Priority],
        "refunds": [Refund(pk=5, status=status) for status, _name in REFUND_STATUS_CHOICES],
        "payouts": [Payout(status=status) for status, _name in PAYOUT_STATUS_CHOICES],
        "people": [User(pk=-1, name="Ana Lima"), User(pk=-2, name="Bo"), None],
        "amounts": [(5_800, "EUR"), (1_230, "JPY"), (12_345, "KWD"), (1_234_567, "USD")],
        "entries": _entries(case, now),
        "chapter": Chapter(events=_events(case, now)[:1], folded=_events(case, now)),
        "lines": _lines(order, now),
        "filters": _filters(),
        "zone": shop.time_zone,
    }


SPANS = (
    timedelta(days=9, hours=4),
    timedelta(hours=22),
    timedelta(hours=3, minutes=20),
    timedelta(minutes=12),
    timedelta(days=-3),
)


def _closing(now: datetime, span: timedelta) -> Window:
    return Window(now + span - WINDOW, True, now + span)


def _entries(case: Case, now: datetime) -> list[Entry]:
    words = {
        Entry.Kind.CUSTOMER: "Hello,\n\ntwo of the three cups arrived cracked.",
        Entry.Kind.REPLY: "Dear Mina, we are sorry. The money for two is on its way.",
        Entry.Kind.NOTE: "The photos are convincing.",
    }
    author = User(pk=-1, name="Ana Lima")
    return [
        Entry(
            pk=number,
            case=case,
            kind=kind,
            body=body,
            author=None if kind == Entry.Kind.CUSTOMER else author,
            recorded_at=now - timedelta(hours=5 - number),
        )
        for number, (kind, body) in enumerate(words.items(), 1)
    ]


def _events(case: Case, now: datetime) -> list[Entry]:
    told: list[tuple[str, dict[str, Any]]] = [
        ("opened", {}),
        ("assigned", {"before": "", "after": "Ana Lima"}),
        ("status", {"before": "open", "after": "pending"}),
        ("refund_requested", {"refund": "R-5", "total": 5_800, "currency": "EUR"}),
    ]
    return [
        Entry(pk=10 + number, case=case, kind=Entry.Kind.EVENT, verb=verb, details=details, recorded_at=now)
        for number, (verb, details) in enumerate(told)
    ]


def _lines(order: Order, now: datetime) -> list[OrderLine]:
    """A line that can go back, one whose window is shut, one that is all given back, one that has not arrived."""
    ends = (timedelta(days=3), timedelta(hours=-1), timedelta(days=3), None)
    lines = []
    for number, span in enumerate(ends, 1):
        window = _closing(now, span) if span else Window(None, False, None)
        lines.append(
            OrderLine(
                pk=number,
                order=order,
                reference=f"L{number}",
                name=("Cup", "Saucer", "Spoon", "Tray")[number - 1],
                quantity=3,
                gross=8_700,
                tax=1_389,
                delivered_quantity=3 if span else 0,
                held_quantity=3 if number == 3 else 0,
                delivered_at=window.delivered_at,
                window_begun=window.begun,
                window_closes_at=window.closes_at,
            )
        )
    return lines


def _filters() -> list[Filter]:
    options = dict(WINDOWS)
    return [Filter("window", "Refund window", options, ""), Filter("shut", "Refund window", options, "soon")]
