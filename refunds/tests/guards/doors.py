"""The ways in which a row can be inserted, and a column changed."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model

from refunds.tests.guards.scene import execute, saved

type Insert = Callable[[Model], None]
type Update = Callable[..., None]


def create(row: Model) -> None:
    saved(row)


def bulk(row: Model) -> None:
    type(row)._default_manager.bulk_create([row])


def bulk_ignoring(row: Model) -> None:
    type(row)._default_manager.bulk_create([row], ignore_conflicts=True)


def bulk_upserting(row: Model) -> None:
    fields = [field.name for field in row._meta.concrete_fields if not field.primary_key]
    type(row)._default_manager.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=fields)


def raw(row: Model) -> None:
    insert(row)


def raw_do_nothing(row: Model) -> None:
    insert(row, end="ON CONFLICT DO NOTHING")


def raw_or_replace(row: Model) -> None:
    insert(row, "INSERT OR REPLACE")


def raw_or_ignore(row: Model) -> None:
    insert(row, "INSERT OR IGNORE")


def raw_or_fail(row: Model) -> None:
    insert(row, "INSERT OR FAIL")


def insert(row: Model, begin: str = "INSERT", end: str = "") -> None:
    """The row by raw SQL."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key or row.pk is not None]
    columns = ", ".join(field.column for field in fields)
    places = ", ".join("%s" for _ in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    execute(f"{begin} INTO {row._meta.db_table} ({columns}) VALUES ({places}) {end}", values)


ORM: list[Insert] = [create, bulk, bulk_ignoring, bulk_upserting]
ON_BOTH: list[Insert] = [*ORM, raw, raw_do_nothing]
ON_SQLITE: list[Insert] = [raw_or_replace, raw_or_ignore, raw_or_fail]
INSERTS = [*ON_BOTH, *(ON_SQLITE if connection.vendor == "sqlite" else [])]


def save(row: Model, **values: Any) -> None:
    """A stale save: every column of the row as it was read."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def update(row: Model, **values: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def bulk_update(row: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    type(row)._default_manager.bulk_update([row], list(values))


def upsert(row: Model, **values: Any) -> None:
    """An insert that meets the row and becomes an update."""
    for name, value in values.items():
        setattr(row, name, value)
    bulk_upserting(row)


def raw_update(row: Model, **values: Any) -> None:
    change(row, "UPDATE", **values)


def raw_update_or_ignore(row: Model, **values: Any) -> None:
    change(row, "UPDATE OR IGNORE", **values)


def raw_update_or_replace(row: Model, **values: Any) -> None:
    change(row, "UPDATE OR REPLACE", **values)


def change(row: Model, begin: str, **values: Any) -> None:
    """Columns of the row by raw SQL."""
    fields = [(row._meta.get_field(name), value) for name, value in values.items()]
    places = ", ".join(f"{field.column} = %s" for field, _ in fields)
    prepared = [field.get_db_prep_save(getattr(value, "pk", value), connection) for field, value in fields]
    execute(f"{begin} {row._meta.db_table} SET {places} WHERE id = %s", [*prepared, row.pk])


UPDATES_ON_BOTH: list[Update] = [save, update, bulk_update, raw_update]
UPDATES_ON_SQLITE: list[Update] = [raw_update_or_ignore, raw_update_or_replace]
UPDATES = [*UPDATES_ON_BOTH, *(UPDATES_ON_SQLITE if connection.vendor == "sqlite" else [])]
