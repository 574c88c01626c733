"""Checks that SQLite needs, since it lets any type into any column; other engines enforce their column types."""

from typing import Any

from django.db.models import BooleanField, F, Func, Q
from django.db.models.sql.compiler import SQLCompiler

type SQL = tuple[str, Any]


class OnSqlite(Func):
    """A condition that only SQLite checks; elsewhere it is true."""

    output_field = BooleanField()
    conditional = True

    def as_sql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> SQL:
        """True: the column's own type holds here."""
        return "(1 = 1)", ()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> SQL:
        """The condition itself, over the one column it is about."""
        return super().as_sql(compiler, connection, **extra)


class IsInteger(OnSqlite):
    """The column holds an integer, or nothing."""

    template = "(typeof(%(expressions)s) IN ('integer', 'null'))"


class IsInstant(OnSqlite):
    """The column holds a date and time as Django writes it (6 digits of a second or none), or nothing."""

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> SQL:
        """The first 19 characters are a real time, and the rest is nothing or six digits."""
        column, params = compiler.compile(self.source_expressions[0])
        digits = "[0-9]" * 6
        sql = (
            f"({column} IS NULL OR (typeof({column}) = 'text'"
            f" AND strftime('%%Y-%%m-%%d %%H:%%M:%%S', substr({column}, 1, 19)) IS substr({column}, 1, 19)"
            f" AND (length({column}) = 19 OR substr({column}, 20) GLOB '.{digits}')))"
        )
        return sql, (*params,) * sql.count(column)


def integers(*columns: str) -> Q:
    """Each of these columns holds an integer or nothing."""
    return _all(IsInteger, columns)


def instants(*columns: str) -> Q:
    """Each of these columns holds a date and time or nothing."""
    return _all(IsInstant, columns)


def _all(condition: type[OnSqlite], columns: tuple[str, ...]) -> Q:
    every = Q()
    for column in columns:
        every &= Q(condition(F(column)))
    return every
