"""Moments as the API writes them."""

import re
from datetime import datetime

FIRST_YEAR, LAST_YEAR = 1970, 2199

_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def rfc3339(text: str) -> datetime | None:
    """The moment with its offset, when the text is a date-time of RFC 3339 and exists."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def is_in_reach(moment: datetime) -> bool:
    """Whether a database can keep it and people can mean it."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR
