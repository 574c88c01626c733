"""Cases in the API: listing them, and opening one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.rest.describe import describe
from accounts.rest.pages import page_answer
from accounts.rest.views import ApiView
from integrations.rest import answer_once
from support.api.door import pointing, told_case
from support.api.examples import LISTED, NEW_CASE, OPENED
from support.queries import Subject, latest_cases, subject_named, unfinished_about
from support.queries.overview import Asked
from support.serializers import PRIORITIES, WINDOWS, CasesQuery, ListedCaseAnswer, NewCaseBody, OpenedCaseAnswer
from support.use_cases import open_case

AS_THEY_ARE = ("status", "team", "category", "order", "shop")


class CasesView(ApiView):
    """All cases that the caller may see."""

    needs: ClassVar = {"GET": "support.view_case", "POST": "support.work_case"}
    queries: ClassVar = {"GET": CasesQuery}

    @describe(
        "listCases",
        "List cases",
        answer=ListedCaseAnswer,
        answered=LISTED,
        paged=True,
        refusals=["bad_cursor"],
    )
    def get(self, request: Request) -> Response:
        """The cases that you may see, the last changed first.

        A shop, an order, a team or a colleague that you may not see, or that there is not, leads to an empty list.
        """
        page = latest_cases(self.caller, _asked(self.address), timezone.now())
        return page_answer(request, page, ListedCaseAnswer)

    @describe(
        "openCase",
        "Open a case",
        body=NewCaseBody,
        asked=NEW_CASE,
        answer=OpenedCaseAnswer,
        answered=OPENED,
        status=201,
        keyed=True,
        refusals=["shop_unknown", "order_unknown", "customer_unknown", "line_unknown", "duplicate_line"],
    )
    def post(self, request: Request) -> Response:
        """A case that begins with the customer's words.

        Lines are those of the order. `related_cases` warns of unfinished cases on the same lines: the new one may
        repeat them.
        """
        body, now = self.body(NewCaseBody), timezone.now()
        subject = _subject(self.caller, body)
        answer = answer_once(request, self.caller, lambda: _opened(subject, body, self.caller, now))
        answer["Location"] = reverse("api-case", args=[answer.data["number"]])
        return answer


def _asked(address: Mapping[str, Any]) -> Asked:
    """What the parameters ask the list for."""
    filters = {name: address[name] for name in AS_THEY_ARE if name in address}
    if "priority" in address:
        filters["priority"] = str(PRIORITIES[address["priority"]])
    if "window" in address:
        filters["window"] = WINDOWS[address["window"]]
    assignee = address.get("assignee")
    if assignee in ("me", "nobody"):
        filters["assignee"] = assignee
    elif assignee is not None:
        filters["assignee_email"] = User.normalize_username(assignee)
    return Asked(
        tab="",
        words=address.get("q", "").strip(),
        filters=filters,
        cursor=address.get("cursor", ""),
        size=address["limit"],
    )


def _subject(user: User, body: Mapping[str, Any]) -> Subject:
    """What the body names; a no points at the name."""

    def line(refusal: Refused) -> str:
        return f"/lines/{refusal.parameters['position']}"

    with pointing(
        shop_unknown="/shop",
        order_unknown="/order",
        customer_unknown="/customer",
        line_unknown=line,
        duplicate_line=line,
    ):
        return subject_named(
            user, shop=body["shop"], order=body.get("order"), customer=body.get("customer"), lines=body["lines"]
        )


def _opened(subject: Subject, body: Mapping[str, Any], by: User, now: datetime) -> dict[str, Any]:
    """The new case as JSON."""
    related = unfinished_about(subject, by)
    case = open_case(
        by=by,
        shop=subject.shop,
        order=subject.order,
        customer=subject.customer,
        lines=subject.lines,
        subject=body["subject"],
        body=body["body"],
        category=body["category"],
        priority=PRIORITIES[body["priority"]],
        channel=body["channel"],
        now=now,
    )
    return {**told_case(case, by), "related_cases": related}
