"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from support.queries import case_counts


def desk(request: HttpRequest) -> dict[str, Any]:
    """The environment, so that the demo can say that it is one, and the counts of the rail, if it is shown."""
    return {"environment": settings.ENVIRONMENT, "counts": SimpleLazyObject(lambda: _counts(request))}


def _counts(request: HttpRequest) -> dict[str, int]:
    user = request.user
    return case_counts(user, timezone.now()) if isinstance(user, User) and user.has_perm("support.view_case") else {}
