"""The story of a case: entries are added under the lock of their case, and nothing else touches them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.domain.refusal import Refused
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


def event(*, case: Case, verb: str, by: User | None, now: datetime, **details: Any) -> Entry:
    """What `record_event` writes, to be told together with more by `tell`."""
    return Entry(case=case, kind=Entry.Kind.EVENT, author=by, verb=verb, details=details, recorded_at=now)


def tell(*entries: Entry) -> None:
    """Add several entries to the story at once, in this order."""
    Entry.objects.bulk_create(entries)


def lock_case(case: Case, versions: Collection[int] | None = None) -> Case:
    """Lock the case until the transaction ends, and read it anew.

    `versions` are those that the person may have been looking at; nothing: any. Refusals: precondition_failed.
    """
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if versions is not None and locked.version not in versions:
        raise Refused("precondition_failed", version=locked.version)
    return locked


def touch_case(*, case: Case, now: datetime, **fields: Any) -> None:
    """Say that something happened in the case just now, and set what else changed of it."""
    Case.objects.filter(pk=case.pk).update(updated_at=now, version=F("version") + 1, **fields)
