"""How SQLite keeps the guards: one trigger each, stored as it was written, so that a changed one shows."""

from datetime import timedelta
from typing import TYPE_CHECKING

from orders.domain.window import WINDOW
from refunds.triggers.guard import Guard, Refuse, written

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

INSTALLED = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'rx_*'"
HOUR = timedelta(hours=1)

EXACT_WINDOW = (
    f"strftime('%Y-%m-%d %H:%M:%S', substr(NEW.delivered_at, 1, 19), '+{WINDOW // HOUR} hours')"
    " || substr(NEW.delivered_at, 20)"
)


def install(connection: "BaseDatabaseWrapper", guards: tuple[Guard, ...]) -> None:
    """Make the triggers what they should be; what is right already stays."""
    wrong = missing(connection, guards)
    by_name = {guard.name: guard for guard in guards}
    with connection.cursor() as cursor:
        for name in wrong:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        for name in wrong:
            if name in by_name:
                cursor.execute(_sql(by_name[name]))


def drop(connection: "BaseDatabaseWrapper") -> None:
    """Take every guard away."""
    with connection.cursor() as cursor:
        for name in _installed(connection):
            cursor.execute(f"DROP TRIGGER {name}")


def missing(connection: "BaseDatabaseWrapper", guards: tuple[Guard, ...]) -> list[str]:
    """Names of the triggers that are not there, are not as they should be, or should not be there."""
    wanted = {guard.name: _sql(guard) for guard in guards}
    found = _installed(connection)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _installed(connection: "BaseDatabaseWrapper") -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED)
        return dict(cursor.fetchall())


def _sql(guard: Guard) -> str:
    only_when = f"WHEN {guard.only_when}" if guard.only_when else ""
    steps = "\n".join(_step(step) for step in guard.steps)
    sql = (
        f"CREATE TRIGGER {guard.name} {guard.event} ON {guard.table} {only_when} BEGIN\n-- {guard.keeps}\n{steps}\nEND"
    )
    return written(sql, at="", same="IS", differs="IS NOT", exact_window_of_new=EXACT_WINDOW)


def _step(step: Refuse | str) -> str:
    """RAISE(ABORT) says no whatever conflict policy the statement has; OR IGNORE would skip a CHECK."""
    if isinstance(step, str):
        return step
    return f"SELECT RAISE(ABORT, 'rx:{step.code}') WHERE {step.when};"
