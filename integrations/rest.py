"""The `Idempotency-Key` of the API: the same call twice has one effect and one answer."""

import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.refusal import Refused
from accounts.models import User
from integrations.use_cases import run_once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


def answer_once(request: Request, caller: User, effect: Callable[[], Any], *, status: int = 201) -> Response:
    """Run the effect once for the caller's key, and answer with what it gave; a repeated call gets the same again.

    The effect returns values of JSON, and is undone when it refuses: only successes are kept, as the text they were
    told as (draft-ietf-httpapi-idempotency-key-header). Refusals: idempotency_key_missing, idempotency_key_malformed,
    idempotency_key_reused (another body or another address), and those of the effect.
    """
    key = request.headers.get(HEADER)
    if key is None:
        raise Refused("idempotency_key_missing")
    route = f"{request.method} {request.path}"
    said, replayed = run_once(
        caller=caller,
        key=key,
        route=route,
        body=request.data,
        now=timezone.now(),
        effect=lambda: json.dumps(effect()),  # a database may keep the names of an object in another order
    )
    return Response(json.loads(said), status=status, headers={REPLAYED: "true"} if replayed else {})
