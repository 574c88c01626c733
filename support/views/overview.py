"""The overview of cases."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.domain.refusal import Refused
from accounts.requests import DeskRequest
from support.forms import columns, filter_bar, heading, read_overview, tabs
from support.models import Case
from support.queries import case_counts, number_in, overview


@require_safe
@vary_on_headers("HX-Request")
@permission_required("support.view_case", raise_exception=True)
def case_list(request: DeskRequest) -> HttpResponse:
    """Cases by whose turn it is, filtered and sorted by the address; the number of a case leads straight to it."""
    now = timezone.now()
    bar = filter_bar(request.GET, request.user)
    asked = read_overview(request.GET, bar)
    number = number_in(asked.words)
    if number and Case.objects.visible_to(request.user).filter(pk=number).exists():
        return redirect("case", number)
    try:
        page = overview(request.user, asked, now)
    except Refused as refused:
        raise Http404 from refused
    counts = case_counts(request.user, now)
    context = {
        "section": "cases",
        "now": now,
        "page": page,
        "asked": asked,
        "heading": heading(asked),
        "filters": bar,
        "counts": counts,
        "tabs": tabs(asked, counts),
        "columns": columns(asked),
    }
    return render(request, "support/case_list.html#list" if request.htmx else "support/case_list.html", context)
