"""What all views of the API share: who may call, what may be asked, and answers that can be compared."""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.rest.permissions import SAFE
from accounts.rest.serializers import Body, Query, reader


class ApiView(APIView):
    """A noun of the API. Every method names the permissions of which its caller needs one."""

    needs: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    queries: ClassVar[Mapping[str, type[Query]]] = {}
    http_method_names = ["get", "head", "post", "put", "patch"]

    @property
    def caller(self) -> User:
        """Who calls: permissions let nobody else pass."""
        return cast("User", self.request.user)

    @property
    def address(self) -> dict[str, Any]:
        """The parameters of the address, read. Raises BadQuery."""
        return self.queries.get(self._verb, Query).read(self.request.query_params)

    def body(self, kind: type[Body]) -> dict[str, Any]:
        """The body, read. Raises ValidationError with every problem."""
        return dict(reader(kind).run_validation(self.request.data))

    def needs_of(self, method: str) -> tuple[str, ...]:
        """The permissions of which one lets a caller in."""
        named = self.needs.get("GET" if method in SAFE else method, ())
        return (named,) if isinstance(named, str) else named

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls and whether they may; then that the address says nothing which the method does not take.

        Without TLS the answer is a no, not a way to the right address: the token has been read by others by then.
        """
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise Refused("https_required")
        super().initial(request, *args, **kwargs)
        if self._verb not in self.queries and request.method in self.allowed_methods:
            Query.read(request.query_params)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; what was read carries its tag, and is not sent again to whoever has it (RFC 9110, 13)."""
        answer = super().dispatch(request, *args, **kwargs)
        if isinstance(answer, Response):
            answer.render()
            if request.method in SAFE and answer.status_code == 200:
                return self._tagged(request, answer)
        return answer

    def tag_of(self, answer: Response) -> str:
        """The entity tag of what was read: the same for the same bytes."""
        return f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'

    @property
    def _verb(self) -> str:
        return "GET" if self.request.method in SAFE else str(self.request.method)

    def _tagged(self, request: HttpRequest, answer: Response) -> HttpResponseBase:
        answer.headers.setdefault("ETag", self.tag_of(answer))
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        known = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
        if not {answer["ETag"], "*"} & set(known):
            return answer
        kept = {name: answer[name] for name in ("ETag", "Cache-Control", "Vary") if name in answer}
        return HttpResponseNotModified(headers=kept)


class Missing(ApiView):
    """Whatever else the address names: there is no such thing, for nobody."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is read before it is said."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        raise Http404
