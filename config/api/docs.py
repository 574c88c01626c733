"""The contract for everybody to read: the document, and a page that shows it."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from config.api.contract import contract


def _tag(request: HttpRequest, **kwargs: Any) -> str:
    return f'"{hashlib.sha256(contract()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@condition(etag_func=_tag)
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document (RFC 9512)."""
    return HttpResponse(contract(), content_type="application/yaml")


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page; its files are our own, for nothing is fetched from elsewhere."""
    return render(request, "api_docs.html")
