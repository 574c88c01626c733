"""Keeping what could not be mirrored: nothing that a shop sends is dropped silently."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError
from django.db.models import F

from accounts.domain.refusal import Refused
from accounts.models import Shop
from accounts.refusals import sentence
from orders.domain.body import REFERENCE_LENGTH, BodyRefused
from orders.models import MirrorConflict, Order

# How the end of the database's own no reads, for a fault that came by in spite of the rules.
CODES_OF_GUARDS = {
    "line_frozen": "line_frozen",
    "order_line_units_in_bounds": "line_frozen",
    "order_line_money_in_bounds": "line_frozen",
    "charge_money_in_bounds": "line_frozen",
    "payment_held_in_bounds": "captured_below_held",
}


@contextmanager
def keeping_conflicts(*, shop: Shop, reference: str, sent: Callable[[], object], now: datetime) -> Iterator[None]:
    """Keep whatever is refused inside, after it was rolled back, and refuse on; `sent` tells what the shop sent."""
    try:
        with _refusing_as_the_rules_do():
            yield
    except Refused as refused:
        keep_conflict(shop=shop, reference=reference, sent=sent(), refused=refused, now=now)
        raise


def keep_conflict(*, shop: Shop, reference: str, sent: object, refused: Refused, now: datetime) -> MirrorConflict:
    """Keep what the shop sent (as JSON) with the reason it was refused for; the same again is counted, not repeated."""
    reference = reference[:REFERENCE_LENGTH]
    kept, is_new = MirrorConflict.objects.get_or_create(
        shop=shop,
        reference=reference,
        code=refused.code,
        digest=hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest(),
        defaults={
            "order": Order.objects.filter(shop=shop, reference=reference).first(),
            "detail": reason_of(refused),
            "body": sent,
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    if not is_new:
        MirrorConflict.objects.filter(pk=kept.pk).update(times=F("times") + 1, last_seen_at=now)
        kept.refresh_from_db(fields=["times", "last_seen_at"])
    return kept


def reason_of(refused: Refused) -> str:
    """The refusal in words; of a malformed body every problem, with the place of each."""
    if isinstance(refused, BodyRefused):
        return "\n".join(f"{problem.pointer or '/'}: {problem.detail}" for problem in refused.problems)
    return sentence(refused)


@contextmanager
def _refusing_as_the_rules_do() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        code = _code_of(error)
        if code is None:
            raise
        raise Refused(code) from error


def _code_of(error: IntegrityError) -> str | None:
    """The refusal that a constraint or trigger stands for; PostgreSQL names it apart, SQLite ends with the name."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = diagnosis.constraint_name if diagnosis else str(error)
    return next((code for guard, code in CODES_OF_GUARDS.items() if str(name).endswith(guard)), None)
