"""What the database does to those who write at the same moment, for real: held locks and overtaken transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.db import connection, connections, transaction
from django.db.models import F, Model

WAITING = 50  # milliseconds


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another program is in the middle of writing into SQLite, and we do not wait for it long."""
    patience = connection.settings_dict["OPTIONS"]["timeout"] * 1000
    _wait_for(WAITING)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        _wait_for(patience)


@contextmanager
def overtaken(*rows: Model) -> Iterator[None]:
    """What happens inside sees the database as it was before somebody else changed these rows (PostgreSQL)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows[0].refresh_from_db()
        other = Thread(target=_touch, args=rows)
        other.start()
        other.join()
        yield


def _wait_for(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")


def _touch(*rows: Model) -> None:
    for row in rows:
        type(row)._default_manager.filter(pk=row.pk).update(updated_at=F("updated_at"))
    connections.close_all()
