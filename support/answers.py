"""How a page of the desk answers a form: with its part for htmx, with the whole page otherwise."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from accounts.domain.refusal import Refused
from accounts.refusals import MOVED_ON, status_of
from accounts.requests import DeskRequest


class SeeOther(HttpResponseRedirect):
    """The form was taken; the page to look at is there."""

    status_code = 303


def done(request: DeskRequest, template: str, part: str, context: dict[str, Any], said: str) -> HttpResponse:
    """It happened: the fresh part, which tells the others; without htmx the page, by a new request."""
    address = context["case"].get_absolute_url()
    if not request.htmx:
        messages.success(request, said)
        return SeeOther(address)
    answer = render(request, f"{template}#{part}" if part else template, context)
    answer["HX-Trigger"] = json.dumps({"case-changed": {}, "said": {"value": said}})
    return answer


def elsewhere(request: DeskRequest, address: str, said: str) -> HttpResponse:
    """It happened, and what came of it stands on another page."""
    messages.success(request, said)
    return HttpResponseClientRedirect(address) if request.htmx else SeeOther(address)


def refused(
    request: DeskRequest,
    template: str,
    part: str,
    context: dict[str, Any],
    refusal: Refused,
    others: str = "case-changed",
) -> HttpResponse:
    """It was refused: the same part or page with the reason, and with everything that was typed.

    `others` is the event that brings the page's other parts up to date, where this one would lose the reason by it.
    """
    shown = f"{template}#{part}" if request.htmx and part else template
    answer = as_refused(render(request, shown, context), refusal)
    if refusal.code in MOVED_ON:
        answer["HX-Trigger"] = others
    return answer


def as_refused[Answer: HttpResponse](answer: Answer, refusal: Refused) -> Answer:
    """The answer with the status of the refusal; a busy desk says when to come again (RFC 9110, 10.2.3)."""
    answer.status_code = status_of(refusal)
    if refusal.code == "busy":
        answer["Retry-After"] = "1"
    return answer
