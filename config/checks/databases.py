"""What a database must be and hold before money is written into it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import User
from accounts.views import DEMO_DOMAIN
from config.checks.environment import Check, in_production

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 3))  # from the first of these until before the second
WAL_RESET_FIXED = ((3, 44, 6), (3, 50, 7))  # and in these releases and their later patches
IN_FORCE = {"synchronous": ("2", "3"), "recursive_triggers": ("1",), "journal_mode": ("wal", "memory")}
DURABLE = {"fsync": ("on",), "synchronous_commit": ("on", "remote_apply")}


def each_database(vendor: str | None = None) -> Callable[[Check], Check]:
    """Make a check of one connection a check of all of them (of one vendor); a silent database is an error."""

    def wrap(check: Check) -> Check:
        def all_of_them(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
            asked = [connections[alias] for alias in databases or []]
            return [message for one in asked if vendor in (None, one.vendor) for message in _ask(check, one)]

        return all_of_them

    return wrap


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite has it, by its authors' list."""
    patched = any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_FIXED)
    return WAL_RESET_BUG[0] <= version < WAL_RESET_BUG[1] and not patched


@register(Tags.database)
@each_database("sqlite")
def sqlite_has_no_wal_reset_bug(connection: Any) -> Iterator[CheckMessage]:
    """SQLite 3.7.0 to 3.51.2: a commit between two checkpoints can leave a corrupt file (sqlite.org/wal.html)."""
    version = connection.Database.sqlite_version_info
    if has_wal_reset_bug(version):
        yield checks.Warning(
            f"SQLite {'.'.join(map(str, version))} has the WAL-reset bug: in rare cases it can corrupt the database.",
            hint="Use a Python with SQLite 3.51.3 or later (or 3.50.7, 3.44.6), or PostgreSQL.",
            id="redress.W001",
        )


@register(Tags.database)
@in_production
@each_database()
def nobody_is_of_the_demo(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    """Everybody knows the password of the demo's people."""
    if User._meta.db_table not in connection.introspection.table_names():
        return
    if User.objects.using(connection.alias).filter(username__iendswith=DEMO_DOMAIN).exists():
        yield Error(
            f"The database holds accounts of the demo ({DEMO_DOMAIN}).",
            hint="Start production with a database of its own.",
            id="redress.E008",
        )


@register(Tags.database)
@in_production
@each_database("sqlite")
def sqlite_pragmas_are_in_force(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    """Commits reach the disk, and REPLACE fires the triggers that guard the ledger."""
    for name, wanted in IN_FORCE.items():
        found = _value(connection, f"PRAGMA {name}")
        if found not in wanted:
            hint = "Leave init_command of the settings alone."
            yield Error(f"SQLite's {name} is {found}, not {wanted[0]}.", hint=hint, id="redress.E009")


@register(Tags.database)
@in_production
@each_database("postgresql")
def postgresql_is_durable(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    """An answered refund survives a power cut."""
    for name, wanted in DURABLE.items():
        found = _value(connection, f"SHOW {name}")
        if found not in wanted:
            yield Error(f"PostgreSQL's {name} is {found}.", hint=f"Set {name} = on.", id="redress.E010")


def _ask(check: Check, connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    try:
        return list(check(connection))
    except DatabaseError as error:
        return [Error(f"The database “{connection.alias}” does not answer: {error}", id="redress.E011")]


def _value(connection: BaseDatabaseWrapper, question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])
