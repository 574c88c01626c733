"""Rows by the thousand: what `bulk_create` does, without an instance for each row."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import Field, Model

ROWS = 500
"""Rows in a statement; an engine's limit of parameters is further away."""

UNCHANGED = {int, str, bool, type(None)}
"""What every engine takes as it is."""

type Values = Mapping[str, Any]


def insert_rows(model: type[Model], rows: Sequence[Values]) -> list[int]:
    """Insert rows by the names of their columns, in this sequence, and return their keys.

    A column that a row leaves out says the field's default. Django's `save` and its signals are passed by; constraints
    and triggers are not.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    keys: list[int] = []
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS):
            cursor.execute(_statement(model, fields, len(some)), list(_parameters(fields, some)))
            keys += [key for (key,) in cursor.fetchall()]
    return keys


def _statement(model: type[Model], fields: Sequence["Field[Any, Any]"], rows: int) -> str:
    name = connection.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in fields)
    values = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * rows)
    table, key = name(model._meta.db_table), name(str(model._meta.pk.column))
    return " ".join(["INSERT INTO", table, f"({columns})", "VALUES", values, "RETURNING", key])


def _parameters(fields: Sequence["Field[Any, Any]"], rows: Sequence[Values]) -> Iterator[Any]:
    """The values as the engine takes them; of those that must be turned into something, many are the same."""
    columns = [(field.attname, field, field.get_default()) for field in fields]
    known: dict[tuple[str, Any], object] = {}
    for row in rows:
        for name, field, default in columns:
            value = row.get(name, default)
            if type(value) in UNCHANGED:
                yield value
                continue
            if (name, value) not in known:
                known[name, value] = field.get_db_prep_save(value, connection)
            yield known[name, value]
