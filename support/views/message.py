"""Words in a case: replies, notes, and what the customer said."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence
from accounts.requests import DeskRequest
from support.answers import done, elsewhere, refused
from support.models import Case, Entry
from support.sending import fresh_key, key_after, send_once
from support.use_cases import add_note, record_customer_message, reply
from support.views.page import PAGE, case_context, case_if_shown, shown_case

SAID = {
    "reply": gettext_lazy("Reply recorded."),
    "note": gettext_lazy("Note added."),
    "customer": gettext_lazy("The customer's words are recorded."),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the composer."""

    key: str
    kind: str
    body: str
    solve: bool


@require_POST
@permission_required("support.work_case", raise_exception=True)
def case_message(request: DeskRequest, number: int) -> HttpResponse:
    """Write into the story; sent twice, it is written once."""
    case, typed = shown_case(request, number), _read(request.POST)
    try:
        written = _write_once(case, request.user, typed, timezone.now())
    except Refused as refusal:
        draft = replace(typed, key=key_after(refusal, typed.key))
        context = case_context(request, case, refused_message=sentence(refusal), draft=draft)
        return refused(request, PAGE, "conversation", context, refusal)
    if written != case.number:
        said = _("The case was closed: the customer's words opened this follow-up case.")
        return elsewhere(request, reverse("case", args=[written]), said)
    context = case_context(request, case_if_shown(request, number) or case)
    return done(request, PAGE, "conversation", context, str(SAID[typed.kind]))


def _read(form: QueryDict) -> Typed:
    """What was typed; whatever is not clearly meant for the customer stays internal."""
    kind = form.get("kind", "")
    return Typed(
        key=form.get("key") or fresh_key(),
        kind=kind if kind in SAID else "note",
        body=form.get("body", ""),
        solve=bool(form.get("solve")),
    )


def _write_once(case: Case, by: User, typed: Typed, now: datetime) -> str:
    """The number of the case that the words stand in: this one, or a follow-up."""
    body = [case.pk, typed.kind, typed.body, typed.solve]
    answer = send_once(
        by=by,
        key=typed.key,
        route="case-message",
        body=body,
        now=now,
        effect=lambda: _write(case, by, typed, now).case.number,
    )
    return str(answer)


def _write(case: Case, by: User, typed: Typed, now: datetime) -> Entry:
    if typed.kind == "customer":
        return record_customer_message(case=case, by=by, body=typed.body, now=now)
    if typed.kind == "note":
        return add_note(case=case, by=by, body=typed.body, now=now)
    return reply(case=case, by=by, body=typed.body, now=now, solve=typed.solve)
