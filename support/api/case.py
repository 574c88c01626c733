"""One case in the API: reading it with its story, and changing what it is, whose it is and where it stands."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest.describe import describe
from support.api.door import OneCaseView, case_of, pointing, versions_seen
from support.api.examples import CASE
from support.models import Case
from support.queries import colleague_named, team_named, with_story
from support.serializers import PRIORITIES, AssignmentBody, CaseAnswer, CaseChangesBody, StatusBody
from support.use_cases import assign, change_status, classify


class CaseView(OneCaseView):
    """A case with its story."""

    needs: ClassVar = {"GET": "support.view_case", "PATCH": "support.work_case"}

    @describe("getCase", "Read a case", answer=CaseAnswer, answered=CASE)
    def get(self, request: Request, number: str) -> Response:
        """The case with its whole story. Its ETag is what a change may name in `If-Match`."""
        seen = with_story(Case.objects.visible_to(self.caller), self.caller)
        return Response(CaseAnswer(case_of(seen, number)).data)

    @describe(
        "changeCase",
        "Change what a case is",
        body=CaseChangesBody,
        asked={"priority": "urgent", "team": "Front desk"},
        answer=CaseAnswer,
        answered=CASE,
        refusals=["if_match_malformed", "team_unknown"],
        guarded=True,
    )
    def patch(self, request: Request, number: str) -> Response:
        """Another priority, category or team; whatever is not named stays."""
        case, body, seen = self.seen_case(number), self.body(CaseChangesBody), versions_seen(request)
        with pointing(team_unknown="/team"):
            classify(case=case, by=self.caller, now=timezone.now(), versions=seen, **_classes(case, body))
        return self.case_answer(case)


class CaseAssignmentView(OneCaseView):
    """Whose case it is."""

    needs: ClassVar = {"POST": "support.work_case"}

    @describe(
        "assignCase",
        "Assign a case",
        body=AssignmentBody,
        asked={"assignee": "ana@example.test"},
        answer=CaseAnswer,
        answered=CASE,
        refusals=["if_match_malformed", "person_cannot_see_case"],
        guarded=True,
    )
    def post(self, request: Request, number: str) -> Response:
        """Give the case to a colleague who works in its shop, or to nobody."""
        case, email, seen = self.seen_case(number), self.body(AssignmentBody)["assignee"], versions_seen(request)
        with pointing(person_cannot_see_case="/assignee"):
            assignee = None if email is None else colleague_named(case, email)
            assign(case=case, by=self.caller, assignee=assignee, now=timezone.now(), versions=seen)
        return self.case_answer(case)


class CaseStatusView(OneCaseView):
    """Whose turn it is."""

    needs: ClassVar = {"POST": "support.work_case"}

    @describe(
        "moveCase",
        "Move a case",
        body=StatusBody,
        asked={"status": "solved"},
        answer=CaseAnswer,
        answered=CASE,
        refusals=["if_match_malformed", "illegal_move", "case_moved_on", "case_held"],
        guarded=True,
    )
    def post(self, request: Request, number: str) -> Response:
        """Another status.

        Open, pending and on hold go to one another and to solved; solved goes to open or closed; closed is final. A
        case with an undecided refund cannot be closed.
        """
        case, status, seen = self.seen_case(number), self.body(StatusBody)["status"], versions_seen(request)
        with pointing(illegal_move="/status", case_held="/status"):
            change_status(case=case, by=self.caller, status=status, now=timezone.now(), versions=seen)
        return self.case_answer(case)


def _classes(case: Case, body: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the body names is changed."""
    asked = dict(body)
    if "priority" in asked:
        asked["priority"] = PRIORITIES[asked["priority"]]
    if asked.get("team") is not None:
        asked["team"] = team_named(case, asked["team"])
    return asked
