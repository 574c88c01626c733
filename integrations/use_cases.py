"""What makes a repeated request harmless."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import User
from integrations.models import IdempotencyKey

KEPT_FOR = timedelta(days=30)
KEY_LENGTH = 255


@guarded
def run_once(
    *, caller: User, key: str, route: str, body: object, now: datetime, effect: Callable[[], Any]
) -> tuple[Any, bool]:
    """Run the effect once for the caller's key; return its JSON answer, and whether it is an earlier one again.

    The key is stored in the transaction of the effect, so that a crash leaves neither (the rule follows
    draft-ietf-httpapi-idempotency-key-header). Refusals: idempotency_key_malformed, idempotency_key_reused.
    """
    _require_wellformed(key)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    try:
        with transaction.atomic():
            kept = _key_taken(caller=caller, key=key, route=route, digest=digest, recorded_at=now)
            answer = json.loads(json.dumps(effect()))  # the same the first time as ever after
            IdempotencyKey.objects.filter(pk=kept.pk).update(answer=answer)
            return answer, False
    except _KeyUsed:
        return _earlier_answer(caller, key, route, digest), True


def forget_old_keys(*, now: datetime) -> int:
    """Forget the keys that are older than 30 days; return how many."""
    return IdempotencyKey.objects.filter(recorded_at__lt=now - KEPT_FOR).delete()[0]


class _KeyUsed(Exception):
    """The caller's key is taken: nothing was done yet, and the transaction ends before its answer is read."""


def _key_taken(**fields: Any) -> IdempotencyKey:
    try:
        return IdempotencyKey.objects.create(answer=None, **fields)
    except IntegrityError as error:
        raise _KeyUsed from error


def _require_wellformed(key: str) -> None:
    if not 1 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Refused("idempotency_key_malformed", maximum=KEY_LENGTH)


def _earlier_answer(caller: User, key: str, route: str, digest: str) -> Any:
    earlier = IdempotencyKey.objects.get(caller=caller, key=key)
    if (earlier.route, earlier.digest) != (route, digest):
        raise Refused("idempotency_key_reused")
    return earlier.answer
