"""`manage.py migrate`, with the guards of money put back whatever happens."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from refunds import triggers


class Command(migrate.Command):
    """Django's migrate. On SQLite the guards are away while tables are rebuilt, so stop the server first."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Leave out the checks that look into the database: missing guards are what this command mends."""
        return super().get_check_kwargs(options) | {"databases": None}

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; the guards come back also when a migration breaks off half-way."""
        try:
            return super().handle(*args, **options)
        finally:
            if not options["plan"] and not options["check_unapplied"]:
                triggers.install(connections[options["database"]])
