"""Opening cases."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import Shop, User
from orders.models import Customer, Order, OrderLine
from support.models import Case, Entry, Team
from support.use_cases.move import require_can_work
from support.use_cases.story import add_entry, record_event, touch_case
from support.use_cases.team import known_team
from support.use_cases.wording import known_category, known_priority, preview_of, wellformed_subject, wellformed_text


@guarded
@transaction.atomic
def open_case(
    *,
    by: User,
    shop: Shop,
    subject: str,
    body: str,
    now: datetime,
    order: Order | None = None,
    customer: Customer | None = None,
    lines: Iterable[OrderLine] = (),
    category: str = Case.Category.OTHER,
    priority: int = Case.Priority.NORMAL,
    channel: str = Case.Channel.DESK,
    kind: str = Entry.Kind.CUSTOMER,
    team: Team | None = None,
    assignee: User | None = None,
) -> Case:
    """Open a case with the customer's words, or with a note of what happened.

    Refusals: subject_missing, subject_too_long, text_missing, text_too_long, category_unknown, priority_unknown,
    order_of_another_shop, customer_unknown, line_unknown, team_unknown, person_cannot_see_case.
    """
    _require_same_shop(shop, order, customer)
    _require_same_order(order, lines := list(lines))
    text = wellformed_text(body)
    case = Case(
        shop=shop,
        order=order,
        customer=customer or (order.customer if order else None),
        subject=wellformed_subject(subject),
        category=known_category(category),
        priority=known_priority(priority),
        channel=channel,
        team=known_team(team, shop),
        assignee=assignee,
        opened_at=now,
        updated_at=now,
    )
    if assignee:
        require_can_work(assignee, case)
    case.preview = preview_of(text) if kind == Entry.Kind.CUSTOMER else ""
    case.save()
    case.lines.add(*lines)
    record_event(case=case, verb="opened", by=by, now=now)
    add_entry(case=case, kind=kind, body=text, by=by, now=now)
    return case


def open_follow_up(closed: Case, *, by: User | None, now: datetime) -> Case:
    """Open a case that goes on where a closed one ended; both say so."""
    case = Case(
        shop=closed.shop,
        order=closed.order,
        customer=closed.customer,
        follows=closed,
        subject=closed.subject,
        category=closed.category,
        priority=closed.priority,
        channel=closed.channel,
        team=closed.team,
        assignee=closed.assignee,
        opened_at=now,
        updated_at=now,
    )
    case.save()
    case.lines.add(*closed.lines.all())
    record_event(case=case, verb="opened", by=by, now=now, follows=closed.number)
    record_event(case=closed, verb="followed_up", by=by, now=now, follow_up=case.number)
    touch_case(case=closed, now=now)
    return case


def _require_same_shop(shop: Shop, order: Order | None, customer: Customer | None) -> None:
    if order and order.shop_id != shop.pk:
        raise Refused("order_of_another_shop")
    if customer and customer.shop_id != shop.pk:
        raise Refused("customer_unknown", customer=customer.reference)


def _require_same_order(order: Order | None, lines: list[OrderLine]) -> None:
    for line in lines:
        if order is None or line.order_id != order.pk:
            raise Refused("line_unknown", line=line.reference)
