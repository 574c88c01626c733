"""So many calls a minute for each account: counted in the database, and paid for in blocks.

A process takes a block of calls at once (a hundredth of the limit) and spends it from memory. The database gives out no
more than the limit, so all processes together never let more calls pass, and only one call of a block costs a write.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.use_cases.tallies import SPAN, Taken, take

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which reads our settings, and so this module, before it is there

BLOCKS = 100
MOST_PURSES = 1000


@dataclass(slots=True)
class Purse:
    """What a process still has of the calls that it took for somebody; spent when there are no more to take either."""

    left: int
    ends_at: datetime
    spent: bool


class Purses:
    """A purse for each account that called here in this minute."""

    def __init__(self) -> None:
        """None yet."""
        self.forget()

    def forget(self) -> None:
        """Begin anew: a process that parted from another owns nothing of what that one took."""
        self._purses: dict[str, Purse] = {}
        self._lock = Lock()

    def spend(self, key: str, limit: int, now: datetime) -> int:
        """Spend a call and return 0; where none is left, return the seconds until there are new ones."""
        with self._lock:
            purse = self._purses.get(key)
            if purse and now < purse.ends_at <= now + SPAN:
                if purse.left:
                    purse.left -= 1
                    return 0
                if purse.spent:
                    return Taken(0, purse.ends_at).wait(now)
        taken = take(key=key, wanted=max(1, limit // BLOCKS), limit=limit, now=now)
        with self._lock:
            self._put(key, taken, now)
        return 0 if taken.granted else taken.wait(now)

    def _put(self, key: str, taken: Taken, now: datetime) -> None:
        """Keep what was taken but for the call at hand; another thread may have taken meanwhile."""
        if len(self._purses) >= MOST_PURSES:
            self._purses = {name: purse for name, purse in self._purses.items() if purse.ends_at > now}
        purse = self._purses.get(key)
        kept = purse.left if purse and purse.ends_at == taken.ends_at else 0
        self._purses[key] = Purse(kept + max(0, taken.granted - 1), taken.ends_at, spent=not taken.granted)


purses = Purses()
os.register_at_fork(after_in_child=purses.forget)


class CallThrottle(BaseThrottle):
    """The calls of an account, person or API client; whoever has no token is refused or counted elsewhere."""

    seconds = 0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether there is a call left for the account."""
        if request.user and request.user.is_authenticated:
            key = f"calls {request.user.uuid}"
            self.seconds = purses.spend(key, settings.API_CALLS_PER_MINUTE, timezone.now())
        return not self.seconds

    def wait(self) -> int:
        """Seconds until the next call will be let through."""
        return self.seconds
