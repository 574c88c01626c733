"""What every answer of the case page is made of."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import DeskRequest
from support.answers import elsewhere
from support.domain.lifecycle import CaseStatus
from support.models import Case
from support.queries import CasePage, cases_to_show
from support.sending import fresh_key

PAGE = "support/case.html"


def shown_case(request: DeskRequest, number: int) -> Case:
    """The case of that number; what is foreign looks like what is missing."""
    case = case_if_shown(request, number)
    if case is None:
        raise Http404
    return case


def case_if_shown(request: DeskRequest, number: int) -> Case | None:
    """The case of that number as it is now, unless the person does not see it, or no longer."""
    return cases_to_show(request.user).filter(pk=number).first()


def left_behind(request: DeskRequest, case: Case, said: str) -> HttpResponse:
    """It happened, and by it the case left what the person sees: on to the other cases."""
    told = _("%(case)s: %(said)s You do not see this case any more.") % {"case": case.number, "said": said}
    return elsewhere(request, reverse("case-list"), told)


def case_context(request: DeskRequest, case: Case, **more: Any) -> dict[str, Any]:
    """What the case page and each of its parts may ask for; nothing is looked up before it is shown."""
    return {
        "section": "cases",
        "now": timezone.now(),
        "case": case,
        "page": CasePage(case, request.user),
        "categories": Case.Category.choices,
        "priorities": Case.Priority.choices,
        "draft": _empty(case),
        **more,
    }


def _empty(case: Case) -> dict[str, str]:
    """Nothing written yet, with a key of its own, so that a message sent twice is written once."""
    return {"key": fresh_key(), "kind": "customer" if case.status == CaseStatus.CLOSED else "reply", "body": ""}
