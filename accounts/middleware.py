"""Everybody signs in first; a page that was open when the session ended is sent to the sign-in page whole."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Redirects to the sign-in page; answers a part of a page with 401 and the way there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:
        """The sign-in page, which leads back to the page that the person was looking at."""
        redirect = redirect_to_login(_page_looked_at(request), self.get_login_url(view_func))
        if not HtmxDetails(request):
            return redirect
        answer = HttpResponseClientRedirect(redirect.url)
        answer.status_code = 401
        return answer


def _page_looked_at(request: HttpRequest) -> str:
    """The address itself, but for parts and sent forms the page that they belong to."""
    htmx = HtmxDetails(request)
    if htmx:
        return htmx.current_url_abs_path or "/"
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else "/"
