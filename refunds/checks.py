"""Start-up checks of the guards."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from refunds import triggers


def guards_stand(databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report every trigger that is missing or was changed."""
    return [
        Error(
            f"The guard {name} of the database “{alias}” is missing or was changed.",
            hint="Stop the desk, run `manage.py migrate`, then `manage.py verify_held`.",
            id="refunds.E001",
        )
        for alias in databases or ()
        for name in triggers.missing(connections[alias])
    ]
