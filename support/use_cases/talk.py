"""Talking in a case: the customer, the desk, and colleagues among themselves."""

from datetime import datetime

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from support.domain.lifecycle import CaseStatus, after_customer_message, case_move
from support.models import Case, Entry
from support.use_cases.move import move_case
from support.use_cases.open import open_follow_up
from support.use_cases.story import add_entry, lock_case, touch_case
from support.use_cases.wording import preview_of, wellformed_text


@guarded
@transaction.atomic
def record_customer_message(*, case: Case, body: str, now: datetime, by: User | None = None) -> Entry:
    """Record what the customer said; a case that waited opens again, and a closed one gets a follow-up.

    `by` is the person who took the message down, or nobody. Refusals: text_missing, text_too_long.
    """
    text = wellformed_text(body)
    case = lock_case(case)
    effect = after_customer_message(CaseStatus(case.status))
    if effect.follow_up:
        case = open_follow_up(case, by=by, now=now)
    elif effect.reopens:
        move_case(case, effect.status, by=by, now=now)
    touch_case(case=case, now=now, preview=preview_of(text))
    return add_entry(case=case, kind=Entry.Kind.CUSTOMER, body=text, by=by, now=now)


@guarded
@transaction.atomic
def reply(*, case: Case, by: User, body: str, now: datetime, solve: bool = False) -> Entry:
    """Answer the customer; an open case then waits for them or is solved, a solved one stays solved.

    Refusals: text_missing, text_too_long, case_closed.
    """
    text = wellformed_text(body)
    case = lock_case(case)
    asked = CaseStatus.SOLVED if solve else CaseStatus.PENDING
    if case.status == CaseStatus.CLOSED:
        raise Refused("case_closed")
    entry = add_entry(case=case, kind=Entry.Kind.REPLY, body=text, by=by, now=now)
    if case_move(CaseStatus(case.status), asked).allowed:
        move_case(case, asked, by=by, now=now)
    touch_case(case=case, now=now)
    return entry


@guarded
@transaction.atomic
def add_note(*, case: Case, by: User, body: str, now: datetime) -> Entry:
    """Write a note that only colleagues read. Refusals: text_missing, text_too_long."""
    entry = add_entry(case=case, kind=Entry.Kind.NOTE, body=wellformed_text(body), by=by, now=now)
    touch_case(case=case, now=now)
    return entry
