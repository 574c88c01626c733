"""Lists a page at a time, with the addresses of the neighbours."""

from collections.abc import Sequence
from typing import Any, Protocol

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response


class PageOfRows(Protocol):
    """A page as `orders.paging` cuts it."""

    @property
    def rows(self) -> Sequence[Any]:
        """The rows."""

    @property
    def next(self) -> str | None:
        """The cursor of the page after it."""

    @property
    def previous(self) -> str | None:
        """The cursor of the page before it."""


def page_answer(request: Request, page: PageOfRows, kind: type[serializers.BaseSerializer[Any]]) -> Response:
    """The rows, each as `kind` says it, and where the neighbours are."""
    return Response(
        {
            "results": kind(page.rows, many=True, context={"request": request}).data,
            "next": _address(request, page.next),
            "previous": _address(request, page.previous),
        }
    )


def _address(request: Request, cursor: str | None) -> str | None:
    """The same list at another place."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
