"""The stories played on the desk in the order of time, each step by the use case a person would have used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.domain.refusal import Refused
from accounts.models import User
from config.demo.cast import Cast
from config.demo.stories import Step, Story
from orders.domain.money import to_minor
from orders.models import Customer, Order
from refunds.domain.lifecycle import PayoutStatus
from refunds.models import Refund
from refunds.use_cases import approve_refund, cancel_refund, confirm_payout, reject_refund, request_refund
from refunds.use_cases.quote import Shipping
from support.models import Case, Entry
from support.use_cases import add_note, assign, change_status, open_case, record_customer_message, reply


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a step of a story happens: among whom, by whom and when."""

    cast: Cast
    by: User
    now: datetime


type Deed = Callable[[Case, Step, Moment], Any]


def play(stories: Sequence[Story], cast: Cast, now: datetime) -> None:
    """Play every step of all stories, the oldest first, so that numbers, limits and windows come out as they were."""
    cases: dict[Story, Case] = {}
    steps = [(story, step) for story in stories for step in story.steps]
    for story, step in sorted(steps, key=lambda told: told[1].ago, reverse=True):
        moment = Moment(cast, by=cast.people[step.who], now=now - step.ago)
        try:
            case = cases.get(story)
            cases[story] = _open(story, step, moment) if case is None else _go_on(case, step, moment)
        except Refused as refused:
            told = f"The demo's story “{story.subject}” cannot be played: {step.deed}, {step.ago} ago: {refused}"
            raise RuntimeError(told) from refused


def _open(story: Story, step: Step, moment: Moment) -> Case:
    """Open the case by the story's first step: the customer's words, or a note."""
    order = Order.objects.get(shop=moment.cast.shop, reference=story.order) if story.order else None
    customer = Customer.objects.get(shop=moment.cast.shop, reference=story.customer) if story.customer else None
    return open_case(
        by=moment.by,
        shop=moment.cast.shop,
        subject=story.subject,
        body=step.content,
        now=moment.now,
        order=order,
        customer=customer,
        lines=order.lines.filter(reference__in=map(str, story.lines)) if order else (),
        category=story.category,
        priority=Case.Priority[story.priority.upper()],
        channel=story.channel,
        kind=Entry.Kind(step.deed),
        team=moment.cast.teams[story.team] if story.team else None,
        assignee=moment.cast.people[story.assignee] if story.assignee else None,
    )


def _go_on(case: Case, step: Step, moment: Moment) -> Case:
    """Do the next step; what happens afterwards happens in the case it returns."""
    done = DEEDS[step.deed](case, step, moment)
    return done.case if isinstance(done, Entry) else case


def _customer(case: Case, step: Step, moment: Moment) -> Entry:
    return record_customer_message(case=case, body=step.content, by=moment.by, now=moment.now)


def _reply(case: Case, step: Step, moment: Moment) -> Entry:
    return reply(case=case, by=moment.by, body=step.content, now=moment.now, solve=step.deed == "solve")


def _note(case: Case, step: Step, moment: Moment) -> Entry:
    return add_note(case=case, by=moment.by, body=step.content, now=moment.now)


def _assign(case: Case, step: Step, moment: Moment) -> None:
    assign(case=case, by=moment.by, assignee=moment.cast.people[step.content], now=moment.now)


def _status(case: Case, step: Step, moment: Moment) -> None:
    change_status(case=case, by=moment.by, status=step.content, now=moment.now)


def _refund(case: Case, step: Step, moment: Moment) -> Refund:
    return request_refund(
        case=case,
        by=moment.by,
        lines=step.content,
        shipping=_shipping(step, moment.cast.shop.currency),
        reason=case.category,
        note=step.why,
        now=moment.now,
    )


def _shipping(step: Step, currency: str) -> Shipping:
    if isinstance(step.shipping, Mapping):
        return {charge: to_minor(amount, currency) for charge, amount in step.shipping.items()}
    return step.shipping


def _approve(case: Case, step: Step, moment: Moment) -> Refund:
    return approve_refund(refund=_refund_of(case), by=moment.by, reason=step.content, now=moment.now)


def _reject(case: Case, step: Step, moment: Moment) -> Refund:
    return reject_refund(refund=_refund_of(case), by=moment.by, reason=step.content, now=moment.now)


def _cancel(case: Case, step: Step, moment: Moment) -> Refund:
    return cancel_refund(refund=_refund_of(case), by=moment.by, reason=step.content, now=moment.now)


def _confirm(case: Case, step: Step, moment: Moment) -> None:
    """Confirm the refund's first payout that is not paid yet."""
    payout = _refund_of(case).payouts.exclude(status=PayoutStatus.SUCCEEDED).earliest("pk")
    confirm_payout(payout=payout, by=moment.by, bank_reference=step.content, now=moment.now)


def _refund_of(case: Case) -> Refund:
    """The case's latest refund: the one a decision in its story is about."""
    return case.refunds.latest("pk")


DEEDS: dict[str, Deed] = {
    "customer": _customer,
    "reply": _reply,
    "solve": _reply,
    "note": _note,
    "assign": _assign,
    "status": _status,
    "refund": _refund,
    "approve": _approve,
    "reject": _reject,
    "cancel": _cancel,
    "confirm": _confirm,
}
