"""Moving a case: its status, its owner and what it is about."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import Shop, User
from support.domain.lifecycle import CaseStatus, case_move
from support.models import Case, Team
from support.use_cases.story import lock_case, record_event, touch_case
from support.use_cases.team import known_team
from support.use_cases.wording import known_category, known_priority, status_label


class Unchanged:
    """Says that a field keeps its value, where nothing is a value too."""


UNCHANGED = Unchanged()


@guarded
@transaction.atomic
def assign(
    *, case: Case, by: User, assignee: User | None, now: datetime, versions: Collection[int] | None = None
) -> None:
    """Give the case to a colleague who can see it, or to nobody; `versions` as for `lock_case`.

    Refusals: person_cannot_see_case, precondition_failed.
    """
    case = lock_case(case, versions)
    if assignee == case.assignee:
        return
    if assignee:
        require_can_work(assignee, case)
    record_event(case=case, verb="assigned", by=by, now=now, before=_name(case.assignee), after=_name(assignee))
    case.assignee = assignee
    touch_case(case=case, now=now, assignee=assignee)


@guarded
@transaction.atomic
def change_status(
    *,
    case: Case,
    by: User,
    status: str,
    now: datetime,
    seen: str | None = None,
    versions: Collection[int] | None = None,
) -> None:
    """Move the case by the table of moves; `seen` is the status that the person was looking at.

    `versions` as for `lock_case`. Refusals: illegal_move, case_moved_on, case_held, precondition_failed.
    """
    case = lock_case(case, versions)
    if seen and seen != case.status:
        raise Refused("case_moved_on", status=case.get_status_display())
    if status not in CaseStatus:
        raise Refused("illegal_move", status=case.get_status_display(), asked=status)
    verdict = case_move(CaseStatus(case.status), CaseStatus(status), holds=case.holds)
    if verdict.code:
        raise Refused(verdict.code, status=case.get_status_display(), asked=status_label(status))
    move_case(case, CaseStatus(status), by=by, now=now)
    touch_case(case=case, now=now)


@guarded
@transaction.atomic
def classify(
    *,
    case: Case,
    by: User,
    now: datetime,
    category: str | None = None,
    priority: int | None = None,
    team: Team | Unchanged | None = UNCHANGED,
    versions: Collection[int] | None = None,
) -> None:
    """Set category, priority or team; each change is told in the story. `versions` as for `lock_case`.

    Refusals: category_unknown, priority_unknown, team_unknown, precondition_failed.
    """
    case = lock_case(case, versions)
    wanted: dict[str, Any] = {}
    if category is not None:
        wanted["category"] = known_category(category)
    if priority is not None:
        wanted["priority"] = known_priority(priority)
    if not isinstance(team, Unchanged):
        wanted["team"] = team if team == case.team else known_team(team, case.shop)
    changed = {field: value for field, value in wanted.items() if getattr(case, field) != value}
    for field, value in changed.items():
        before = _shown(case, field)
        setattr(case, field, value)
        record_event(case=case, verb=field, by=by, now=now, before=before, after=_shown(case, field))
    if changed:
        touch_case(case=case, now=now, **changed)


def move_case(case: Case, status: CaseStatus, *, by: User | None, now: datetime) -> None:
    """Compare-and-set on the status that was seen."""
    if not Case.objects.filter(pk=case.pk, status=case.status).update(status=status.value):
        raise Refused("case_moved_on", status=case.get_status_display())
    record_event(case=case, verb="status", by=by, now=now, before=case.status, after=status.value)
    case.status = status.value


def require_can_work(person: User, case: Case) -> None:
    """Refuse whoever may not work the cases of this shop. Refusals: person_cannot_see_case."""
    works = person.is_active and person.is_person and person.has_perm("support.work_case")
    if not works or not Shop.objects.visible_to(person).filter(pk=case.shop_id).exists():
        raise Refused("person_cannot_see_case", person=str(person))


def _shown(case: Case, field: str) -> str:
    if field == "team":
        return _name(case.team)
    return str(getattr(case, f"get_{field}_display")())


def _name(thing: object | None) -> str:
    return str(thing) if thing else ""
