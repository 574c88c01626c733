"""A case's story is only ever added to."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from refunds.tests.factories import NOW
from refunds.tests.guards import doors
from refunds.tests.guards.scene import Scene, commit, everything, execute, pragma, said_no, saved, unguard
from support.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    case = Scene().desk.case
    return saved(Entry(case=case, kind="customer", body="Both cups are broken.", recorded_at=NOW))


def test_every_door_adds_an_entry(entry: Entry) -> None:
    for door in doors.INSERTS:
        entry.pk = None
        door(entry)
    commit()
    assert Entry.objects.count() == 1 + len(doors.INSERTS)


def test_no_door_changes_an_entry(entry: Entry) -> None:
    for door in doors.UPDATES:
        for values in ({"body": "All is well."}, {"kind": "note"}, {"recorded_at": NOW}):
            with said_no("append_only"):
                door(Entry.objects.get(pk=entry.pk), **values)


def test_without_the_guards_an_entry_would_be_changed_and_deleted(entry: Entry) -> None:
    unguard()
    doors.save(entry, body="All is well.")
    entry.delete()


def test_no_insert_takes_the_place_of_an_entry(entry: Entry) -> None:
    before = everything()
    entry.body = "All is well."
    for door in doors.INSERTS:
        with suppress(IntegrityError), transaction.atomic():
            door(entry)
        assert everything() == before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_overwrites_no_entry(entry: Entry, recursive: str) -> None:
    entry.body = "All is well."
    with pragma("recursive_triggers", recursive), said_no("append_only"):
        doors.raw_or_replace(entry)


def test_nobody_deletes_an_entry(entry: Entry) -> None:
    with said_no("append_only"):
        entry.delete()
    with said_no("append_only"):
        execute("DELETE FROM support_entry")
