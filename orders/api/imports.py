"""First loads: a stream of orders in, and a stream of answers out."""

import json
from collections.abc import Iterator
from typing import ClassVar

from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from accounts.models import Shop
from accounts.rest.describe import describe
from accounts.rest.parsing import require_unpacked
from accounts.rest.views import ApiView
from orders.answers import import_answer
from orders.api import examples
from orders.queries import shop_seen
from orders.serializers import ImportedOrderAnswer, ImportedOrderBody
from orders.streamed import Read, body_of, streamed_lines
from orders.use_cases import import_orders

LINES = "application/x-ndjson"


class OrderImportView(ApiView):
    """Many orders at once."""

    needs: ClassVar = {"POST": "orders.mirror_order"}

    @describe(
        "importOrders",
        "Import many orders",
        body=ImportedOrderBody,
        asked=examples.LINES_SENT,
        answer=ImportedOrderAnswer,
        answered=examples.LINES_ANSWERED,
        media_type=LINES,
    )
    def post(self, request: Request, shop: str) -> StreamingHttpResponse:
        """A first load: one order on each line, with its `reference` as one more field, and an answer for each line.

        Each line is taken or refused by itself, as `putOrder` would do it, and lines take effect in their sequence.
        What is answered is on the disk; a call that breaks off leaves whole orders, and can be sent again from the
        start. The answers begin while lines are still being sent: read them meanwhile, or send at most 10,000 lines in
        one call.
        """
        _require_lines(request)
        try:
            found = shop_seen(self.caller, shop)
        except Shop.DoesNotExist:
            raise Http404 from None
        return StreamingHttpResponse(_answers(found, body_of(request._request)), content_type=LINES)


def _require_lines(request: Request) -> None:
    require_unpacked(request.headers.get("Content-Encoding", ""))
    if request.content_type.partition(";")[0].strip().lower() != LINES:
        raise UnsupportedMediaType(request.content_type)


def _answers(shop: Shop, read: Read) -> Iterator[bytes]:
    """A line for each line; the database is written while they are fetched."""
    for number, imported in import_orders(shop=shop, lines=streamed_lines(read), now=timezone.now):
        yield json.dumps(import_answer(number, imported), ensure_ascii=False).encode() + b"\n"
