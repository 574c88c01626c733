"""Counting what may be done so often in a minute: in the database, so that all processes count as one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F

from accounts.models import Tally

SPAN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were had of those asked for, and the end of the minute in which they count."""

    granted: int
    ends_at: datetime

    def wait(self, now: datetime) -> int:
        """Whole seconds until there are new ones."""
        return max(1, ceil((self.ends_at - now).total_seconds()))


def take(*, key: str, wanted: int, limit: int, now: datetime) -> Taken:
    """Take as many of the limit as are wanted, or as are left of this minute; a minute begins with its first taking.

    Never more than the limit is taken in one minute, by however many processes at once.
    """
    with transaction.atomic():
        found = Tally.objects.select_for_update().get_or_create(key=key, defaults={"ends_at": now + SPAN})
        tally = found[0]
        if not now < tally.ends_at <= now + SPAN:  # over, or the clock was set back
            tally.counted, tally.ends_at = 0, now + SPAN
        granted = max(0, min(wanted, limit - tally.counted))
        if granted:
            tally.counted += granted
            tally.save()
    return Taken(granted, tally.ends_at)


def give_back(*, key: str, taken: Taken) -> None:
    """Undo a taking, if its minute still runs."""
    Tally.objects.filter(key=key, ends_at=taken.ends_at).update(counted=F("counted") - taken.granted)


def forget_old_tallies(*, now: datetime) -> int:
    """Forget minutes that are over; return how many."""
    return Tally.objects.filter(ends_at__lt=now).delete()[0]
