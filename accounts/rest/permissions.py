"""Who is let in, and in which form everybody is answered."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

SAFE = ("GET", "HEAD")


class JSONAlways(BaseContentNegotiation):
    """There is one form of every answer, whatever is accepted (RFC 9110, 12.4.1)."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser of the body's media type."""
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The only one."""
        return renderers[0], renderers[0].media_type


class Allowed(BasePermission):
    """Lets in whoever has one of the permissions that the view names for the method; without a name, nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether they may."""
        if not request.user.is_authenticated:
            return False
        if request.method not in view.allowed_methods:
            return True  # the answer is 405
        return any(request.user.has_perm(name) for name in view.needs_of(request.method))
