"""A form that is sent twice counts once; sent again with other words it says so, and may then be sent as well."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from accounts.domain.refusal import Refused
from accounts.models import User
from integrations.use_cases import run_once

ABOUT_THE_KEY = {"idempotency_key_malformed", "idempotency_key_reused"}


def send_once(*, by: User, key: str, route: str, body: object, now: datetime, effect: Callable[[], Any]) -> Any:
    """What came of the form, now or the first time; `body` is all that makes it another form. Refusals: sent_before."""
    try:
        return run_once(caller=by, key=key, route=route, body=body, now=now, effect=effect)[0]
    except Refused as refusal:
        if refusal.code in ABOUT_THE_KEY:
            raise Refused("sent_before") from refusal
        raise


def fresh_key() -> str:
    """The key of a form that nobody has sent yet."""
    return str(uuid4())


def key_after(refusal: Refused, key: str) -> str:
    """The key that a refused form comes back with: the same, unless it counts as sent already."""
    return fresh_key() if refusal.code == "sent_before" else key
