"""What the views of one case share: finding it, the version that its reader saw, and noes that point at a field."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.rest.problems import Rejected, fault_of
from accounts.rest.views import ApiView
from support.converters import CaseNumber
from support.models import Case, CaseQuerySet
from support.queries import with_story
from support.serializers import CaseAnswer

NUMBER = re.compile(CaseNumber.regex)
ENTITY_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
ENTITY_TAGS = re.compile(rf"{ENTITY_TAG}(?:[ \t]*,[ \t]*{ENTITY_TAG})*+")
OUR_TAG = re.compile(r'(?<!/)"([1-9][0-9]{0,9})-[0-9a-f]{32}"')

type Place = str | Callable[[Refused], str]


def case_of(cases: CaseQuerySet, number: str) -> Case:
    """The case of that number, such as C-12. Raises Http404."""
    found = cases.filter(pk=CaseNumber().to_python(number)).first() if NUMBER.fullmatch(number) else None
    if found is None:
        raise Http404
    return found


class OneCaseView(ApiView):
    """Something about one case."""

    def seen_case(self, number: str) -> Case:
        """The case, if the caller may see it. Raises Http404."""
        return case_of(Case.objects.visible_to(self.caller), number)

    def case_answer(self, case: Case) -> Response:
        """The case as it is now; whoever has just moved it out of their own sight sees it once more."""
        return Response(told_case(case, self.caller))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; what was changed carries the tag that the next change may name."""
        answer = super().dispatch(request, *args, **kwargs)
        if isinstance(answer, Response) and answer.status_code == 200:
            answer.headers.setdefault("ETag", self.tag_of(answer))
        return answer

    def tag_of(self, answer: Response) -> str:
        """The version, which If-Match is compared by, and the bytes, which If-None-Match is."""
        return f'"{answer.data["version"]}-{super().tag_of(answer)[1:]}'


def told_case(case: Case, user: User) -> dict[str, Any]:
    """The case with its story, as JSON."""
    read = with_story(Case.objects.filter(pk=case.pk), user).get()
    return dict(CaseAnswer(read).data)


def versions_seen(request: Request) -> frozenset[int] | None:
    """The versions that If-Match allows; nothing for any (RFC 9110, 13.1.1). Refusals: if_match_malformed.

    A tag that we never gave matches nothing, and neither does a weak one.
    """
    sent = request.headers.get("If-Match", "*").strip()
    if sent == "*":
        return None
    if not ENTITY_TAGS.fullmatch(sent):
        raise Refused("if_match_malformed")
    return frozenset(int(version) for version in OUR_TAG.findall(sent))


@contextmanager
def pointing(**places: Place) -> Iterator[None]:
    """Refusals of these codes point at the field that they are about."""
    try:
        yield
    except Refused as refusal:
        place = places.get(refusal.code)
        if place is None:
            raise
        pointer = place if isinstance(place, str) else place(refusal)
        raise Rejected(refusal, [fault_of(refusal, pointer)]) from refusal
