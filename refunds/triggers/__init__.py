"""The guards of money in the database itself: triggers that hold against every door and every mistake.

They hold against the ORM, bulk writes, stale saves, upserts, REPLACE and raw SQL of the application's role, not
against whoever owns the schema: `refunds.checks` compares what is installed, `manage.py verify_held` the counters.
"""

from typing import TYPE_CHECKING, Any

from django.db import connections

from refunds.triggers import counted, orders, payouts, postgres, refund_lines, refunds, sqlite, story
from refunds.triggers.guard import Guard, Refuse

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.db.backends.base.base import BaseDatabaseWrapper

SHARED = (
    *orders.GUARDS,
    *counted.GUARDS,
    *refunds.GUARDS,
    *refund_lines.GUARDS,
    *payouts.GUARDS,
    *story.GUARDS,
)
TABLES = sorted({guard.table for guard in SHARED})
REFERENCED = ("support_case", "orders_deliveryline")
EMPTIED = tuple(
    Guard(
        f"rx_{table}_emptied", "BEFORE TRUNCATE", table, "Nobody empties the table.", (Refuse("append_only", "TRUE"),)
    )
    for table in TABLES
)
ON_SQLITE = (*SHARED, *counted.SQLITE, *refunds.SQLITE, *refund_lines.SQLITE, *payouts.SQLITE, *story.SQLITE)
ON_POSTGRES = (*SHARED, *counted.POSTGRES, *refunds.POSTGRES, *refund_lines.POSTGRES, *payouts.POSTGRES, *EMPTIED)


def install(connection: "BaseDatabaseWrapper") -> None:
    """Put every guard in place, replace what differs, take away what is none of ours."""
    if not _has_tables(connection):
        drop(connection)
    elif connection.vendor == "sqlite":
        sqlite.install(connection, ON_SQLITE)
    else:
        postgres.install(connection, ON_POSTGRES)


def drop(connection: "BaseDatabaseWrapper") -> None:
    """Take every guard away: only for the time of a migration, or of emptying a test database."""
    (sqlite if connection.vendor == "sqlite" else postgres).drop(connection)


def missing(connection: "BaseDatabaseWrapper") -> list[str]:
    """Names of the triggers that are missing, changed or left over; none while there are no tables to guard."""
    if not _has_tables(connection):
        return []
    if connection.vendor == "sqlite":
        return sqlite.missing(connection, ON_SQLITE)
    return postgres.missing(connection, ON_POSTGRES)


def drop_before_migrate(*, using: str, plan: list[Any], **kwargs: Any) -> None:
    """SQLite rebuilds a table only while no trigger names it; without a plan there is nothing to rebuild."""
    if plan and connections[using].vendor == "sqlite":
        drop(connections[using])


def install_after_migrate(sender: "AppConfig | None" = None, *, using: str, **kwargs: Any) -> None:
    """Put the guards in place after a migration, and after a flush."""
    install(connections[using])


def _has_tables(connection: "BaseDatabaseWrapper") -> bool:
    return {*TABLES, *REFERENCED} <= set(connection.introspection.table_names())
