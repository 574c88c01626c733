"""What a page is asked: by somebody who has signed in, for the middleware lets nobody else pass."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class DeskRequest(HttpRequest):
    """A request to a page of the desk."""

    user: User
    htmx: HtmxDetails
