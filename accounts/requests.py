"""What a page is asked: by somebody who has signed in, for the middleware lets nobody else pass; and from where."""

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class DeskRequest(HttpRequest):
    """A request to a page of the desk."""

    user: User
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, as the outermost of our own proxies saw it; whatever was written before it is not
    believed. Without proxies of ours: whoever connected.
    """
    passed = [address.strip() for address in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies: int = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(passed):
        return passed[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
