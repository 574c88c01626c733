"""Redis makes the desk faster and is never needed: while it is away, the cache is simply empty."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.cache.backends.base import BaseCache
from django_redis.client import DefaultClient
from django_redis.exceptions import CompressorError, ConnectionInterrupted
from redis.exceptions import RedisError

OPEN_SECONDS = 30
AWAY = (ConnectionInterrupted, RedisError, OSError)
UNREADABLE = (CompressorError, RecursionError, ValueError)

logger = logging.getLogger(__name__)


class Breaker:
    """Leaves Redis alone for 30 seconds after an error; then one caller tries first, and the others wait for them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._opened_at: float | None = None

    def lets_ask(self) -> bool:
        """Whether Redis may be asked now. After the pause one caller may, and it begins anew until they succeed."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._clock() < self._opened_at + OPEN_SECONDS:
                return False
            self._opened_at = self._clock()
            return True

    def answered(self) -> None:
        """Redis is there."""
        with self._lock:
            was_open = self._opened_at is not None
            self._opened_at = None
        if was_open:
            logger.warning("Redis answers again")

    def failed(self, error: Exception) -> None:
        """Redis did not answer, or answered with an error; said once for everybody who was asking at the time."""
        with self._lock:
            was_closed = self._opened_at is None
            self._opened_at = self._clock()
        if was_closed:
            logger.warning("Redis is left alone until it answers again: %s", error)


breaker = Breaker()  # one for the process: Django makes a client for each thread


def ask[Answer](question: Callable[[], Answer], *, away: Answer) -> Answer:
    """The answer of Redis, or the answer of an empty cache while Redis is away."""
    if not breaker.lets_ask():
        return away
    try:
        answer = question()
    except AWAY as error:
        breaker.failed(error)
        return away
    breaker.answered()
    return answer


class BreakerClient:
    """Django's cache methods over Redis, which behave as on an empty cache that keeps nothing while Redis is away.

    What Redis holds and cannot be read counts as missing; a value that is no JSON stays an error of the caller. It
    has a django-redis client and is none, so that one call asks the breaker once, whatever the client calls inside.
    """

    def __init__(self, server: Any, params: dict[str, Any], backend: BaseCache) -> None:
        self._redis: DefaultClient = DefaultClient(server, params, backend)

    def get(self, key: str, default: Any = None, **options: Any) -> Any:
        """The value, or the default."""
        try:
            return ask(lambda: self._redis.get(key, default=default, **options), away=default)
        except UNREADABLE:
            return default

    def get_many(self, keys: Iterable[str], **options: Any) -> dict[str, Any]:
        """The values that are there and can be read."""
        wanted, missing = list(keys), object()
        try:
            return ask(lambda: self._redis.get_many(wanted, **options), away={})
        except UNREADABLE:
            one_by_one = {key: self.get(key, default=missing, **options) for key in wanted}
            return {key: value for key, value in one_by_one.items() if value is not missing}

    def has_key(self, key: str, **options: Any) -> bool:
        """Whether there is a value."""
        return ask(lambda: self._redis.has_key(key, **options), away=False)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        """Whether the value was kept."""
        return ask(lambda: self._redis.set(key, value, *args, **options), away=False)

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        """Whether the value was kept, as the first one."""
        return ask(lambda: self._redis.add(key, value, *args, **options), away=False)

    def touch(self, key: str, *args: Any, **options: Any) -> bool:
        """Whether there is a value, which now lives longer."""
        return ask(lambda: self._redis.touch(key, *args, **options), away=False)

    def set_many(self, data: Mapping[str, Any], *args: Any, **options: Any) -> list[str]:
        """The keys whose values were not kept."""
        return ask(lambda: self._redis.set_many(dict(data), *args, **options) or [], away=list(data))

    def incr(self, key: str, *args: Any, **options: Any) -> int:
        """The number after counting up; a missing one is a ValueError, as Django has it."""
        return _found(key, ask(lambda: self._redis.incr(key, *args, **options), away=None))

    def decr(self, key: str, *args: Any, **options: Any) -> int:
        """The number after counting down; a missing one is a ValueError."""
        return _found(key, ask(lambda: self._redis.decr(key, *args, **options), away=None))

    def incr_version(self, key: str, *args: Any, **options: Any) -> int:
        """The new version of the value; a missing one is a ValueError."""
        return _found(key, ask(lambda: self._redis.incr_version(key, *args, **options), away=None))

    def delete(self, key: str, *args: Any, **options: Any) -> int:
        """How many values were taken away."""
        return ask(lambda: self._redis.delete(key, *args, **options), away=0)

    def delete_many(self, keys: Iterable[str], **options: Any) -> int:
        """How many values were taken away."""
        return ask(lambda: self._redis.delete_many(list(keys), **options), away=0)

    def clear(self) -> None:
        """Forget everything."""
        ask(self._redis.clear, away=None)

    def close(self) -> None:
        """Let the connections go, where the settings want that after each request."""
        self._redis.close()


def _found(key: str, number: int | None) -> int:
    if number is None:
        raise ValueError(f"Key '{key}' not found")
    return number
