"""Redis is only an accelerator: away, it is an empty cache; and while it is away it is left alone."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache, caches
from pytest_django import Settings
from redis import Redis

from config import cache as config_cache
from config.cache import OPEN_SECONDS, Breaker
from config.tests.fresh import settings_in
from scripts.services import Server


class Clock:
    """A clock that moves when we say so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_the_pause(self) -> None:
        self.now += OPEN_SECONDS


class CountingBreaker(Breaker):
    """A breaker that counts how often Redis let us wait."""

    failures = 0

    def failed(self, error: Exception) -> None:
        self.failures += 1
        super().failed(error)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> CountingBreaker:
    fresh = CountingBreaker(clock)
    monkeypatch.setattr(config_cache, "breaker", fresh)
    return fresh


@pytest.fixture
def redis(redis_server: Server, breaker: Breaker, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Server:
    settings.CACHES = settings_in(monkeypatch, REDIS_URL=redis_server.url)["CACHES"]
    return redis_server


@pytest.fixture
def silent(breaker: Breaker, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        settings.CACHES = settings_in(monkeypatch, REDIS_URL=url)["CACHES"]
        yield server


def what_an_empty_cache_says() -> dict[str, Any]:
    cache.set("a", 1)
    return {
        "get": cache.get("a", "default"),
        "get_many": cache.get_many(["a", "b"]),
        "has_key": "a" in cache,
        "add": cache.add("a", 2),
        "touch": cache.touch("a", 5),
        "delete": cache.delete("a"),
        "delete_many": cache.delete_many(["a"]),
        "set_many": cache.set_many({"a": 1, "b": 2}),
        "get_or_set": cache.get_or_set("a", lambda: "made"),
        "clear": cache.clear(),
        "close": cache.close(),
    }


AN_EMPTY_CACHE = {
    "get": "default",
    "get_many": {},
    "has_key": False,
    "add": False,
    "touch": False,
    "delete": False,
    "delete_many": 0,
    "set_many": ["a", "b"],
    "get_or_set": "made",
    "clear": None,
    "close": None,
}


def test_values_are_kept_while_redis_is_there(redis: Server) -> None:
    cache.set("a", {"text": "ä", "list": [1, None]}, 60)
    cache.set_many({"b": 1, "c": True})
    assert cache.get("a") == {"text": "ä", "list": [1, None]}
    assert cache.get_many(["a", "b", "c", "d"]) == {"a": cache.get("a"), "b": 1, "c": True}
    assert (cache.incr("b"), cache.decr("b", 2), cache.incr_version("c")) == (2, 0, 2)
    assert (cache.add("b", 9), cache.add("d", 9), "d" in cache, cache.touch("d", 9)) == (False, True, True, True)
    assert (cache.delete("d"), cache.delete_many(["a", "b"]), "a" in cache) == (True, 2, False)
    assert cache.get_or_set("e", "made") == "made"
    cache.clear()
    assert "e" not in cache


def test_a_killed_redis_is_an_empty_cache(redis: Server) -> None:
    cache.set("a", 1)
    redis.process.kill()
    redis.process.wait()
    assert what_an_empty_cache_says() == AN_EMPTY_CACHE


def test_a_paused_redis_is_an_empty_cache_and_costs_one_wait(redis: Server, breaker: CountingBreaker) -> None:
    cache.set("a", 1)
    redis.pause()
    assert what_an_empty_cache_says() == AN_EMPTY_CACHE
    assert breaker.failures == 1


@pytest.mark.parametrize("count", ["incr", "decr", "incr_version"])
def test_counting_what_is_not_there_is_an_error_of_the_caller(redis: Server, count: str) -> None:
    with pytest.raises(ValueError, match="not found"):
        getattr(cache, count)("a")
    redis.pause()
    with pytest.raises(ValueError, match="not found"):
        getattr(cache, count)("a")


def test_redis_is_asked_again_after_the_pause_by_one_caller(
    redis: Server, breaker: CountingBreaker, clock: Clock
) -> None:
    cache.set("a", 1)
    redis.pause()
    cache.get("a")
    clock.pass_the_pause()
    assert [breaker.lets_ask() for _ in range(3)] == [True, False, False]
    clock.pass_the_pause()
    cache.get("a")
    assert breaker.failures == 2
    redis.resume()
    assert cache.get("a") is None
    clock.pass_the_pause()
    assert cache.get("a") == 1
    assert [breaker.lets_ask() for _ in range(3)] == [True, True, True]


def test_a_caller_who_never_came_back_does_not_keep_redis_shut(redis: Server, breaker: Breaker, clock: Clock) -> None:
    breaker.failed(OSError("away"))
    clock.pass_the_pause()
    with pytest.raises(TypeError):
        cache.set("a", object())  # no JSON: an error of the caller, and no word from Redis
    assert not breaker.lets_ask()
    clock.pass_the_pause()
    assert breaker.lets_ask()


def test_threads_share_the_breaker(redis: Server, breaker: CountingBreaker) -> None:
    redis.pause()
    cache.get("a")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(cache.get, ["a"] * 8)) == [None] * 8
    assert breaker.failures == 1


def test_an_outage_is_said_once_and_its_end_too(
    redis: Server, breaker: Breaker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "config.cache")
    redis.pause()
    for _ in range(3):
        cache.get("a")
        clock.pass_the_pause()
    redis.resume()
    cache.get("a")
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "left alone" in caplog.messages[0]
    assert "answers again" in caplog.messages[1]


def test_a_silent_server_is_tried_once_and_not_again(silent: socket.socket, breaker: CountingBreaker) -> None:
    assert cache.get("a") is None
    assert cache.get("a") is None
    silent.setblocking(False)
    silent.accept()[0].close()
    with pytest.raises(BlockingIOError):
        silent.accept()
    assert breaker.failures == 1


def test_redis_has_a_third_of_a_second_to_answer(redis: Server) -> None:
    asked = caches["default"].client._redis.get_client().connection_pool.connection_kwargs
    assert (asked["socket_connect_timeout"], asked["socket_timeout"]) == (0.3, 0.3)


@pytest.mark.parametrize("written", [b"\x80\x04\x95", b"{", b"[" * 100_000])
def test_what_cannot_be_read_is_missing_and_redis_still_asked(redis: Server, breaker: Breaker, written: bytes) -> None:
    cache.set("b", "fine")
    Redis.from_url(redis.url).set(cache.make_key("a"), written)
    assert cache.get("a", "default") == "default"
    assert cache.get_many(["a", "b"]) == {"b": "fine"}
    assert breaker.lets_ask()


def test_an_error_that_redis_answers_is_an_outage_too(redis: Server, breaker: CountingBreaker) -> None:
    Redis.from_url(redis.url).config_set("maxmemory", "1")
    assert cache.set("a", 1) is False
    assert breaker.failures == 1


def test_nothing_is_pickled(redis: Server) -> None:
    cache.set("a", {"b": 1})
    assert Redis.from_url(redis.url).get(cache.make_key("a")) == b'{"b": 1}'
