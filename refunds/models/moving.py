"""Moving a row from one state to the next, so that two people at once make one move."""

from typing import Any

from django.db import models

from accounts.domain.moves import MoveVerdict
from accounts.domain.refusal import Refused


def move(row: Any, verdict: MoveVerdict, *, code: str, fields: dict[str, Any]) -> None:
    """Write the state and what comes with it where the row still has the state that was seen.

    Refuses with the code when the table of moves says no, or when somebody was quicker.
    """
    rows: models.QuerySet[Any] = type(row).objects.filter(pk=row.pk)
    values = {"status": str(verdict.wanted), **fields}
    if not (verdict.allowed and rows.filter(status=verdict.seen).update(**values)):
        raise Refused(code, status=rows.get().get_status_display())
    for field, value in values.items():
        setattr(row, field, value)
