"""The story of a case: entries are added under the lock of their case, and nothing else touches them."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import User
from support.models import Case, Entry


def record_event(*, case: Case, verb: str, by: User | None, now: datetime, **details: Any) -> Entry:
    """Tell the story that something happened, in the past tense, with what was before and after."""
    return Entry.objects.create(
        case=case, kind=Entry.Kind.EVENT, author=by, verb=verb, details=details, recorded_at=now
    )


def add_entry(*, case: Case, kind: str, body: str, by: User | None, now: datetime) -> Entry:
    """Add words to the story."""
    return Entry.objects.create(case=case, kind=kind, author=by, body=body, recorded_at=now)


def lock_case(case: Case) -> Case:
    """Lock the case until the transaction ends, and read it anew."""
    return Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)


def touch_case(*, case: Case, now: datetime, **fields: Any) -> None:
    """Say that something happened in the case just now, and set what else changed of it."""
    Case.objects.filter(pk=case.pk).update(updated_at=now, version=F("version") + 1, **fields)
