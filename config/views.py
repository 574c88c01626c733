"""Pages of the desk as a whole: health, the styleguide, and what is said when a page is refused."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request, server_error

from accounts.rest.problems import MEDIA_TYPE, problem_body
from config.styleguide import samples


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 while the database answers too, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: say what to do."""
    return render(request, "403_csrf.html", status=403)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the pages in every state; for development only."""
    return render(request, "styleguide.html", samples(timezone.now()))


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django could not make sense of the request: a page says so to people, a problem to programs."""
    if not _is_program(request):
        return bad_request(request, exception)
    return _problem(400, "malformed", "The request cannot be read.")


def failed(request: HttpRequest) -> HttpResponse:
    """A mistake of ours."""
    if not _is_program(request):
        return server_error(request)
    return _problem(500, "failed", "Redress made a mistake. Nothing is half done; please tell whoever runs it.")


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(problem_body(status, code, detail), status=status, content_type=MEDIA_TYPE)
