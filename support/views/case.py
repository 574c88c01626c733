"""The page of one case, and its facts: status, owner, priority, category, team."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence
from accounts.requests import DeskRequest
from support.answers import done, refused
from support.models import Case, Team
from support.queries import CasePage
from support.use_cases import assign, change_status, classify
from support.views.page import PAGE, case_context, case_if_shown, left_behind, shown_case


@require_safe
@permission_required("support.view_case", raise_exception=True)
def case(request: DeskRequest, number: int) -> HttpResponse:
    """The story, its order and its money."""
    return render(request, PAGE, case_context(request, shown_case(request, number)))


@require_POST
@permission_required("support.work_case", raise_exception=True)
def case_status(request: DeskRequest, number: int) -> HttpResponse:
    """Another status, from the one that the person was looking at."""

    def change(case: Case) -> None:
        form = request.POST
        seen = form.get("seen") or None
        change_status(case=case, by=request.user, status=form.get("status", ""), now=timezone.now(), seen=seen)

    return _fact(request, number, change, _("Status changed."))


@require_POST
@permission_required("support.work_case", raise_exception=True)
def case_assignment(request: DeskRequest, number: int) -> HttpResponse:
    """Another owner, or none."""

    def change(case: Case) -> None:
        assignee = _chosen_person(case, request.user, request.POST.get("assignee", ""))
        assign(case=case, by=request.user, assignee=assignee, now=timezone.now())

    said = _("Assigned.") if request.POST.get("assignee") else _("Nobody has the case now.")
    return _fact(request, number, change, said)


@require_POST
@permission_required("support.work_case", raise_exception=True)
def case_classification(request: DeskRequest, number: int) -> HttpResponse:
    """Another category, priority or team."""

    def change(case: Case) -> None:
        classify(case=case, by=request.user, now=timezone.now(), **_classes(case, request.user, request.POST))

    return _fact(request, number, change, _("Changed."))


def _fact(request: DeskRequest, number: int, change: Callable[[Case], None], said: str) -> HttpResponse:
    """Change one fact of the case, and show the row of facts as it is now."""
    before = shown_case(request, number)
    try:
        change(before)
    except Refused as refusal:
        case = case_if_shown(request, number) or before
        context = case_context(request, case, refused_facts=sentence(refusal))
        return refused(request, PAGE, "facts", context, refusal, others="facts-refused")
    after = case_if_shown(request, number)
    if after is None:
        return left_behind(request, before, said)
    return done(request, PAGE, "facts", case_context(request, after), said)


def _chosen_person(case: Case, user: User, chosen: str) -> User | None:
    if not chosen:
        return None
    people = CasePage(case, user).colleagues
    found = next((person for person in people if str(person.pk) == chosen), None)
    if found is None:
        raise Refused("person_cannot_see_case", person=_("This person"))
    return found


def _classes(case: Case, user: User, form: QueryDict) -> dict[str, Any]:
    """Only what the form names is changed."""
    asked: dict[str, Any] = {}
    if "category" in form:
        asked["category"] = form["category"]
    if "priority" in form:
        asked["priority"] = _known_number(form.get("priority", ""))
    if "team" in form:
        asked["team"] = _chosen_team(case, user, form.get("team", ""))
    return asked


def _chosen_team(case: Case, user: User, chosen: str) -> Team | None:
    if not chosen:
        return None
    found = next((team for team in CasePage(case, user).teams if str(team.pk) == chosen), None)
    if found is None:
        raise Refused("team_unknown")
    return found


def _known_number(text: str) -> int:
    """The priority of that number, or one that nothing has."""
    return next((value for value in Case.Priority.values if str(value) == text), 0)
